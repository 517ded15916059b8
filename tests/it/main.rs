//! Everything that is tested from outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod store_contract;
mod store_histories;
mod store_lanes;
mod store_model;
mod store_model_row;
mod store_records;
mod store_samples;
mod store_sled;
