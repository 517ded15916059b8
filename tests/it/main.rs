//! Every test of the whole, in one binary, so that it is linked once.

mod calls;
mod config;
mod cover;
mod engine;
mod model;
mod queries;
mod scripted;
mod socket;
mod store_contract;
mod store_histories;
mod store_lanes;
mod store_model;
mod store_model_row;
mod store_records;
mod store_samples;
mod store_sled;
mod stories;
mod tidy;
mod time;
mod wire;
