//! Zones, hours, rotations, holidays and the resolver, against tables, the fine print and an oracle.

mod build;
mod business;
mod calendars;
mod fine_print;
mod naive;
mod oracle;
mod properties;
mod rotations;
mod rules;
mod states;
mod vectors;
mod windows;
