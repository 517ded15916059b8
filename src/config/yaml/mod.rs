//! YAML with places: parsed into a tree first, then read into shapes so that every mistake is found at once.

pub mod node;
pub mod fault;
pub mod read;
pub mod value;
