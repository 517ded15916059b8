//! What happens in a history, step by step; each step stands for itself, so that any may be left out.

use crate::crash::dice::Dice;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A post; `late` is in the desk's channel that keeps hours.
    Say {
        who: usize,
        late: bool,
    },
    Reply {
        who: usize,
        post: usize,
    },
    React {
        who: usize,
        post: usize,
        emoji: usize,
    },
    Unreact {
        who: usize,
        post: usize,
        emoji: usize,
    },
    Edit {
        post: usize,
    },
    Delete {
        post: usize,
    },
    Press {
        who: usize,
        post: usize,
        button: usize,
    },
    /// A word to the bot in the thread.
    Word {
        who: usize,
        post: usize,
        word: usize,
    },
    /// A word about one's own coverage.
    Cover {
        who: usize,
        word: usize,
    },
    Status {
        who: usize,
        word: usize,
    },
    /// The form of `/escalate`, all in one line.
    Escalate {
        who: usize,
    },
    Pass {
        seconds: u64,
    },
    /// The process dies at its n-th await from here on, and is started again after so many seconds.
    Crash {
        awaits: i64,
        down: u64,
    },
    /// It ends in order.
    Restart {
        down: u64,
    },
    /// The next calls of Slack go wrong in this way.
    Calls {
        how: usize,
        count: usize,
        seconds: u64,
    },
    /// No request reaches Slack.
    Outage {
        seconds: u64,
    },
    /// So many commits find that another came first.
    Conflicts {
        count: usize,
    },
    /// Nothing can be written.
    DiskFull {
        seconds: u64,
    },
    /// No connection.
    Gap {
        seconds: u64,
    },
    /// Envelopes are held back, then come, perhaps in the wrong order.
    Hold {
        seconds: u64,
        reversed: bool,
    },
    Twice {
        on: bool,
    },
    /// The wall clock is set.
    Jump {
        seconds: i64,
    },
    Reload {
        other: bool,
    },
    /// A second engine on the same store, for so long.
    Second {
        seconds: u64,
    },
}

/// The history of this number.
pub fn history(number: u64) -> Vec<Step> {
    let mut dice = Dice::new(number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678));
    for _ in 0..8 {
        dice.below(2);
    }
    let length = 6 + dice.below(26);
    // Some histories are calm, so that what is checked between disturbances is checked often.
    let calm = dice.below(4);
    let mut steps = vec![Step::Say { who: index(&mut dice, 2), late: false }];
    for _ in 0..length {
        steps.push(step(&mut dice, calm));
    }
    steps
}

fn index(dice: &mut Dice, below: u64) -> usize {
    usize::try_from(dice.below(below)).unwrap()
}

fn step(dice: &mut Dice, calm: u64) -> Step {
    match dice.below(if calm == 0 { 34 } else { 52 }) {
        0..=3 => Step::Say { who: index(dice, 2), late: dice.below(5) == 0 },
        4..=6 => Step::Reply { who: index(dice, 6), post: index(dice, 8) },
        7..=9 => Step::React { who: index(dice, 6), post: index(dice, 8), emoji: index(dice, 3) },
        10 => Step::Unreact { who: index(dice, 6), post: index(dice, 8), emoji: index(dice, 3) },
        11 => Step::Edit { post: index(dice, 8) },
        12 => Step::Delete { post: index(dice, 8) },
        13..=15 => Step::Press { who: index(dice, 6), post: index(dice, 8), button: index(dice, 6) },
        16..=19 => Step::Word { who: index(dice, 6), post: index(dice, 8), word: index(dice, 9) },
        20..=21 => Step::Cover { who: 2 + index(dice, 4), word: index(dice, 4) },
        22 => Step::Status { who: 2 + index(dice, 4), word: index(dice, 3) },
        23 => Step::Escalate { who: index(dice, 2) },
        24..=33 => Step::Pass { seconds: long(dice) },
        trouble => self::trouble(dice, trouble),
    }
}

fn trouble(dice: &mut Dice, which: u64) -> Step {
    match which {
        34..=38 => Step::Crash { awaits: i64::try_from(dice.below(60)).unwrap(), down: short(dice) },
        39 => Step::Restart { down: short(dice) },
        40..=43 => {
            Step::Calls { how: index(dice, 7), count: 1 + index(dice, 3), seconds: 1 + dice.below(40) }
        }
        44 => Step::Outage { seconds: short(dice) },
        45 => Step::Conflicts { count: 1 + index(dice, 6) },
        46 => Step::DiskFull { seconds: 1 + dice.below(90) },
        47 => Step::Gap { seconds: 1 + dice.below(120) },
        48 => Step::Hold { seconds: 1 + dice.below(20), reversed: dice.below(2) == 0 },
        49 => Step::Twice { on: dice.below(3) > 0 },
        50 => Step::Jump { seconds: i64::try_from(dice.below(5400)).unwrap() - 1800 },
        _ if dice.below(2) == 0 => Step::Reload { other: dice.below(2) == 0 },
        _ => Step::Second { seconds: 5 + dice.below(600) },
    }
}

/// Mostly seconds, sometimes the better part of an hour.
fn long(dice: &mut Dice) -> u64 {
    match dice.below(3) {
        0 => dice.below(20),
        1 => dice.below(400),
        _ => dice.below(3000),
    }
}

fn short(dice: &mut Dice) -> u64 {
    if dice.below(4) == 0 { dice.below(900) } else { dice.below(20) }
}
