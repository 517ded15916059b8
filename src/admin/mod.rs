//! The commands of the program, one file each; `main` only chooses among them.
//!
//! What needs the configuration alone answers by itself; what an operator asks of the cases is answered by the
//! running bot over its HTTP address, else by the store itself.

pub mod outcome;
pub mod text;
pub mod logging;
pub mod check;
pub mod schema;
pub mod manifest;
pub mod version;
pub mod who;
pub mod gaps;
pub mod rehearse;
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
