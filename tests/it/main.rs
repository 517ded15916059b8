//! Every test of the whole, in one binary, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tests print what they show")]
#![expect(clippy::disallowed_methods, reason = "tests name instants of their own")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one arm among many")]

mod afternoon;
mod backtest;
mod bad_input;
mod bookings;
mod browser;
mod calendars;
mod calls;
mod cli;
mod config;
mod cover;
mod crash;
mod detour;
mod engine;
mod figures;
mod fuzz;
mod kept;
mod lessons;
mod mail;
mod model;
mod page;
mod program;
mod queries;
mod reading;
mod scripted;
mod security;
mod shifts;
mod similar;
mod simulation;
mod slow;
mod socket;
mod store_archive;
mod store_contract;
mod store_histories;
mod store_lanes;
mod store_model;
mod store_model_archive;
mod store_model_row;
mod store_records;
mod store_samples;
mod store_sled;
mod stories;
mod texts;
mod tidy;
mod tickets;
mod time;
mod tour;
mod view;
mod wire;
mod wishes;
