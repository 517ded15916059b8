//! Everything that is tested from outside, in one binary.

mod store_contract;
mod store_lanes;
mod store_model;
mod store_records;
mod store_samples;
mod store_sled;
