//! Whoever mentions somebody who cannot answer hears that, and who can.

use crate::clock::Timestamp;
use crate::coverage;
use crate::domain::World;
use crate::domain::cover::note::CoverNote;
use crate::domain::effect::Reply;
use crate::domain::event::Message;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::text;

/// The private word to somebody who is no responder here and mentions one who cannot answer now; one for each
/// message, about the first of them.
pub fn mentioned(world: &World<'_>, now: Timestamp, message: &Message) -> Option<Reply> {
    let scene = Scene::of(world, now)?;
    if scene.is_responder(&message.by) || scene.is_supervisor(&message.by) {
        return None;
    }
    let named = text::read(&message.text).users.into_iter().filter(|user| user != world.bot);
    let (person, answer) = named.filter(|person| scene.is_responder(person)).find_map(|person| {
        let key = world.directory.key(&person);
        let answer = coverage::resolve(&key, &scene.desk.coverage, now, &world.facts);
        (!answer.available).then_some((person, answer))
    })?;
    let rows = coverage::who(&scene.desk.coverage, now, &world.facts).into_iter();
    let instead =
        rows.filter(|row| row.available).filter_map(|row| world.directory.user(&row.person)).collect();
    let desk = scene.desk.key.clone();
    Some(Reply::Private(Note::Cover(CoverNote::IsOff { person, desk, answer, instead })))
}
