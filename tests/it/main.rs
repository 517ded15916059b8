//! Every test of the whole, in one binary, so that it is linked once.

mod calls;
mod config;
mod model;
mod queries;
mod scripted;
mod socket;
mod stories;
mod tidy;
mod time;
mod wire;
