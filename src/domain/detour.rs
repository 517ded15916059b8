//! A ping's way round Slack: while Slack takes no posts, tiers from the second on are told by e-mail or webhook.

use crate::clock::{Length, Timestamp};
use crate::domain::case::{Case, RunState, Sent, Standing, WaitingPing};
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Ping, PingReason};
use crate::domain::escalation::{late_by, wait_ends};
use crate::domain::mail::Posted;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::UserId;
use serde::{Deserialize, Serialize};

/// Detours that one case remembers; of more the oldest are forgotten.
const MOST: usize = 60;

/// Whether Slack takes posts, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    #[default]
    Taken,
    /// None was taken since then, and some were tried.
    Failing { since: Timestamp },
}

/// What a desk does while Slack takes no posts, as configured now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhenDown {
    /// How long posts may fail before anybody is told by other means.
    pub after: Length,
    /// By which means; nobody is told without.
    pub way: Option<Way>,
}

impl Default for WhenDown {
    fn default() -> Self {
        Self { after: Length::minutes(3), way: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// One e-mail to each.
    Email,
    /// One signed request that names all.
    Webhook,
}

/// A ping, or a part of it, that goes round Slack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detour {
    /// Its number in the case; its place among the case's calls is `Slot::Request` of the same number.
    pub number: u32,
    /// The ping whose way it is.
    pub ping: u32,
    pub tier: Option<String>,
    pub to: Vec<UserId>,
    pub reason: PingReason,
    pub way: Way,
    /// When it was decided.
    pub at: Timestamp,
    pub state: DetourState,
}

impl Detour {
    fn told(&self) -> bool {
        matches!(self.state, DetourState::Told { .. })
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetourState {
    /// On its way; `why` it is late, once a try has failed.
    Queued { why: Option<String> },
    /// They were told.
    Told { at: Timestamp },
    /// Nobody knows whether they were: they are pinged in Slack as well.
    Perhaps { why: String },
    /// They were not, and are pinged in Slack.
    Refused { why: String },
    /// Slack took posts again, or somebody had the case, before it left.
    NotNeeded,
}

/// What the effect asks for: this detour of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetourWord {
    pub number: u32,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetourAnswer {
    /// Not yet: it is tried again by itself.
    Late {
        why: String,
    },
    Told,
    Perhaps {
        why: String,
    },
    Refused {
        why: String,
    },
    NotNeeded,
}

impl DetourAnswer {
    /// What kind of answer it is: each kind counts once for a request.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Late { .. } => "detour-late",
            Self::Told => "detour-told",
            Self::Perhaps { .. } => "detour-perhaps",
            Self::Refused { .. } => "detour-refused",
            Self::NotNeeded => "detour-not-needed",
        }
    }
}

impl From<Posted> for DetourAnswer {
    fn from(posted: Posted) -> Self {
        match posted {
            Posted::Late { why } => Self::Late { why },
            Posted::Sent { .. } => Self::Told,
            Posted::Perhaps { why } => Self::Perhaps { why },
            Posted::Refused { why } => Self::Refused { why },
        }
    }
}

/// What happened, for the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetourHappened {
    /// These were to be told of ping `ping` by other means.
    Sent {
        ping: u32,
        to: Vec<UserId>,
        way: Way,
    },
    Became {
        to: Vec<UserId>,
        way: Way,
        state: DetourState,
    },
}

/// From when on people are told by other means; none while Slack takes posts, or where there are no other means.
fn opens(scene: &Scene<'_>) -> Option<(Way, Timestamp)> {
    let way = scene.desk.when_down.way?;
    match scene.world.posting {
        Posting::Taken => None,
        Posting::Failing { since } => Some((way, since + scene.desk.when_down.after.delta())),
    }
}

/// By which means people are told now.
fn open(scene: &Scene<'_>) -> Option<Way> {
    opens(scene).filter(|(_, at)| *at <= scene.now).map(|(way, _)| way)
}

