//! Figures of desks over a time, read from the store a page at a time.

use super::Engine;
use super::ground::Site;
use crate::clock::{Clock, Timestamp};
use crate::coverage::{Facts, Live};
use crate::domain::case::{Case, Root};
use crate::domain::cover::ledger::{self, Ledger};
use crate::domain::desk::Desk;
use crate::domain::effect::Slot;
use crate::domain::figures::{self, CaseFigures, Figures, Setting, Sources};
use crate::domain::timeline::Entry;
use crate::id::{CaseId, DeskKey, PersonKey, UserId};
use crate::store::{Period, Store, StoreError};
use crate::zone::Zone;
use std::collections::BTreeMap;

type ByDesk = BTreeMap<DeskKey, BTreeMap<CaseId, CaseFigures>>;

impl<S: Store, C: Clock> Engine<S, C> {
    /// The figures of these desks for the cases that were opened in `[from, until)`. Desks that are not configured
    /// are left out.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn figures(
        &self,
        desks: &[DeskKey],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Figures, StoreError> {
        let at = self.clock().now();
        let settings = self.known().settings();
        let wanted: Vec<&Desk> = desks.iter().filter_map(|key| settings.desks.get(key)).collect();
        let mut cases = self.cases_in_figures(&wanted, Period { from, until }, at).await?;
        let mut rows = Vec::new();
        for desk in wanted {
            let own: Vec<CaseFigures> = cases.remove(&desk.key).unwrap_or_default().into_values().collect();
            let kept = self.store().timeline(&ledger::of(&desk.key)).await?;
            let seen = ledger::between(&kept, from, until.min(at));
            rows.push(self.desk_in_figures(desk, &own, &seen, Period { from, until }, at));
        }
        Ok(Figures { from, until, at, desks: rows })
    }

    async fn cases_in_figures(
        &self,
        desks: &[&Desk],
        period: Period,
        at: Timestamp,
    ) -> Result<ByDesk, StoreError> {
        let mut all = ByDesk::new();
        let mut after = None;
        loop {
            let page = self.store().page(period, after).await?;
            for (case, lines) in &page.cases {
                let desk = desks.iter().find(|desk| desk.key == case.desk);
                if let (Some(desk), true) = (desk, period.from <= case.opened_at) {
                    let one = self.case_in_figures(desk, case, lines, at).await?;
                    all.entry(case.desk.clone()).or_default().insert(case.id.clone(), one);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
            // Whoever waits for an answer goes first.
            tokio::task::yield_now().await;
        }
    }

    async fn case_in_figures(
        &self,
        desk: &Desk,
        case: &Case,
        lines: &[Entry],
        now: Timestamp,
    ) -> Result<CaseFigures, StoreError> {
        let policy = self.store().policy(&case.policy).await?;
        let policy = policy.as_ref().unwrap_or(&desk.policy);
        let root = match &case.root {
            Root::Post(_) => None,
            Root::Bot => self.store().slots(&case.id).remove(&Slot::Root).map(|(_, ts)| ts),
        };
        let setting = Setting { policy, schedule: &desk.coverage.schedule, now, root: root.as_ref() };
        Ok(figures::of_case(case, lines, setting))
    }

    fn desk_in_figures(
        &self,
        desk: &Desk,
        cases: &[CaseFigures],
        seen: &Ledger,
        period: Period,
        at: Timestamp,
    ) -> figures::DeskFigures {
        let ground = self.ground(Site { desk: Some(&desk.key), ..Site::default() }, None);
        let world = ground.world();
        // A status of this moment says nothing about last week.
        let live: BTreeMap<PersonKey, Live> =
            world.facts.live.iter().map(|(person, live)| (person.clone(), live.ahead())).collect();
        let facts = Facts { live: &live, ..world.facts };
        let mut coverage = figures::coverage(&desk.coverage, period.from, period.until.min(at), &facts);
        coverage.figures.short_minutes = seen.short_minutes;
        let directory = world.directory;
        let zone_of = |user: &UserId| -> Zone { facts.roster.zone(directory.key(user).as_str()) };
        let sources = Sources {
            desk,
            from: period.from,
            until: period.until,
            directory,
            coverage: &coverage,
            covered: &seen.covered,
            zone_of: &zone_of,
        };
        figures::of_desk(cases, sources)
    }
}
