//! One desk, from its file.

use super::super::DeskSettings;
use super::super::ledger::Ledger;
use super::super::outside::{Directory, Heartbeat, Hook, MailServer, Tickets};
use super::super::shape::desk::{DeskFile, DndText, PresenceText};
use super::super::shape::detour::{HookText, WhenDownText};
use super::super::shape::outside::{DirectoryText, MailText};
use super::super::shape::tickets::TicketsText;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::afterwards::{self, Plays, afterwards};
use super::channels::{PlacedPattern, patterns};
use super::closing::{canned, closing};
use super::detour::{WhenDownTexts, hook as hook_of};
use super::emails::BuiltEmail;
use super::intake::{intake, redirect, self_help};
use super::names::{channel, is_key};
use super::organisations::organisations;
use super::outside::{MailTexts, directory as directory_of, heartbeat};
use super::people::Known;
use super::playbook_desk::{Around, offered};
use super::report::{digest, suggest};
use super::routines::routines;
use super::tickets::TicketTexts;
use super::tiers::{BuiltTier, after_hours, claiming, clocks, tiers};
use super::time::{dates, hours, length, zone};
use crate::clock::Length;
use crate::coverage::{self, DndPolicy, Hours, PresencePolicy, Schedule, WeeklyHours, Who};
use crate::domain::booking::{Lookup, NAMED};
use crate::domain::desk::{ChannelPattern, Desk};
use crate::domain::mail::{DeskMail, Way};
use crate::domain::policy::{AfterHoursAction, Policy};
use crate::domain::routine::rules::Routines;
use crate::id::{DeskKey, PersonKey, PolicyId, RoleKey, TemplateKey};
use crate::zone::Zone;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const MOST_AVAILABLE: u32 = 100;
const MOST_NOTICES: usize = 10;
const LONGEST_NAME: usize = 75;
/// Buttons that one message may hold.
const MOST_OFFERED: usize = 20;

/// A desk and where its parts stand.
pub struct BuiltDesk {
    pub desk: Desk,
    pub settings: DeskSettings,
    pub channels: Vec<PlacedPattern>,
    pub tiers: Vec<Place>,
    /// Where `desk:` stands.
    pub place: Place,
    pub min_available: Option<Place>,
    pub directory: Option<Directory>,
    pub mail_server: Option<MailServer>,
    pub tickets: Option<Tickets>,
    pub watched: Option<Heartbeat>,
    pub hook: Option<Hook>,
}

/// What stands in `firstline.yml` and files beside it for every desk.
pub struct Shared<'a> {
    pub directory: Option<&'a At<DirectoryText>>,
    pub mail: Option<&'a At<MailText>>,
    pub tickets: Option<&'a At<TicketsText>>,
    pub webhook: Option<&'a At<HookText>>,
    pub when_down: Option<&'a At<WhenDownText>>,
    pub emails: &'a BTreeMap<TemplateKey, BuiltEmail>,
    pub routines: Option<&'a Arc<Routines>>,
}

