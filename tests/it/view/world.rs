//! A small world to write in: one desk, three people who answer, one who asks.

use firstline::clock::{Length, Timestamp};
use firstline::coverage::{self, Facts, Hours, Live, Person, Roster, Schedule, Span, Who, Word};
use firstline::domain::booking::{Booked, Lookup};
use firstline::domain::case::{
    Case, ClaimedBy, Late, Ownership, Report, Root, Run, RunHours, RunState, Stage, Talk, Trouble, Turn,
};
use firstline::domain::closing::parting::Parting;
use firstline::domain::cover::filling::Filling;
use firstline::domain::cover::note::{Ahead, OnDesk, Short, Wanted};
use firstline::domain::desk::{Desk, Suggest};
use firstline::domain::directory::{Account, AccountKind, Directory};
use firstline::domain::mail::{Attach, DeskMail, Kind, Template};
use firstline::domain::policy::{
    AfterHours, AfterHoursAction, Announce, CasesRule, ChannelRef, Claiming, Clocks, Closing, Dm, Fault,
    Field, FieldKind, Guard, Intake, LastWord, NoteRule, OnReply, PingRule, Policy, Redirect, Required,
    SelfHelp, Survey, TagGroup, Tier, Urgent, WhenIncomplete,
};
use firstline::domain::{History, World};
use firstline::id::{
    CaseId, ChannelId, DeskKey, FieldKey, MessageTs, PersonKey, PolicyId, RoleKey, TemplateKey, UserId,
};
use firstline::view::scene::Scene;
use firstline::zone::Zones;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub struct Setting {
    pub roster: Roster,
    pub live: BTreeMap<PersonKey, Live>,
    pub desks: BTreeMap<DeskKey, Desk>,
    pub directory: Directory,
    loads: BTreeMap<UserId, firstline::domain::Load>,
    bot: UserId,
}

/// Monday, 5 January 2026, 09:00 in Los Angeles.
pub fn now() -> Timestamp {
    at("2026-01-05T17:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time in RFC 3339")
}

pub fn user(id: &str) -> UserId {
    UserId::new(id)
}

pub fn desk_key() -> DeskKey {
    DeskKey::new("event")
}

pub fn case_id() -> CaseId {
    CaseId::new("event-17")
}

/// Two templates, copied by hand.
fn mails() -> DeskMail {
    let template = |name: &str, kind: Kind| Template {
        name: name.to_owned(),
        kind,
        subject: "{{ session.title }}".to_owned(),
        to: "{{ client.email }}".to_owned(),
        cc: String::new(),
        body: "Dear {{ client.name }}".to_owned(),
        attach: Attach::Transcript,
    };
    let templates = [
        (TemplateKey::new("no-show"), template("No show", Kind::Notice)),
        (TemplateKey::new("agreed"), template("As agreed", Kind::Record)),
    ];
    DeskMail {
        offered: vec![TemplateKey::new("no-show")],
        templates: templates.into(),
        ..DeskMail::default()
    }
}

impl Setting {
    pub fn set() -> Self {
        let policy = policy();
        let desk = Desk {
            when_down: firstline::domain::detour::WhenDown::default(),
            key: desk_key(),
            coverage: desk_coverage(),
            policy: Arc::new(policy),
            policy_id: PolicyId::new("p1"),
            channels: Vec::new(),
            home_channel: None,
            notices: Vec::new(),
            bookings: Lookup::Directory,
            mail: mails(),
            suggest: Suggest::default(),
            digest: None,
            wanted_gaps: None,
            tickets: None,
            routines: None,
            roles: BTreeMap::from([(RoleKey::new("lead_csm"), vec![Who::Person(PersonKey::new("ana"))])]),
            canned: BTreeMap::from([("hello".to_owned(), "Hello, I am looking into it.".to_owned())]),
            organisations: BTreeMap::new(),
        };
        let away = Word::Away {
            from: at("2026-01-05T16:00:00Z"),
            until: Some(at("2026-01-05T19:00:00Z")),
            note: Some("dentist".to_owned()),
        };
        let live = Live { words: vec![away], ..Live::default() };
        Self {
            roster: roster(),
            live: BTreeMap::from([(PersonKey::new("bo"), live)]),
            desks: BTreeMap::from([(desk_key(), desk)]),
            directory: directory(),
            loads: BTreeMap::new(),
            bot: user("UBOT"),
        }
    }

    pub fn world(&self) -> World<'_> {
        let desk = self.desks.get("event");
        World {
            desk,
            policy: desk.map(|desk| desk.policy.as_ref()),
            desks: &self.desks,
            facts: Facts { live: &self.live, ..Facts::of(&self.roster) },
            directory: &self.directory,
            loads: &self.loads,
            bot: &self.bot,
            history: History::Read,
            posting: firstline::domain::detour::Posting::Taken,
        }
    }

    pub fn desk(&mut self) -> &mut Desk {
        self.desks.get_mut("event").expect("the world has one desk")
    }

    pub fn policy(&mut self) -> &mut Policy {
        Arc::make_mut(&mut self.desk().policy)
    }
}