/// Whether a ping that has not arrived holds up the climb: not when Slack takes none.
pub(super) fn holds_up(sent: Sent, scene: &Scene<'_>) -> bool {
    match sent {
        Sent::Pending => open(scene).is_none(),
        Sent::Delivered | Sent::Dead => false,
    }
}

/// The first tier waits for Slack; those after it, and the supervisor, do not.
fn concerns(case: &Case) -> bool {
    match case.run.state {
        RunState::Climbing => case.run.tier > 0,
        RunState::Exhausted => true,
        RunState::HeldForDetails | RunState::Queued | RunState::Stopped => false,
    }
}

/// Those who can be told in this way, and the others.
fn split(to: &[UserId], way: Way, scene: &Scene<'_>) -> (Vec<UserId>, Vec<UserId>) {
    to.iter().cloned().partition(|user| match way {
        Way::Email => scene.world.directory.email(user).is_some(),
        Way::Webhook => true,
    })
}

/// Sends a ping of the climb: in the thread, or round Slack to those who can be told there while it takes none.
pub(super) fn ping(draft: &mut Draft, scene: &Scene<'_>, ping: Ping) {
    let Some(way) = open(scene) else { return draft.ping(scene.now, ping) };
    overtake(draft, &ping.to);
    if !concerns(&draft.case) {
        return draft.ping(scene.now, ping);
    }
    let (told, rest) = split(&ping.to, way, scene);
    if told.is_empty() {
        return draft.ping(scene.now, ping);
    }
    draft.record(
        scene.now,
        None,
        Happened::Pinged {
            ping: ping.number,
            tier: ping.tier.clone(),
            to: told.clone(),
            reason: ping.reason.clone(),
            passed: ping.passed.clone(),
        },
    );
    for user in &told {
        draft.case.run.pinged.insert(user.clone(), scene.now);
    }
    let waiting = WaitingPing {
        tier: ping.tier.clone(),
        to: Vec::new(),
        reason: ping.reason.clone(),
        due_at: ping.due_at,
    };
    go_round(draft, scene, ping.number, &waiting, &told, way);
    if !rest.is_empty() {
        let number = draft.number();
        let dm = ping.dm.into_iter().filter(|user| rest.contains(user)).collect();
        draft.ping(scene.now, Ping { number, to: rest, dm, ..ping });
    }
}

/// The climb goes on although its pings wait for Slack: nobody gets several of them once it takes posts.
fn overtake(draft: &mut Draft, to: &[UserId]) {
    for waiting in draft.case.waiting.values_mut() {
        waiting.to.retain(|user| !to.contains(user));
    }
    draft.case.waiting.retain(|_, waiting| !waiting.to.is_empty());
}

/// Slack takes no posts for too long: the ping that stands goes round it, as far as it can. Whether any did.
pub(super) fn take_over(draft: &mut Draft, scene: &Scene<'_>, standing: &Standing) -> bool {
    let Some(way) = open(scene).filter(|_| concerns(&draft.case)) else { return false };
    let Some(waiting) = draft.case.waiting.get(&standing.ping).cloned() else { return false };
    let (told, rest) = split(&waiting.to, way, scene);
    if told.is_empty() {
        return false;
    }
    // Whoever sends it finds that nobody waits for it any more.
    draft.case.waiting.remove(&standing.ping);
    go_round(draft, scene, standing.ping, &waiting, &told, way);
    if !rest.is_empty() {
        in_slack(draft, scene, &waiting.tier, rest, &waiting.reason, waiting.due_at);
    }
    true
}

