//! Every test of the whole, in one binary, so that it is linked once.

mod cli;
mod config;
mod model;
mod stories;
mod tidy;
mod time;