/// The desk in the answer to "who is on", with a gap of half an hour.
pub fn on_desk() -> OnDesk {
    let span = Span::new(at("2026-01-06T01:30:00Z"), at("2026-01-06T02:00:00Z"));
    let gaps = vec![Short { span, available: 0, minimum: 1 }];
    let fillings = vec![Filling::default()];
    OnDesk { desk: desk_key(), fillings, ahead: Ahead { gaps, others: Wanted::None } }
}

pub fn scene<'a>(world: &'a World<'a>, case: Option<&'a Case>) -> Scene<'a> {
    Scene { world, now: now(), case }
}

fn weekly(zone: &str, days: &str, hours: &str) -> Schedule {
    let zone = Zones::bundled().zone(zone).expect("a zone");
    Schedule::of(zone, Hours::weekly([(days, hours)]).expect("hours"))
}

fn roster() -> Roster {
    let person =
        |zone: &str| Person { schedule: weekly(zone, "mon-fri", "08:30-17:30"), ..Person::default() };
    Roster {
        people: BTreeMap::from([
            (PersonKey::new("ana"), person("America/Los_Angeles")),
            (PersonKey::new("bo"), person("America/Los_Angeles")),
            (PersonKey::new("kofi"), person("America/Los_Angeles")),
        ]),
        ..Roster::default()
    }
}

fn desk_coverage() -> coverage::Desk {
    let tier = |name: &str, who: &str| coverage::Tier {
        name: name.to_owned(),
        who: vec![Who::Person(PersonKey::new(who))],
        counts: true,
    };
    coverage::Desk {
        key: desk_key(),
        schedule: weekly("America/Los_Angeles", "mon-fri", "08:30-18:30"),
        supervisor: Some(PersonKey::new("kofi")),
        min_available: 1,
        dnd: coverage::DndPolicy::default(),
        presence: coverage::PresencePolicy::default(),
        tiers: vec![tier("Lead CSM", "ana"), tier("Tech Support", "bo")],
    }
}

fn directory() -> Directory {
    let account = |name: &str, person: Option<&str>| Account {
        name: name.to_owned(),
        kind: AccountKind::Member,
        person: person.map(PersonKey::new),
        time_zone: None,
        email: None,
    };
    let listed = [("U0ANA", "Ana Ruiz", "ana"), ("U0BO", "Bo Lind", "bo"), ("U0KOFI", "Kofi Mensah", "kofi")];
    let mut users: BTreeMap<UserId, Account> =
        listed.iter().map(|(id, name, key)| (user(id), account(name, Some(key)))).collect();
    users.insert(user("U0DANA"), account("Dana Cole", None));
    Directory {
        names: BTreeMap::new(),
        users,
        accounts: listed.iter().map(|(id, _, key)| (PersonKey::new(*key), user(id))).collect(),
        channels: BTreeMap::from([
            (ChannelId::new("C0EVENT"), "event-keynote".to_owned()),
            (ChannelId::new("C0TRAIN"), "trainers".to_owned()),
        ]),
    }
}

pub fn field(key: &str, label: &str, kind: FieldKind, required: Required) -> Field {
    Field { key: FieldKey::new(key), label: label.to_owned(), kind, required, hint: None }
}

fn fields() -> Vec<Field> {
    vec![
        field("issue", "We're having this issue", FieldKind::Text, Required::Yes),
        field("url", "Affected page/session URL", FieldKind::Url, Required::Yes),
        field("emails", "Affected users' emails", FieldKind::Emails, Required::Yes),
        field("area", "Area", FieldKind::Choice(vec!["chat".into(), "platform".into()]), Required::No),
        field("who", "Affected colleague", FieldKind::User, Required::No),
        field("count", "How many people", FieldKind::Number, Required::No),
        field("record", "Record id", FieldKind::Id("[0-9]+".into()), Required::IfApplicable),
        field("when", "Since when", FieldKind::Time, Required::No),
        field("screenshot", "Screenshot of the issue (if possible)", FieldKind::File, Required::No),
        field("proven", "I reproduced it myself", FieldKind::Confirm, Required::Yes),
    ]
}

fn tier(name: &str, person: &str) -> Tier {
    Tier {
        name: name.to_owned(),
        who: vec![Who::Person(PersonKey::new(person))],
        wait: Length::minutes(5),
        repeat: 1,
        ping: PingRule::All,
        dm: Dm::ThreadOnly,
    }
}

