//! What an operator asks: answered by the running bot over its HTTP address, else by the store itself.

pub mod ask;
pub mod book;
pub mod case;
pub mod cases;
pub mod dead_letters;
pub mod secret;
pub mod stage;
pub mod transfer;

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Print {
    Text,
    Json,
}