/// Reads a desk's file. One that does not say which desk it is goes by the file's name while it is read.
pub fn desk(
    ledger: &mut Ledger,
    file: &DeskFile,
    root: Place,
    known: &Known<'_>,
    shared: &Shared<'_>,
) -> BuiltDesk {
    let key_text = ledger
        .need(&file.desk, "desk", root, "this file")
        .cloned()
        .unwrap_or_else(|| At::new(stem(&ledger.spot(root).file), root));
    if file.desk.given().is_some() {
        is_key(ledger, &key_text, "a desk");
    }
    let key = DeskKey::new(key_text.value.as_str());
    let listed = ledger.need(&file.channels, "channels", key_text.place, "this desk");
    let channels = listed.map(|listed| patterns(ledger, &key, listed)).unwrap_or_default();
    let roles = roles(ledger, file, known);
    let tiers = tiers(ledger, file, key_text.place, &roles, known.names);
    if let Some(supervisor) = &file.supervisor {
        match &supervisor.value {
            Who::Responders | Who::BookingField(_) => ledger.error(
                supervisor.place,
                format!("the supervisor is `{}`, which is no one person\nhint: name a person, a group, a rotation or a role", supervisor.value),
            ),
            Who::Person(_) | Who::Group(_) | Who::Rotation(_) | Who::Role(_) => {
                known.names.who(ledger, supervisor, &roles, "the supervisor");
            }
        }
    }
    let name = file.name.as_ref().map_or_else(|| key.to_string(), |name| name.value.clone());
    if let Some(name) = &file.name {
        ledger.fits(name, "the name of this desk", LONGEST_NAME);
    }
    let policy = policy(ledger, file, &key, name, &tiers, &roles, known);
    let home_channel = file.home_channel.as_ref().and_then(|home| channel(ledger, home));
    let texts = MailTexts { own: file.mail.as_ref(), shared: shared.mail };
    let mail_server = texts.server(ledger);
    let coverage = on_coverage(ledger, file, &key, &tiers, known);
    let directory = file.directory.as_ref().or(shared.directory);
    let directory =
        directory.and_then(|text| directory_of(ledger, text, &coverage.schedule.zone, known.zones));
    let organisations = organisations(ledger, &file.organisations, &policy.intake.fields);
    let raised = TicketTexts { own: file.tickets.as_ref(), shared: shared.tickets };
    let raised = raised.read(ledger, &policy, &|name| shared.emails.contains_key(name));
    if let (AfterHoursAction::Ticket, None) = (&policy.after_hours.action, &raised)
        && let Some(action) =
            file.after_hours.action.as_ref().filter(|_| file.tickets.is_none() && shared.tickets.is_none())
    {
        ledger.error(action.place, "tickets are raised after hours, and nothing says where\nhint: add `tickets: { jira: … }`, or `webhook`");
    }
    let (tickets, ticket_rules) =
        raised.map_or((None, None), |(system, rules)| (Some(system), Some(Arc::new(rules))));
    let hook = file.webhook.as_ref().or(shared.webhook);
    let hook = hook.and_then(|text| hook_of(ledger, text, "pings"));
    let down = WhenDownTexts { own: file.when_slack_is_down.as_ref(), shared: shared.when_down };
    let when_down = down.read(ledger, mail_server.is_some().into(), hook.is_some().into());
    let desk = Desk {
        when_down,
        tickets: ticket_rules,
        coverage,
        policy_id: policy_id(&policy),
        policy: Arc::new(policy),
        channels: channels.iter().map(|placed| placed.pattern.clone()).collect::<Vec<ChannelPattern>>(),
        home_channel,
        notices: notices(ledger, file),
        suggest: suggest(file),
        digest: digest(ledger, file),
        wanted_gaps: wanted_gaps(ledger, file, known),
        routines: file.routines.as_ref().map(|own| routines(ledger, own)).or(shared.routines.cloned()),
        roles,
        bookings: if directory.is_some() { Lookup::Directory } else { Lookup::ByHand },
        mail: mail(ledger, file, &texts, mail_server.as_ref(), shared.emails),
        canned: canned(ledger, &file.canned),
        organisations,
        key,
    };
    needs_directory(ledger, file, &desk, directory.as_ref());
    let watched = file.heartbeat.as_ref().and_then(|text| heartbeat(ledger, text));
    let settings = settings(ledger, file, &desk);
    let min_available = file.min_available.as_ref().map(|minimum| minimum.place);
    let tiers = tiers.iter().map(|tier| tier.place).collect();
    let place = key_text.place;
    BuiltDesk {
        desk,
        settings,
        channels,
        tiers,
        place,
        min_available,
        directory,
        mail_server,
        tickets,
        watched,
        hook,
    }
}

/// The templates of this desk: a playbook may use any, its cards offer those that it names.
fn mail(
    ledger: &mut Ledger,
    file: &DeskFile,
    texts: &MailTexts<'_>,
    server: Option<&MailServer>,
    emails: &BTreeMap<TemplateKey, BuiltEmail>,
) -> DeskMail {
    let named = file.mail.as_ref().and_then(|mail| mail.templates.as_ref());
    let mut offered: Vec<TemplateKey> = Vec::new();
    for name in named.into_iter().flat_map(|names| &names.value) {
        if emails.contains_key(name.as_str()) {
            offered.push(TemplateKey::new(name.as_str()));
        } else {
            let message = format!("there is no e-mail template `{}`", name.value);
            let known = emails.keys().map(TemplateKey::as_str);
            let otherwise =
                format!("write it as `emails/{}.txt`, and name `emails/*.txt` under `include`", name.value);
            ledger.unknown(name, &message, "templates", known, &otherwise);
        }
    }
    if let Some(extra) = named.and_then(|names| names.get(MOST_OFFERED)) {
        ledger.error(extra.place, format!("more than {MOST_OFFERED} templates are offered\nhint: nobody finds the right one among so many; let playbooks use the others"));
    }
    DeskMail {
        way: if server.is_some() { Way::Server } else { Way::ByHand },
        templates: emails.iter().map(|(key, built)| (key.clone(), built.template.clone())).collect(),
        offered,
        team: texts.team(),
    }
}

