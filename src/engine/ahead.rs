//! What the bot will do by itself: for those who move the clock.

use super::Engine;
use super::ground::Site;
use crate::clock::Clock;
use crate::domain::outlook;
use crate::domain::outlook::Next;
use crate::id::CaseId;
use crate::store::Store;

impl<S: Store, C: Clock> Engine<S, C> {
    /// The next thing that happens to a case unless somebody acts; none when it waits for nothing.
    pub async fn next_of(&self, id: &CaseId) -> Option<Next> {
        let (case, _) = self.store().case(id).await.ok()??;
        let policy = self.store().policy(&case.policy).await.ok()?;
        let site = Site { desk: Some(&case.desk), channel: Some(&case.channel), case: Some(&case) };
        let ground = self.ground(site, policy);
        outlook(&case, self.clock().now(), &ground.world()).next
    }
}
