//! The files as they are written: one shape for each kind, with nothing looked up yet.
//!
//! What stands in a doc comment here is what an editor shows (`firstline schema`).

pub mod words;
pub mod tickets;
pub mod top;
pub mod people;
pub mod desk;
pub mod detour;
pub mod intake;
pub mod outside;
pub mod closing;
pub mod playbook;
pub mod report;
pub mod routines;