/// Detours of ping `ping`, under numbers of their own.
fn go_round(
    draft: &mut Draft,
    scene: &Scene<'_>,
    ping: u32,
    waiting: &WaitingPing,
    told: &[UserId],
    way: Way,
) {
    let parts: Vec<Vec<UserId>> = match way {
        // One that is refused must not keep the others from theirs.
        Way::Email => told.iter().map(|user| vec![user.clone()]).collect(),
        Way::Webhook => vec![told.to_vec()],
    };
    for to in parts {
        let number = draft.number();
        draft.case.detours.push(Detour {
            number,
            ping,
            tier: waiting.tier.clone(),
            to,
            reason: waiting.reason.clone(),
            way,
            at: scene.now,
            state: DetourState::Queued { why: None },
        });
        draft.effects.push(Effect::Detour(DetourWord { number }));
    }
    let more = draft.case.detours.len().saturating_sub(MOST);
    draft.case.detours.drain(..more);
    let what = DetourHappened::Sent { ping, to: told.to_vec(), way };
    draft.record(scene.now, None, Happened::Detoured { detour: what });
    // They are as good as pinged: the wait runs, and the climb goes on.
    if let Some(standing) = draft.case.run.standing.as_mut().filter(|one| one.ping == ping) {
        standing.sent = Sent::Delivered;
    }
}

/// A ping in the thread that nothing waits for, to those who could not be told by other means.
fn in_slack(
    draft: &mut Draft,
    scene: &Scene<'_>,
    tier: &Option<String>,
    to: Vec<UserId>,
    reason: &PingReason,
    due_at: Timestamp,
) {
    let (number, late_by) = (draft.number(), late_by(due_at, scene.now));
    let (tier, reason) = (tier.clone(), reason.clone());
    let (passed, dm) = (Vec::new(), Vec::new());
    draft.ping(scene.now, Ping { number, tier, to, reason, passed, dm, due_at, late_by });
}

/// When a case whose ping waits for Slack next wants to be looked at.
pub(super) fn next_look(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let (way, opens) = opens(scene)?;
    let waiting = case.waiting.get(&case.run.standing.as_ref()?.ping);
    let tellable = waiting.is_some_and(|waiting| !split(&waiting.to, way, scene).0.is_empty());
    if concerns(case) && tellable {
        return Some(opens);
    }
    Some(wait_ends(case, scene)?.max(opens))
}

/// What came of a detour.
pub(super) fn answered(draft: &mut Draft, scene: &Scene<'_>, number: u32, answer: &DetourAnswer) {
    let Some(detour) = draft.case.detours.iter_mut().find(|detour| detour.number == number) else { return };
    match detour.state {
        DetourState::Queued { .. } => {}
        DetourState::Told { .. }
        | DetourState::Perhaps { .. }
        | DetourState::Refused { .. }
        | DetourState::NotNeeded => return,
    }
    detour.state = match answer {
        DetourAnswer::Late { why } => {
            detour.state = DetourState::Queued { why: Some(why.clone()) };
            return;
        }
        DetourAnswer::Told => DetourState::Told { at: scene.now },
        DetourAnswer::Perhaps { why } => DetourState::Perhaps { why: why.clone() },
        DetourAnswer::Refused { why } => DetourState::Refused { why: why.clone() },
        DetourAnswer::NotNeeded => DetourState::NotNeeded,
    };
    let detour = detour.clone();
    let told = detour.told();
    let what = DetourHappened::Became { to: detour.to.clone(), way: detour.way, state: detour.state };
    draft.record(scene.now, None, Happened::Detoured { detour: what });
    if !told && draft.case.is_unclaimed() {
        in_slack(draft, scene, &detour.tier, detour.to, &detour.reason, detour.at);
    }
    say_how(draft, detour.ping);
}

/// Once nothing of a ping is on its way any more, the thread reads who was told of it, and how.
fn say_how(draft: &mut Draft, ping: u32) {
    let of_it = || draft.case.detours.iter().filter(|detour| detour.ping == ping);
    let under_way = of_it().any(|detour| matches!(detour.state, DetourState::Queued { .. }));
    if of_it().any(Detour::told) && !under_way {
        draft.say(Note::Detoured { ping });
    }
}
