//! Stand-in.
use crate::clock::{Clock, Timestamp};
use crate::store::{Claim, Outcome};
#[derive(Clone, Debug)]
pub struct Api<C> { pub clock: C }
impl<C: Clock> Api<C> {
    pub async fn perform(&self, _claim: &Claim, _now: Timestamp) -> Outcome { Outcome::Dropped }
}
