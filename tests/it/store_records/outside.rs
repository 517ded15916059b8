//! What other systems leave in a case: bookings and e-mails, tickets, pings that went round Slack.

use crate::store_samples::at;
use firstline::domain::booking::{Booked, Booking, Contact};
use firstline::domain::case::Case;
use firstline::domain::detour::{Detour, DetourState, Way};
use firstline::domain::effect::PingReason;
use firstline::domain::mail::unsent::Unsent;
use firstline::domain::mail::{Attach, Letter, Mail, MailState, Mailbox};
use firstline::domain::ticket::{Needs, Purpose, RefusedStep, StepKind, Ticket, TicketState};

/// What the cases above know of their bookings, and their e-mails.
pub fn booked(cases: &mut [Case]) {
    let pat = Contact {
        name: Some("Pat".to_owned()),
        phone: Some("+44".to_owned()),
        email: Some("pat@client.test".to_owned()),
        slack: Some("U0PAT".into()),
    };
    let booking = Box::new(Booking {
        id: "B-1".to_owned(),
        title: Some("Feedback".to_owned()),
        link: Some("https://example.com".to_owned()),
        start: Some(at(60)),
        zone: Some("Europe/London".to_owned()),
        owner: pat.clone(),
        client: pat.clone(),
        facilitator: pat.clone(),
        portfolio_lead: pat,
    });
    let id = || "B-1".to_owned();
    let known = [
        Booked::Found(booking.clone()),
        Booked::ByHand { booking, by: "U0ANA".into() },
        Booked::Sought { id: id(), until: at(9) },
        Booked::Unread { id: id(), why: "no answer".to_owned() },
    ];
    went_round(&mut cases[1]);
    for (case, booked) in cases.iter_mut().zip(known) {
        case.booking = booked;
    }
    let letter = Letter {
        subject: "Feedback".to_owned(),
        to: vec![Mailbox { name: Some("Pat".to_owned()), email: "pat@client.test".to_owned() }],
        cc: Vec::new(),
        body: "Dear Pat".to_owned(),
        attach: Attach::Transcript,
    };
    let states = [
        MailState::Queued { why: Some("no answer".to_owned()) },
        MailState::Sent { at: at(9), refused: vec!["ana@own.test".to_owned()] },
        MailState::PerhapsSent { at: at(9), why: "no answer".to_owned() },
        MailState::Refused { at: at(9), why: "550".to_owned() },
        MailState::ByHand { at: at(9), by: "U0ANA".into() },
    ];
    for (number, state) in (1_u32..).zip(states) {
        let (template, by, step) = ("no-show".into(), "U0ANA".into(), Some("3".to_owned()));
        let mail = Mail { number, template, letter: letter.clone(), by, at: at(8), step, state };
        cases[0].mails.push(mail);
    }
}

/// Pings of a case that went round Slack, with all that may come of one.
fn went_round(case: &mut Case) {
    let why = || "no answer".to_owned();
    let states = [
        DetourState::Queued { why: Some(why()) },
        DetourState::Told { at: at(9) },
        DetourState::Perhaps { why: why() },
        DetourState::Refused { why: why() },
        DetourState::NotNeeded,
    ];
    case.detours.extend((1_u32..).zip(states).map(|(number, state)| Detour {
        number,
        ping: 1,
        tier: Some("Lead CSM".to_owned()),
        to: vec!["U0BO".into()],
        reason: PingReason::Opened,
        way: Way::Email,
        at: at(8),
        state,
    }));
}

/// Their tickets, and an e-mail that waits to be sent.
pub fn ticketed(cases: &mut [Case]) {
    let states = [
        TicketState::Queued { why: Some("no answer".to_owned()) },
        TicketState::Raised { key: "SUP-1".to_owned(), url: Some("https://own.test".to_owned()), at: at(9) },
        TicketState::Refused { why: "no such field".to_owned(), at: at(9) },
    ];
    let needs = [Needs::Nothing, Needs::FollowUp, Needs::Requester];
    for (number, (state, needs)) in (6_u32..).zip(states.into_iter().zip(needs)) {
        cases[1].tickets.push(Ticket {
            number,
            purpose: if number == 6 { Purpose::ServiceRecovery } else { Purpose::Support },
            needs,
            by: Some("U0ANA".into()),
            at: at(8),
            subject: Some("It does not open".to_owned()),
            email: Some("pat@client.test".to_owned()),
            state,
            refused: vec![RefusedStep { step: StepKind::Update, why: "no such field".to_owned() }],
        });
    }
    cases[1].unsent.push(Unsent {
        number: 9,
        template: "you-left".into(),
        to_send: "U0ANA".into(),
        at: at(9),
        subject: "SUP-1".to_owned(),
        to: "pat@client.test".to_owned(),
        cc: String::new(),
        body: "Dear Pat".to_owned(),
    });
}