/// Whom a booking names can only be pinged where bookings are known.
fn needs_directory(ledger: &mut Ledger, file: &DeskFile, desk: &Desk, directory: Option<&Directory>) {
    let marked = desk.policy.intake.booking.is_some();
    let named = file.tiers.given().into_iter().flat_map(|tiers| &tiers.value);
    let told = file.closing.tell.iter().flat_map(|who| &who.value);
    for who in named.filter_map(|tier| tier.who.given()).flat_map(|who| &who.value).chain(told) {
        let Who::BookingField(field) = &who.value else { continue };
        if !NAMED.contains(&field.as_str()) {
            let known = NAMED.map(|name| format!("`booking.{name}`")).join(" or ");
            ledger.error(
                who.place,
                format!("`booking.{field}` is nobody who can be named\nhint: write {known}"),
            );
        }
        if !marked {
            ledger.warn(who.place, format!("`booking.{field}` is named, and no field asks for the booking\nhint: mark the field of the template that holds its id: `booking: true`"));
        }
    }
    for field in &file.intake.fields {
        if let Some(mark) = field.booking.as_ref().filter(|mark| mark.value && directory.is_none()) {
            ledger.warn(mark.place, "bookings are asked for, and there is no directory to look them up in\nhint: add `directory: { csv: bookings.csv }`, or let people write each down by hand");
        }
    }
}

