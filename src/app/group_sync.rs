//! Slack user groups kept to those on coverage, for desks that ask for it (`sync_group`).

use crate::clock::Clock;
use crate::config::Config;
use crate::coverage;
use crate::domain::cover::filling::fillings;
use crate::engine::Engine;
use crate::engine::activity::Stop;
use crate::engine::directory::Register;
use crate::engine::ground::Site;
use crate::id::{DeskKey, GroupId, UserId};
use crate::slack::api::Api;
use crate::slack::probe::Probe;
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// After a refusal a group is left alone for so many rounds: somebody has to act.
const ROUNDS_LEFT_ALONE: u32 = 40;

/// Desks by the group that follows them, by handle or id.
pub(super) type Wanted = BTreeMap<String, BTreeSet<DeskKey>>;

/// Which groups follow which desks.
pub(super) fn wanted(config: &Config) -> Arc<Wanted> {
    let mut wanted = Wanted::new();
    for (desk, settings) in &config.settings {
        if let Some(group) = &settings.sync_group {
            wanted.entry(group.clone()).or_default().insert(desk.clone());
        }
    }
    Arc::new(wanted)
}

/// Keeps the groups up to date while the bot runs.
pub(super) struct GroupSync<S, C> {
    pub(super) engine: Engine<S, C>,
    pub(super) register: Register<S, C>,
    pub(super) stop: Stop,
    /// How often coverage is looked at.
    pub(super) every: Duration,
    pub(super) wanted: watch::Receiver<Arc<Wanted>>,
}

/// What is known of one group.
#[derive(Debug, Default)]
struct Known {
    id: Option<GroupId>,
    members: BTreeSet<UserId>,
    left_alone: u32,
}

impl<S: Store, C: Clock> GroupSync<S, C> {
    /// Follows until told to stop. It begins once people are known, so that nobody is taken out unread.
    pub(super) async fn run(mut self) {
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        loop {
            let wanted = Arc::clone(&self.wanted.borrow_and_update());
            known.retain(|group, _| wanted.contains_key(group));
            for (group, desks) in wanted.iter() {
                let busy = self.engine.activity().begin();
                self.follow(group, desks, known.entry(group.clone()).or_default()).await;
                drop(busy);
            }
            tokio::select! {
                () = tokio::time::sleep(self.every) => {}
                replaced = self.wanted.changed() => if replaced.is_err() { return },
                () = self.stop.stopped() => return,
            }
        }
    }

    async fn follow(&self, group: &str, desks: &BTreeSet<DeskKey>, known: &mut Known) {
        if let Some(left) = known.left_alone.checked_sub(1) {
            known.left_alone = left;
            return;
        }
        let api: &Api<C> = self.register.api();
        if known.id.is_none() && self.meet(group, known).await.is_none() {
            known.left_alone = ROUNDS_LEFT_ALONE;
            return;
        }
        let Some(id) = known.id.clone() else { return };
        let on = self.on_coverage(desks);
        // A group is never emptied: its last members stay, or else the supervisors stand in.
        let on = match (on.is_empty(), known.members.is_empty()) {
            (false, _) => on,
            (true, false) => return,
            (true, true) => self.supervisors(desks),
        };
        if on.is_empty() || on == known.members {
            return;
        }
        match api.set_group_members(&id, &on).await {
            Probe::Found(()) => {
                tracing::info!(group, members = on.len(), "the user group follows who is on coverage");
                known.members = on;
            }
            Probe::Refused { code, detail } => {
                let hint = "the bot needs the scope usergroups:write, and leave to change user groups";
                tracing::warn!(group, code, detail, hint, "slack does not let the user group be changed");
                known.left_alone = ROUNDS_LEFT_ALONE;
            }
            Probe::NoAnswer { why } => {
                tracing::warn!(group, why, "the user group was not changed; it is tried again");
            }
        }
    }

    /// Finds the group and who is in it.
    async fn meet(&self, group: &str, known: &mut Known) -> Option<()> {
        let all = self.register.api().groups().await?;
        let Some(found) = all.into_iter().find(|one| one.handle == group || one.id.as_str() == group) else {
            tracing::warn!(group, hint = "make it, or correct `sync_group`", "slack has no such user group");
            return None;
        };
        let members = self.register.api().group_members(&found.id).await?;
        known.members = members.into_iter().collect();
        known.id = Some(found.id);
        Some(())
    }

    fn on_coverage(&self, desks: &BTreeSet<DeskKey>) -> BTreeSet<UserId> {
        let now = self.engine.clock().now();
        let mut on = BTreeSet::new();
        for desk in desks {
            let ground = self.engine.ground(Site { desk: Some(desk), ..Site::default() }, None);
            let world = ground.world();
            let Some(desk) = world.desk else { continue };
            let record = self.engine.store().desks();
            let fillings = fillings(desk, record.get(&desk.key), world.facts.groups);
            for filling in fillings.iter().filter(|filling| filling.is_in_force(now)) {
                let facts = filling.facts(&world, world.facts.live);
                let rows = coverage::who(&desk.coverage, now, &facts).into_iter();
                let people = rows.filter(|row| row.available);
                on.extend(people.filter_map(|row| world.directory.user(&row.person)));
            }
        }
        on
    }

    fn supervisors(&self, desks: &BTreeSet<DeskKey>) -> BTreeSet<UserId> {
        let known = self.engine.known();
        let (settings, directory) = (known.settings(), known.directory());
        let keys = desks.iter().filter_map(|desk| settings.desks.get(desk)?.coverage.supervisor.as_ref());
        keys.filter_map(|key| directory.accounts.get(key).cloned()).collect()
    }
}
