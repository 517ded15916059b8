//! Who may press what, and who may read what is kept: `docs/security.md` says it, this shows it.

use crate::engine::bench::{Bench, ana, cy, help};
use chrono::{DateTime, NaiveDate};
use firstline::app::App;
use firstline::clock::{Clock as _, MovableClock};
use firstline::domain::closing::note::ClosingButton;
use firstline::domain::cover::note::CoverButton;
use firstline::domain::event::{Button, Event, PressedOn, What};
use firstline::domain::home::{HomeButton, Pages};
use firstline::domain::mail::{MailButton, MailPress};
use firstline::domain::playbook::note::PlaybookButton;
use firstline::domain::routine::note::RoutineButton;
use firstline::domain::ticket::TicketButton;
use firstline::id::{CaseId, DeskKey, MessageTs, UserId};
use firstline::store::Store as _;

/// Every button of a case and of a desk, whoever was shown it. A new variant does not compile before it is here.
fn every_button(case: &CaseId) -> Vec<Button> {
    let all = [cases(case), ends(case), mails(case), plays(case), covers(), days()].concat();
    for button in &all {
        match button {
            Button::Claim(_)
            | Button::AskForHelp(_)
            | Button::HandOver(_)
            | Button::Hold(_)
            | Button::Resolve(_)
            | Button::Release(_)
            | Button::Reopen(_)
            | Button::Status(_)
            | Button::WhyMe { .. }
            | Button::Complete(_)
            | Button::TellOwner(_)
            | Button::OfferTakeOver(_)
            | Button::LeaveIt(_)
            | Button::AcceptOffer { .. }
            | Button::DeclineOffer { .. }
            | Button::KeepIt(_)
            | Button::CannotWait(_)
            | Button::ItIsProven(_)
            | Button::AskElsewhere(_)
            | Button::ChooseDesk { .. }
            | Button::EndHold(_)
            | Button::Booking(_)
            | Button::Ticket(TicketButton::Raise(_)) => {}
            Button::Mail(mail) => match mail.does {
                MailPress::Choose
                | MailPress::Write { .. }
                | MailPress::Edit { .. }
                | MailPress::Again { .. }
                | MailPress::Arrived { .. }
                | MailPress::Open { .. }
                | MailPress::Drop { .. } => {}
            },
            Button::Closing(
                ClosingButton::Tags(_)
                | ClosingButton::Say(_)
                | ClosingButton::NothingElse(_)
                | ClosingButton::SomethingElse(_)
                | ClosingButton::Answer { .. }
                | ClosingButton::Comment(_),
            ) => {}
            Button::Playbook(
                PlaybookButton::Choose(_)
                | PlaybookButton::Start { .. }
                | PlaybookButton::StartLate { .. }
                | PlaybookButton::NotNow { .. }
                | PlaybookButton::Answer { .. }
                | PlaybookButton::Take { .. }
                | PlaybookButton::Stop { .. },
            ) => {}
            Button::Cover(
                CoverButton::Seek(_)
                | CoverButton::Accept { .. }
                | CoverButton::Decline { .. }
                | CoverButton::Uncovered { .. }
                | CoverButton::Fine { .. }
                | CoverButton::Away
                | CoverButton::Back
                | CoverButton::Break
                | CoverButton::Off
                | CoverButton::Cover
                | CoverButton::Gaps
                | CoverButton::Schedule,
            ) => {}
            Button::Routine(
                RoutineButton::Tick { .. }
                | RoutineButton::Untick { .. }
                | RoutineButton::HandAll
                | RoutineButton::TakeAll { .. }
                | RoutineButton::DeclineAll { .. }
                | RoutineButton::End
                | RoutineButton::Change { .. }
                | RoutineButton::Hours
                | RoutineButton::Stand,
            ) => {}
            Button::Home(HomeButton::Turn(_)) => {}
        }
    }
    all
}

fn cases(case: &CaseId) -> Vec<Button> {
    let case = || case.clone();
    vec![
        Button::Claim(case()),
        Button::AskForHelp(case()),
        Button::HandOver(case()),
        Button::Hold(case()),
        Button::Resolve(case()),
        Button::Release(case()),
        Button::Reopen(case()),
        Button::Status(case()),
        Button::WhyMe { case: case(), ping: 1 },
        Button::Complete(case()),
        Button::TellOwner(case()),
        Button::OfferTakeOver(case()),
        Button::LeaveIt(case()),
        Button::AcceptOffer { case: case(), offer: 1 },
        Button::DeclineOffer { case: case(), offer: 1 },
        Button::KeepIt(case()),
        Button::CannotWait(case()),
        Button::ItIsProven(case()),
        Button::AskElsewhere(case()),
        Button::EndHold(case()),
        Button::Booking(case()),
        Button::Ticket(TicketButton::Raise(case())),
    ]
}

fn ends(case: &CaseId) -> Vec<Button> {
    let case = || case.clone();
    [
        ClosingButton::Tags(case()),
        ClosingButton::Say(case()),
        ClosingButton::NothingElse(case()),
        ClosingButton::SomethingElse(case()),
        ClosingButton::Answer { case: case(), answer: 0 },
        ClosingButton::Comment(case()),
    ]
    .map(Button::Closing)
    .to_vec()
}