fn stem(file: &str) -> String {
    std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn roles(ledger: &mut Ledger, file: &DeskFile, known: &Known<'_>) -> BTreeMap<RoleKey, Vec<Who>> {
    let mut all = BTreeMap::new();
    for (key, filled) in &file.roles.0 {
        is_key(ledger, key, "a role");
        let whose = format!("role `{}`", key.value);
        let mut who = Vec::new();
        for one in &filled.value.0 {
            let place = if one.place.line == 0 { filled.place } else { one.place };
            let one = At::new(one.value.clone(), place);
            match &one.value {
                Who::Role(_) | Who::Responders => ledger.error(
                    place,
                    format!("{whose} is filled by `{}`, which is no person\nhint: name people, a group or a rotation", one.value),
                ),
                Who::Person(_) | Who::Group(_) | Who::Rotation(_) | Who::BookingField(_) => {
                    known.names.who(ledger, &one, &BTreeMap::new(), &whose);
                }
            }
            who.push(one.value);
        }
        all.insert(RoleKey::new(key.value.as_str()), who);
    }
    all
}

fn policy(
    ledger: &mut Ledger,
    file: &DeskFile,
    key: &DeskKey,
    name: String,
    tiers: &[BuiltTier],
    roles: &BTreeMap<RoleKey, Vec<Who>>,
    known: &Known<'_>,
) -> Policy {
    let intake = intake(ledger, &file.intake);
    let redirect = file.redirect.as_ref().and_then(|text| redirect(ledger, text, &intake.fields));
    let listed = file.playbooks.as_ref().or(known.playbooks_everywhere);
    let plays = if listed.is_some_and(|all| !all.is_empty()) { Plays::Yes } else { Plays::No };
    let has = afterwards::Known { intake: &intake, plays, roles, names: known.names };
    let ends = closing(ledger, &file.closing);
    let closing = afterwards(ledger, &file.closing, ends, &has);
    let around = Around { desk: key.as_str(), intake: &intake, closing: &closing, roles, names: known.names };
    let playbooks =
        listed.map(|listed| offered(ledger, listed, known.playbooks, &around)).unwrap_or_default();
    Policy {
        desk: key.clone(),
        name,
        supervisor: file.supervisor.as_ref().map(|supervisor| supervisor.value.clone()),
        tiers: tiers.iter().map(|built| built.tier.clone()).collect(),
        claiming: claiming(ledger, &file.claiming),
        clocks: clocks(ledger, &file.clocks),
        closing,
        after_hours: after_hours(ledger, &file.after_hours, tiers),
        self_help: file.self_help.as_ref().and_then(|text| self_help(ledger, text)),
        redirect,
        intake,
        playbooks,
    }
}

/// The digest of what the policy says: equal policies have equal ids, across restarts and machines.
fn policy_id(policy: &Policy) -> PolicyId {
    let text = serde_json::to_vec(policy).expect("a policy has only text keys");
    let digest = Sha256::digest(&text);
    PolicyId::new(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn on_coverage(
    ledger: &mut Ledger,
    file: &DeskFile,
    key: &DeskKey,
    tiers: &[BuiltTier],
    known: &Known<'_>,
) -> coverage::Desk {
    let schedule = Schedule {
        zone: zone(ledger, known.zones, file.time_zone.as_ref()),
        hours: file.hours.as_ref().map(|text| hours(ledger, text)).unwrap_or_default(),
        dates: dates(ledger, &file.dates),
        holidays: known.holidays(ledger, file.holidays.as_ref()),
    };
    if let Some(minimum) = file.min_available.as_ref().filter(|minimum| minimum.value > MOST_AVAILABLE) {
        ledger.error(
            minimum.place,
            format!("`min_available` is {}\nhint: write at most {MOST_AVAILABLE}", minimum.value),
        );
    }
    let supervisor = file.supervisor.as_ref().and_then(|supervisor| match &supervisor.value {
        Who::Person(key) => Some(PersonKey::new(key.as_str())),
        Who::Group(_) | Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => None,
    });
    coverage::Desk {
        key: key.clone(),
        schedule,
        supervisor,
        min_available: file.min_available.as_ref().map_or(1, |minimum| minimum.value),
        dnd: match file.dnd {
            Some(DndText::Counts) => DndPolicy::Counts,
            Some(DndText::OutsideHours) | None => DndPolicy::OutsideHours,
        },
        presence: match file.presence {
            Some(PresenceText::Counts) => PresencePolicy::Counts,
            Some(PresenceText::Ignored) | None => PresencePolicy::Ignored,
        },
        tiers: tiers
            .iter()
            .map(|built| coverage::Tier {
                name: built.tier.name.clone(),
                who: built.tier.who.clone(),
                counts: built.counts,
            })
            .collect(),
    }
}

fn notices(ledger: &mut Ledger, file: &DeskFile) -> Vec<Length> {
    let longest = Length::hours(24 * 60);
    match &file.notices {
        None => vec![Length::hours(24 * 7), Length::hours(24), Length::minutes(30)],
        Some(listed) => {
            if listed.len() > MOST_NOTICES {
                ledger.error(
                    listed.place,
                    format!("there are more than {MOST_NOTICES} notices\nhint: tell less often"),
                );
            }
            let read = listed.iter().filter_map(|one| length(ledger, Some(one), longest));
            read.collect::<BTreeSet<Length>>().into_iter().rev().collect()
        }
    }
}

/// Gaps that are meant to be; without weekly hours, those of the dates alone.
fn wanted_gaps(ledger: &mut Ledger, file: &DeskFile, known: &Known<'_>) -> Option<Schedule> {
    let text = file.wanted_gaps.as_ref()?;
    if text.hours.is_none() && text.dates.0.is_empty() {
        ledger.error(
            text.place,
            "`wanted_gaps` says no time\nhint: write `hours` for every week, or `dates` for single days",
        );
    }
    let weekly = text.hours.as_ref().map(|text| hours(ledger, text));
    Some(Schedule {
        // Complaints about the zone belong to the desk's hours.
        zone: file.time_zone.as_ref().and_then(|name| known.zones.zone(name).ok()).unwrap_or_else(Zone::utc),
        hours: weekly.unwrap_or_else(|| Hours::Weekly(WeeklyHours::default())),
        dates: dates(ledger, &text.dates),
        holidays: None,
    })
}

/// A group that a tier asks cannot follow who answers there: it would only ever shrink.
fn sync_group(ledger: &mut Ledger, file: &DeskFile, desk: &Desk) -> Option<String> {
    let written = file.sync_group.as_ref()?;
    let group = written.trim().trim_start_matches('@').to_owned();
    let named = coverage::Who::Group(group.clone());
    let mut asked =
        desk.coverage.tiers.iter().flat_map(|tier| &tier.who).chain(desk.roles.values().flatten());
    if group.is_empty() || group.contains(char::is_whitespace) {
        ledger.error(
            written.place,
            format!(
                "`{}` is not a user group\nhint: write its handle, such as `\"@on-coverage\"`",
                written.value
            ),
        );
    } else if asked.any(|who| *who == named) {
        ledger.error(
            written.place,
            format!("`@{group}` answers on this desk, and cannot follow who is on coverage here\nhint: make a group of its own for that"),
        );
    }
    Some(group)
}

fn settings(ledger: &mut Ledger, file: &DeskFile, desk: &Desk) -> DeskSettings {
    DeskSettings {
        retention: length(ledger, file.retention.as_ref(), Length::hours(24 * 366)),
        sync_group: sync_group(ledger, file, desk),
    }
}
