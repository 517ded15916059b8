//! No desk is ever left empty: breaks, cover and the watch, decided over records in memory.

mod fillings;
mod gate;
mod home;
pub mod people;
mod promises;
mod properties;
pub mod town;
mod watch;
