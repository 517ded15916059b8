//! The wording of every note: which text belongs to which.

use crate::domain::event::Button;
use crate::domain::note::Note;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::{
    absence, answer, booking, closing, cover, detour, direct, email, help, intake, offers, owning,
    playbook_said, report, routine_said, said, similar, status, template, ticket_note, why,
};

/// Words a note. One line for each, so that none can be forgotten.
pub fn note(note: &Note, scene: &Scene<'_>) -> Page {
    match note {
        Note::AlreadyOwned { case, owner, since } => owning::already_owned(scene, case, owner, *since),
        Note::AlreadyYours { case } => Page::say(format!("You have {} already.", scene.case(case))),
        Note::NotAResponder { desk } => owning::not_a_responder(scene, desk),
        Note::NotYours { case, owner } => owning::not_yours(scene, case, owner.as_ref()),
        Note::SupervisorsOnly { desk } => owning::supervisors_only(scene, desk),
        Note::IsResolved { case, by, at } => owning::is_resolved(scene, case, by, *at),
        Note::IsWithdrawn { case } => owning::is_withdrawn(scene, case),
        Note::NotResolved { case } => {
            Page::say(format!("{} is open, so there is nothing to reopen.", scene.case(case)))
        }
        Note::NoCaseHere => owning::no_case_here(),
        Note::CaseGone => owning::case_gone(),
        Note::Guard { case, owner, since } => owning::guard(scene, case, owner, *since),
        Note::OwnerTold { owner } => Page::say(format!(
            "{} was told privately that you would like them to look.",
            scene.voice().name(owner)
        )),
        Note::OwnerAsked { owner, until } => offers::owner_asked(scene, owner, *until),
        Note::ReceiverAsked { to, holder, until } => {
            offers::receiver_asked(scene, to, holder.as_ref(), *until)
        }
        Note::OfferStands { until } => offers::offer_stands(scene, *until),
        Note::OfferOver => Page::say("That question is settled already, so nothing was changed."),
        Note::WhoTo { case } => offers::who_to(scene, case),
        Note::NotAResponderThem { them, desk } => offers::not_a_responder_them(scene, them, desk),
        Note::WhenUnclear => owning::when_unclear(),
        Note::UnknownTags { unknown, known } => owning::unknown_tags(scene, unknown, known),
        Note::TagsSet { case, tags } => owning::tags_set(scene, case, tags),
        Note::ResolveNeeds { case, needs } => owning::resolve_needs(scene, case, needs),
        Note::Held { case, waiting_for, until } => owning::held(scene, case, *waiting_for, *until),
        Note::HelpIsAsked { case, who } => owning::help_is_asked(scene, case, who),
        Note::NobodyToHelp { case, passed } => owning::nobody_to_help(scene, case, passed),
        Note::NoPlaybooks { desk } => {
            Page::say(format!("{} has no playbooks, so there is none to start.", scene.desk(desk)))
        }
        Note::Why(decision) => why::why(decision, scene),
        Note::Status(so_far) => status::status(so_far, scene),
        Note::YoursNow { case } => offers::yours_now(scene, case),
        Note::Done => Page::say("Done."),
        Note::SolvedBefore { case, eyes, similar } => similar::solved_before(scene, case, *eyes, similar),
        Note::Report { desk, figures } => report::seven_days(scene, desk, figures),

        Note::Ticket(about) => ticket_note::note(about, scene),

        Note::ReplyInThread { case } => intake::reply_in_thread(scene, case),
        Note::JoinedThread { case } => intake::joined_thread(scene, case),
        Note::Template { desk } => template::template(scene, desk),
        Note::Filed { case } => intake::filed(scene, case),
        Note::AlreadyACase { case } => intake::already_a_case(scene, case),
        Note::EscalateHelp { desk } => help::escalate_help(scene, desk.as_ref()),
        Note::MentionHelp => help::mention_help(scene),
        Note::Words => help::words(scene),
        Note::NoDeskHere { desks, channel, text } => intake::no_desk_here(desks, channel, text),
        Note::SwitchedOff { desk } => intake::switched_off(scene, desk),
        Note::SwitchedOn { desk } => intake::switched_on(scene, desk),
        Note::IsOff { desk } => intake::is_off(scene, desk),
        Note::SetupDone { desk } => intake::setup_done(scene, desk),
        Note::NoRoles { desk } => intake::no_roles(scene, desk),
        Note::NotServed { desk, organisation } => intake::not_served(scene, desk, organisation),
        Note::NoHomeChannel { desk } => intake::no_home_channel(scene, desk),

        Note::Booking(said) => booking::note(said, scene),
        Note::Mail(said) => email::note(said, scene),

        Note::AfterHours { opens_at, requester, desk, urgent, queued } => {
            let told = said::Closed { opens_at: *opens_at, requester, desk };
            let page = said::after_hours(scene, &told);
            let page = if *queued { page.and(said::queued(scene, desk)) } else { page };
            let page = said::meanwhile(page, scene, desk);
            match scene.case {
                Some(case) if *urgent => page.press("It cannot wait", Button::CannotWait(case.id.clone())),
                Some(_) | None => page,
            }
        }
        Note::Redirect { case, field } => said::redirect(scene, case, field),
        Note::SentElsewhere { to } => said::sent_elsewhere(scene, to),
        Note::ResolvedBy { by, outcome, note, how } => {
            closing::resolved_by(scene, by, outcome.as_deref(), note.as_deref(), how)
        }
        Note::ReopenedBy { by } => said::reopened_by(scene, by),
        Note::ReleasedBy { by } => said::released_by(scene, by),
        Note::HandedOver { from, to } => said::handed_over(scene, from, to),
        Note::HoldEnded { waiting_for, since } => said::hold_ended(scene, *waiting_for, *since),
        Note::Detoured { ping } => detour::note(*ping, scene),
        Note::NobodyAtAll => said::nobody_at_all(scene),

        Note::Nudge { case, about, since } => direct::nudge(scene, case, *about, *since),
        Note::Heads { case, from } => direct::heads(scene, case, from),
        Note::TakeOverAsked { case, by, offer, until } => {
            offers::take_over_asked(scene, &offers::Asked { case, from: by, number: *offer, until: *until })
        }
        Note::HandOverAsked { case, from, offer, until } => {
            offers::hand_over_asked(scene, &offers::Asked { case, from, number: *offer, until: *until })
        }
        Note::OfferAccepted { case, by } => offers::accepted(scene, case, by),
        Note::OfferDeclined { case, by } => offers::declined(scene, case, by),
        Note::OfferLapsed { case, by } => offers::lapsed(scene, case, by),
        Note::AwayWithCase { case, until } => direct::away_with_case(scene, case, *until),
        Note::TakenBack { case } => direct::taken_back(scene, case),
        Note::CannotPost { case, channel, why } => direct::cannot_post(scene, case, channel, why),
        Note::PingedHere { case, tier } => direct::pinged_here(scene, case, tier.as_deref()),

        Note::Playbook(said) => playbook_said::note(said, scene),
        Note::WhoIsOn { desks } => answer::who_is_on(scene, desks),
        Note::AwaySet { until, reason } => absence::away_set(scene, *until, reason.as_deref()),
        Note::BackSet { still } => absence::back_set(scene, still.as_ref()),
        Note::NotListed => absence::not_listed(),
        Note::CoverageHelp => absence::coverage_help(),
        Note::Cover(said) => cover::page(said, scene),
        Note::Routine(said) => routine_said::page(said, scene),
        Note::Closing(said) => closing::page(said, scene),
    }
}
