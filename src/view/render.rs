//! Decisions become calls: each effect a finished request, with its place in a lane.

use crate::clock::Timestamp;
use crate::domain::case::{Case, Root};
use crate::domain::detour::DetourWord;
use crate::domain::effect::{Effect, Ping, Problem, Slot};
use crate::domain::mail::MailWord;
use crate::domain::note::Note;
use crate::domain::outlook::{Outlook, outlook};
use crate::domain::playbook::note::PlaybookWord;
use crate::domain::ticket::{self, TicketWord};
use crate::domain::{Decision, World};
use crate::id::{CallId, UserId};
use crate::view::call::{Address, Call, System, Urgency, Verb};
use crate::view::note::note;
use crate::view::page::Page;
use crate::view::ping::{ping, ping_by_dm};
use crate::view::problem;
use crate::view::scene::Scene;
use crate::view::{card, closing, cover, detour, home, playbook, routine};
use serde_json::{Value, json};

/// The calls of a decision, in the order of its effects. `case_version` is that of the commit they go with:
/// it makes their ids differ from those of every other commit, and the same on every try of this one.
pub fn render(decision: &Decision, case_version: u64, world: &World<'_>, now: Timestamp) -> Vec<Call> {
    let scene = Scene { world, now, case: decision.case.as_ref() };
    let desk = Renderer { scene, version: case_version, subject: subject(decision) };
    let ahead = decision.case.as_ref().map(|case| outlook(case, now, world)).unwrap_or_default();
    let pings = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Ping(_)));
    let mut calls = Vec::new();
    for (at, effect) in decision.effects.iter().enumerate() {
        let behind = decision.effects.get(at + 1..).unwrap_or_default();
        let card_urgency = if pings(behind) { Urgency::Ping } else { Urgency::Edit };
        calls.extend(desk.effect(effect, &ahead, card_urgency));
    }
    calls
}

/// What the calls of a decision are named after: the case, else whose record it changes.
fn subject(decision: &Decision) -> String {
    let case = decision.case.as_ref().map(|case| case.id.to_string());
    let person = || decision.persons.first().map(|person| person.user.to_string());
    let desk = || decision.desks.first().map(|desk| desk.desk.to_string());
    case.or_else(person).or_else(desk).unwrap_or_else(|| "word".to_owned())
}

struct Renderer<'a> {
    scene: Scene<'a>,
    version: u64,
    subject: String,
}