pub fn policy() -> Policy {
    let tags = |required, any_of: &[&str]| TagGroup {
        any_of: any_of.iter().map(|tag| (*tag).to_owned()).collect(),
        required,
    };
    Policy {
        desk: desk_key(),
        name: "Live event support".to_owned(),
        supervisor: Some(Who::Person(PersonKey::new("kofi"))),
        intake: Intake {
            cases: CasesRule::Template,
            when_incomplete: WhenIncomplete::StartClock,
            greeting: Some("Hi @here,".to_owned()),
            fields: fields(),
            join_within: Length::minutes(3),
            booking: None,
        },
        tiers: vec![tier("Lead CSM", "ana"), tier("Tech Support", "bo")],
        claiming: Claiming {
            reactions: vec!["eyes".to_owned()],
            help: vec!["raising_hand".to_owned()],
            on_reply: OnReply::Claims,
            guard: Guard::On,
        },
        clocks: Clocks {
            reply_within: Some(Length::minutes(5)),
            update_every: Some(Length::minutes(30)),
            resolve_within: Some(Length::hours(4)),
            hand_over_within: Length::minutes(5),
            cover_within: Length::minutes(5),
            remind_at_most: Length::hours(1),
        },
        closing: Closing {
            reactions: vec!["white_check_mark".to_owned()],
            tags: BTreeMap::from([
                ("area".to_owned(), tags(Required::Yes, &["chat", "platform", "greenroom"])),
                ("resolution".to_owned(), tags(Required::No, &["answered", "fixed", "user error"])),
            ]),
            outcomes: vec!["chat only".to_owned(), "follow-up".to_owned()],
            note_required: NoteRule::Optional,
            message: Some("Thank you for asking. Tell us how it went.".to_owned()),
            last_word: LastWord::Asked { quiet_for: Length::hours(24) },
            silence: None,
            survey: Some(Survey {
                question: "did this help?".to_owned(),
                answers: vec!["yes".to_owned(), "no".to_owned()],
            }),
            question: Some("How did it end?".to_owned()),
            fault: Some(Fault {
                question: "Through whose fault?".to_owned(),
                of: vec!["follow-up".to_owned()],
                any_of: vec!["through our fault".to_owned(), "through nobody's fault".to_owned()],
            }),
            tell: Vec::new(),
            announce: Announce::Thread,
        },
        after_hours: AfterHours {
            action: AfterHoursAction::Queue,
            message: Some("The on-call number is on the wiki.".to_owned()),
            urgent: Urgent::Offered,
            once_per: Length::minutes(30),
        },
        self_help: Some(SelfHelp {
            text: "Reload the page and try another browser.".to_owned(),
            links: vec!["https://help.example.com/first-steps".to_owned()],
        }),
        playbooks: Vec::new(),
        redirect: Some(Redirect {
            unless: FieldKey::new("proven"),
            to: ChannelRef::Name("trainers".to_owned()),
        }),
    }
}

pub fn case() -> Case {
    Case {
        id: case_id(),
        desk: desk_key(),
        policy: PolicyId::new("p1"),
        channel: ChannelId::new("C0EVENT"),
        root: Root::Post(MessageTs::new("1767632160.000100")),
        requester: user("U0DANA"),
        requester_name: "Dana Cole".to_owned(),
        opened_at: at("2026-01-05T16:56:00Z"),
        report: Report {
            given: BTreeMap::from([
                (FieldKey::new("issue"), "we cannot open session 12".to_owned()),
                (FieldKey::new("url"), "https://events.example.com/s/12?a=1&b=2".to_owned()),
            ]),
            text: "We're having this issue: we cannot open session 12".to_owned(),
            ..Report::default()
        },
        stage: Stage::Unclaimed,
        run: Run {
            state: RunState::Climbing,
            hours: RunHours::DeskOpen,
            tier: 0,
            repeated: 0,
            reminded: 0,
            standing: None,
            pinged: BTreeMap::new(),
            spared: None,
        },
        talk: Talk {
            turn: Turn::Ours,
            turn_since: at("2026-01-05T16:56:00Z"),
            last_seen: None,
            last_requester_at: at("2026-01-05T16:56:00Z"),
            last_responder_at: None,
            first_answer_at: None,
            reply_late: Late::No,
            update_late: Late::No,
            resolve_late: Late::No,
        },
        next_slot: 3,
        tags: BTreeSet::new(),
        resolve_from: None,
        waiting: BTreeMap::new(),
        pointed: BTreeSet::new(),
        trouble: Trouble::None,
        booking: Booked::default(),
        tickets: Vec::new(),
        detours: Vec::new(),
        mails: Vec::new(),
        unsent: Vec::new(),
        parting: Parting::default(),
        playbooks: Default::default(),
        reacted: BTreeSet::new(),
    }
}

pub fn ownership(owner: &str) -> Ownership {
    Ownership {
        owner: user(owner),
        since: at("2026-01-05T16:58:00Z"),
        via: ClaimedBy::Button,
        helpers: BTreeSet::new(),
        hold: None,
        offer: None,
        guarded: BTreeSet::new(),
        asked_away_at: None,
        acted_at: at("2026-01-05T16:58:00Z"),
    }
}