fn mails(case: &CaseId) -> Vec<Button> {
    let write = MailPress::Write { template: "sorry".into(), step: None };
    [
        MailPress::Choose,
        write,
        MailPress::Edit { number: 1 },
        MailPress::Again { number: 1 },
        MailPress::Arrived { number: 1 },
        MailPress::Open { number: 1 },
        MailPress::Drop { number: 1 },
    ]
    .map(|does| Button::Mail(Box::new(MailButton { case: case.clone(), does })))
    .to_vec()
}

fn plays(case: &CaseId) -> Vec<Button> {
    let case = || case.clone();
    [
        PlaybookButton::Choose(case()),
        PlaybookButton::Start { case: case(), playbook: "no-show".into() },
        PlaybookButton::StartLate { case: case(), playbook: "no-show".into() },
        PlaybookButton::NotNow { case: case(), playbook: "no-show".into() },
        PlaybookButton::Answer { case: case(), run: 1, step: "call".into(), answer: "reached".to_owned() },
        PlaybookButton::Take { case: case(), run: 1, step: "call".into() },
        PlaybookButton::Stop { case: case(), run: 1 },
    ]
    .map(Button::Playbook)
    .to_vec()
}

/// Those that say something of a desk or of somebody else; the others open a form about oneself.
fn covers() -> Vec<Button> {
    let desk = || DeskKey::new("help");
    let at = |seconds: i64| DateTime::from_timestamp(1_773_144_000 + seconds, 0).unwrap();
    [
        CoverButton::Accept { desk: desk(), number: 1 },
        CoverButton::Decline { desk: desk(), number: 1 },
        CoverButton::Uncovered { desk: desk(), number: 1 },
        CoverButton::Fine { desk: desk(), from: at(0), until: at(3600) },
    ]
    .map(Button::Cover)
    .to_vec()
}

/// Those of somebody's working day, as pressed by another: the list and the question are not theirs.
fn days() -> Vec<Button> {
    [
        RoutineButton::Tick { list: 1, item: 0 },
        RoutineButton::Untick { list: 1, item: 0 },
        RoutineButton::HandAll,
        RoutineButton::TakeAll { from: ana(), number: 1 },
        RoutineButton::DeclineAll { from: ana(), number: 1 },
        RoutineButton::End,
        RoutineButton::Change { day: NaiveDate::from_ymd_opt(2026, 3, 11).unwrap() },
        RoutineButton::Hours,
        RoutineButton::Stand,
    ]
    .map(Button::Routine)
    .into_iter()
    .chain([Button::Home(HomeButton::Turn(Pages::default()))])
    .collect()
}

async fn press(bench: &Bench, app: &App<MovableClock>, by: &UserId, button: Button, root: &MessageTs) {
    let on = PressedOn { channel: Some(help()), message: Some(root.clone()), thread: Some(root.clone()) };
    let what = What::Pressed { by: by.clone(), button, on };
    let event = Event { keys: Vec::new(), at: bench.clock.now(), what };
    app.engine.handle(&event, None).await.unwrap();
    bench.rest(app).await;
}

/// Presses everything as somebody who answers on no desk, and compares what is kept and what is said.
async fn nothing_comes_of_it(bench: &Bench, app: &App<MovableClock>, case: &CaseId, root: &MessageTs) {
    let outsider = UserId::from("U0DAN");
    let store = app.engine.store();
    let kept = || async {
        let record = store.case(case).await.unwrap().map(|(case, _)| case);
        (record, store.timeline(case).await.unwrap(), store.desks(), store.people())
    };
    let mut wrong = Vec::new();
    for button in every_button(case) {
        let (before, said) = (kept().await, bench.said(&help(), root).len());
        press(bench, app, &outsider, button.clone(), root).await;
        if kept().await != before || bench.said(&help(), root).len() != said {
            wrong.push(button);
        }
    }
    assert!(wrong.is_empty(), "these did something for somebody who may not: {wrong:?}");
}

#[tokio::test]
async fn no_button_does_anything_for_somebody_who_may_not() {
    let bench = Bench::set_up_with(|builder| builder.user("U0DAN", "dan", "Dan Fox")).await;
    let app = bench.start().await;
    let root = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    let case = app.engine.store().open_cases()[0].id.clone();
    nothing_comes_of_it(&bench, &app, &case, &root).await;
    press(&bench, &app, &ana(), Button::Claim(case.clone()), &root).await;
    assert_eq!(app.engine.store().open_cases()[0].owner, Some(ana()), "the same press by a responder counts");
    nothing_comes_of_it(&bench, &app, &case, &root).await;
    press(&bench, &app, &ana(), Button::Resolve(case.clone()), &root).await;
    assert!(app.engine.store().open_cases().is_empty());
    nothing_comes_of_it(&bench, &app, &case, &root).await;
    app.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_kept_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&bench.store()), 0o700);
    assert_eq!(mode(&bench.store().join("admin.secret")), 0o600);
    app.stop().await.unwrap();
}
