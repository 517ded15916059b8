//! From files as written to values as meant: every name is looked up here, every limit is checked here.

pub mod names;
pub mod time;
pub mod people;
pub mod playbook;
pub mod playbook_desk;
pub mod playbook_graph;
pub mod rotations;
pub mod settings;
pub mod intake;
pub mod organisations;
pub mod afterwards;
pub mod closing;
pub mod tickets;
pub mod tiers;
pub mod channels;
pub mod outside;
pub mod emails;
pub mod desk;
pub mod detour;
pub mod lint;
pub mod report;
pub mod routines;
