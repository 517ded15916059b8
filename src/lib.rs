//! Firstline: nobody who asks for help waits in silence, and no help desk is left empty.
//!
//! The rooms, in reading order; each imports only from those above it (`docs/architecture.md`).

pub mod id;
pub mod clock;
pub mod zone;
pub mod coverage;
pub mod domain;
pub mod view;
pub mod store;
pub mod slack;
pub mod connect;
pub mod engine;
pub mod config;
pub mod admin;
pub mod web;
pub mod app;
pub mod rehearsal;
