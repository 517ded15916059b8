//! Chance with a seed that can be printed and played again.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// `FIRSTLINE_SEED`, or one that nobody chose.
pub fn seed() -> u64 {
    let given = std::env::var("FIRSTLINE_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| RandomState::new().build_hasher().finish())
}

/// xorshift64.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Dice of their own for somebody else.
    pub fn another(&mut self) -> Self {
        Self::new(self.next())
    }

    /// A number below `bound`; 0 when there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
