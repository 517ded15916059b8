//! The page's routes, asked by plain HTTP.

pub mod bot;