impl Renderer<'_> {
    /// Effects in a thread need its case; without one there is nowhere to post.
    fn effect(&self, effect: &Effect, ahead: &Outlook, card_urgency: Urgency) -> Vec<Call> {
        let case = self.scene.case;
        match effect {
            Effect::PostRoot => case.map(|case| self.root(case)).into_iter().collect(),
            Effect::ShowCard => case.map(|case| self.card(case, ahead, card_urgency)).into_iter().collect(),
            Effect::AskForMissing(problems) => {
                case.map(|case| self.missing(case, problems)).into_iter().collect()
            }
            Effect::DropMissing => case.map(|case| self.drop_missing(case)).into_iter().collect(),
            Effect::Ping(asked) => case.map(|case| self.pings(case, asked, ahead)).unwrap_or_default(),
            // The store forgets them in the same commit; nothing is sent for it.
            Effect::CancelPings => Vec::new(),
            Effect::Say { slot, note: said } => {
                case.map(|case| self.say(case, *slot, said)).into_iter().collect()
            }
            Effect::Announce { slot, note: said } => {
                case.map(|case| self.announce(case, *slot, said)).into_iter().collect()
            }
            Effect::LookUp { slot, id } => {
                case.map(|case| self.look_up(case, *slot, id)).into_iter().collect()
            }
            Effect::Ticket(word) => case.and_then(|case| self.ticket(case, word)).into_iter().collect(),
            Effect::Detour(word) => case.and_then(|case| self.detour(case, *word)).into_iter().collect(),
            Effect::Mail(word) => case.and_then(|case| self.mail(case, word)).into_iter().collect(),
            Effect::Playbook(word) => case.and_then(|case| self.playbook(case, word)).into_iter().collect(),
            Effect::Cover(word) => vec![cover::call(word, &self.scene)],
            Effect::Routine(word) => vec![routine::call(word, &self.scene)],
            Effect::ShowHome(shown) => vec![home::call(shown, &self.scene)],
            Effect::Tell { to, slot, note: said } => {
                vec![self.direct(to, *slot, &note(said, &self.scene), Urgency::Word)]
            }
        }
    }

    fn root(&self, case: &Case) -> Call {
        let page = card::root(case, self.scene.policy(), &self.scene.voice());
        Call {
            address: Address::Channel(case.channel.clone()),
            ..self.in_thread(case, Slot::Root, Verb::Post, Urgency::Word, new_message(&page))
        }
    }

    fn card(&self, case: &Case, ahead: &Outlook, urgency: Urgency) -> Call {
        let page = card::card(case, ahead, self.scene.policy(), &self.scene.voice());
        let page = match self.scene.world.desk {
            Some(desk) => card::offers(page, case, desk),
            None => page,
        };
        let page = closing::more(page, case, &self.scene);
        self.in_thread(case, Slot::Card, Verb::Upsert, urgency, page.message())
    }

    fn missing(&self, case: &Case, problems: &[Problem]) -> Call {
        let page = problem::request(problems, case, &self.scene);
        self.in_thread(case, Slot::Missing, Verb::Upsert, Urgency::Word, page.message())
    }

    fn drop_missing(&self, case: &Case) -> Call {
        self.in_thread(case, Slot::Missing, Verb::Remove, Urgency::Edit, json!({}))
    }

    fn say(&self, case: &Case, slot: u32, said: &Note) -> Call {
        let page = note(said, &self.scene);
        self.in_thread(case, Slot::Note(slot), Verb::Post, Urgency::Word, new_message(&page))
    }

    fn announce(&self, case: &Case, slot: u32, said: &Note) -> Call {
        let mut call = self.say(case, slot, said);
        call.body["reply_broadcast"] = json!(true);
        call
    }

    /// A step or an offer; nothing where the case does not know it.
    fn playbook(&self, case: &Case, word: &PlaybookWord) -> Option<Call> {
        let (slot, page) = match word {
            PlaybookWord::ShowStep { run, step } => {
                let slot = case.playbooks.run(*run)?.steps.get(step)?.slot()?;
                (slot, playbook::step(*run, step, &self.scene)?)
            }
            PlaybookWord::ShowOffer(key) => {
                (case.playbooks.offered.get(key)?.slot, playbook::offer(key, &self.scene)?)
            }
        };
        Some(self.in_thread(case, Slot::Step(slot), Verb::Upsert, Urgency::Word, page.message()))
    }

    /// The ping in the thread and, under the note of the same number, its copies by direct message.
    fn pings(&self, case: &Case, asked: &Ping, ahead: &Outlook) -> Vec<Call> {
        let page = ping(asked, case, ahead, &self.scene);
        let slot = Slot::Ping(asked.number);
        let mut calls = vec![self.in_thread(case, slot, Verb::Post, Urgency::Ping, new_message(&page))];
        calls.extend(asked.dm.iter().map(|user| {
            let page = ping_by_dm(asked, case, ahead, &self.scene);
            self.direct(user, asked.number, &page, Urgency::Ping)
        }));
        calls
    }

    fn look_up(&self, case: &Case, slot: u32, id: &str) -> Call {
        let body = json!({ "desk": case.desk, "id": id });
        self.request(case, System::Bookings, slot, body)
    }

    /// An e-mail goes out as it was agreed to.
    fn mail(&self, case: &Case, word: &MailWord) -> Option<Call> {
        let MailWord::Send { number } = word;
        let mail = case.mails.iter().find(|mail| mail.number == *number)?;
        let body = json!({ "desk": case.desk, "case": case.id, "number": number, "letter": mail.letter, "at": mail.at });
        Some(self.request(case, System::Mail, *number, body))
    }

    /// What is asked of a ticket system, whole, so that nothing is looked up when it is sent.
    fn ticket(&self, case: &Case, word: &TicketWord) -> Option<Call> {
        let (slot, asked) = ticket::fill::ask(word, case, self.scene.world, self.scene.now)?;
        let body = serde_json::to_value(asked).expect("names and texts are JSON");
        Some(self.request(case, System::Tickets, slot, body))
    }

    /// A ping's way round Slack, in a lane of its own: one that is late keeps nobody else waiting.
    fn detour(&self, case: &Case, word: DetourWord) -> Option<Call> {
        let found = case.detours.iter().find(|detour| detour.number == word.number)?;
        let body = detour::body(case, found, &self.scene)?;
        let lane = Call::detour_lane(&case.id, word.number);
        let urgency = Urgency::Ping;
        Some(Call { lane, urgency, ..self.request(case, System::Detour, word.number, body) })
    }

    fn request(&self, case: &Case, system: System, number: u32, body: Value) -> Call {
        Call {
            lane: Call::system_lane(system, &case.id),
            address: Address::System(system),
            ..self.in_thread(case, Slot::Request(number), Verb::Request, Urgency::Word, body)
        }
    }

    fn in_thread(&self, case: &Case, slot: Slot, verb: Verb, urgency: Urgency, body: Value) -> Call {
        let address = match &case.root {
            Root::Post(ts) => Address::Thread { channel: case.channel.clone(), root: ts.clone() },
            Root::Bot => Address::OwnThread { channel: case.channel.clone() },
        };
        Call {
            id: CallId::new(format!("{}/{}/{}", self.subject, name(slot), self.version)),
            lane: Call::case_lane(&case.id),
            case: Some(case.id.clone()),
            slot,
            verb,
            address,
            urgency,
            decided_at: self.scene.now,
            body,
        }
    }

    fn direct(&self, to: &UserId, number: u32, page: &Page, urgency: Urgency) -> Call {
        let slot = Slot::Note(number);
        Call {
            id: CallId::new(format!("{}/{}/{}/{to}", self.subject, name(slot), self.version)),
            lane: Call::direct_lane(to),
            case: self.scene.case.map(|case| case.id.clone()),
            slot,
            verb: Verb::Post,
            address: Address::Direct(to.clone()),
            urgency,
            decided_at: self.scene.now,
            body: new_message(page),
        }
    }
}

/// A message that is never edited. Previews of links in it would push the thread apart.
pub(super) fn new_message(page: &Page) -> Value {
    let mut body = page.message();
    body["unfurl_links"] = json!(false);
    body["unfurl_media"] = json!(false);
    body
}

fn name(slot: Slot) -> String {
    match slot {
        Slot::Root => "root".to_owned(),
        Slot::Card => "card".to_owned(),
        Slot::Missing => "missing".to_owned(),
        Slot::Ping(number) => format!("ping-{number}"),
        Slot::Note(number) => format!("note-{number}"),
        Slot::Step(number) => format!("step-{number}"),
        Slot::Request(number) => format!("request-{number}"),
        Slot::List(number) => format!("list-{number}"),
    }
}
