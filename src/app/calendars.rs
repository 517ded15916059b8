//! Calendars while the bot runs: copies at once, then everybody's in turn, and deadlines anew when one changed.

use crate::clock::Clock;
use crate::config::Config;
use crate::connect::{Change, Feed, Feeds, Source, SourceError, Whose};
use crate::engine::Engine;
use crate::engine::activity::Stop;
use crate::store::Store;
use crate::zone::Zone;
use secrecy::ExposeSecret as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The calendars that the configuration names, of people and of holidays, and those that cannot be used.
pub fn feeds(config: &Config) -> (Vec<Feed>, Vec<(Whose, SourceError)>) {
    let people = config.people.iter().filter_map(|(person, listed)| {
        let calendar = listed.calendar.as_ref()?.expose_secret();
        Some((Whose::Person(person.clone()), calendar, config.roster.zone(person.as_str())))
    });
    let holidays = config.holidays.iter().filter_map(|(name, holidays)| {
        Some((Whose::Holidays(name.clone()), holidays.feed()?.0.as_str(), Zone::utc()))
    });
    let (mut feeds, mut wrong) = (Vec::new(), Vec::new());
    for (whose, text, zone) in people.chain(holidays) {
        match Source::parse(text, &config.folder) {
            Ok(source) => feeds.push(Feed { whose, source, zone }),
            Err(error) => wrong.push((whose, error)),
        }
    }
    (feeds, wrong)
}

/// The same, where those that cannot be used are only told of.
pub(super) fn usable(config: &Config) -> Arc<Vec<Feed>> {
    let (feeds, wrong) = feeds(config);
    for (whose, error) in wrong {
        tracing::warn!(%whose, %error, "a calendar cannot be used");
    }
    Arc::new(feeds)
}

/// Where the calendars of a running bot come from.
pub(super) struct Reader<S, C> {
    pub(super) engine: Engine<S, C>,
    pub(super) stop: Stop,
    pub(super) store: Option<PathBuf>,
    /// How often each is asked for.
    pub(super) every: Duration,
    /// The feeds, which a reload replaces.
    pub(super) wanted: watch::Receiver<Arc<Vec<Feed>>>,
}

impl<S: Store, C: Clock> Reader<S, C> {
    /// Reads until told to stop.
    pub(super) async fn run(mut self) {
        let clock = self.engine.clock().clone();
        let mut feeds = Feeds::new(clock, crate::zone::installed(), self.store.clone());
        loop {
            let busy = self.engine.activity().begin();
            let wanted = Arc::clone(&self.wanted.borrow_and_update());
            let change = feeds.replace(&wanted).or(feeds.open_copies().await);
            feeds.forget_others();
            self.publish(&feeds, change).await;
            let everybody = feeds.all();
            let change = tokio::select! {
                change = feeds.look_at(&everybody) => change,
                () = self.stop.stopped() => return,
            };
            self.publish(&feeds, change).await;
            drop(busy);
            tokio::select! {
                () = Self::go_round(&self.engine, &self.stop, &mut feeds, self.every) => {}
                replaced = self.wanted.changed() => if replaced.is_err() { return },
                () = self.stop.stopped() => return,
            }
        }
    }

    /// One after the other, each once in `every`, so that no server is asked for all at once; for ever.
    async fn go_round(engine: &Engine<S, C>, stop: &Stop, feeds: &mut Feeds<C>, every: Duration) {
        let everybody = feeds.all();
        if everybody.is_empty() {
            return std::future::pending().await;
        }
        let each = every / u32::try_from(everybody.len()).unwrap_or(u32::MAX);
        loop {
            for whose in &everybody {
                tokio::time::sleep(each).await;
                let change = feeds.look_at(std::slice::from_ref(whose)).await;
                publish(engine, stop, feeds, change).await;
            }
        }
    }

    async fn publish(&self, feeds: &Feeds<C>, change: Change) {
        publish(&self.engine, &self.stop, feeds, change).await;
    }
}

async fn publish<S: Store, C: Clock>(engine: &Engine<S, C>, stop: &Stop, feeds: &Feeds<C>, change: Change) {
    engine.known().replace_calendars(feeds.known(change, &engine.known().calendars()));
    if change == Change::Some
        && let Err(error) = engine.facts_changed(stop).await
    {
        tracing::warn!(%error, "deadlines could not be derived anew");
    }
}
