//! The other systems that the configuration names: directories of bookings and mail servers, by desk.

use crate::config::Config;
use crate::config::outside::{DirectoryPlace, MailServer, Security, Tickets};
use crate::connect::Systems;
use crate::connect::Webhook;
use crate::connect::bookings::{Directory, Place};
use crate::connect::smtp;
use crate::connect::tickets::{Jira, Rehearsed, TicketSystem};
use crate::id::DeskKey;

/// What `connect` speaks to.
pub fn systems(config: &Config) -> Systems {
    let directories =
        config.directories.keys().filter_map(|desk| Some((desk.clone(), directory(config, desk)?)));
    let servers =
        config.mail_servers.iter().map(|(desk, server)| (desk.clone(), mail_server(config, server)));
    let tickets = config.tickets.iter().map(|(desk, system)| (desk.clone(), ticket_system(system)));
    let webhooks = config
        .webhooks
        .iter()
        .map(|(desk, hook)| (desk.clone(), Webhook { url: hook.url.clone(), secret: hook.secret.clone() }));
    Systems {
        directories: directories.collect(),
        mail_servers: servers.collect(),
        tickets: tickets.collect(),
        webhooks: webhooks.collect(),
    }
}

/// A desk's directory of bookings, its file in the configuration's folder.
pub fn directory(config: &Config, desk: &DeskKey) -> Option<Directory> {
    let configured = config.directories.get(desk)?;
    let place = match &configured.place {
        DirectoryPlace::Csv(path) => Place::Csv(config.folder.join(path)),
        DirectoryPlace::Web { url, header, within, cache } => {
            Place::Web { url: url.clone(), header: header.clone(), within: *within, cache: *cache }
        }
    };
    Some(Directory { place, fields: configured.fields.clone(), zone: configured.zone.clone() })
}

fn ticket_system(system: &Tickets) -> TicketSystem {
    match system {
        Tickets::Jira { url, user, token, service_desk } => TicketSystem::Jira(Jira {
            url: url.clone(),
            user: user.clone(),
            token: token.clone(),
            service_desk: service_desk.clone(),
        }),
        Tickets::Webhook { url, secret } => {
            TicketSystem::Webhook(Webhook { url: url.clone(), secret: secret.clone() })
        }
        Tickets::Rehearsed => TicketSystem::Rehearsed(Rehearsed::default()),
    }
}

fn mail_server(config: &Config, server: &MailServer) -> smtp::Server {
    smtp::Server {
        host: server.host.clone(),
        port: server.port,
        security: match server.security {
            Security::StartTls => smtp::Security::StartTls,
            Security::Tls => smtp::Security::Tls,
            Security::None => smtp::Security::None,
        },
        login: server.login.clone(),
        ca: server.ca.as_ref().map(|path| config.folder.join(path)),
        from: server.from.clone(),
        reply_to: server.reply_to.clone(),
        retry_for: server.retry_for,
    }
}
