//! No desk is ever left empty: breaks, cover and the watch, decided over records in memory.

mod fillings;
mod gate;
mod home;
mod people;
mod promises;
mod properties;
mod town;
mod watch;
