//! The configuration: the worked example loads, and every mistake is told with its place and a way on.

use firstline::config::{Environment, load_with};
use std::path::Path;

#[test]
fn the_worked_example_loads() {
    let config = load_with(Path::new("config"), &Environment::default()).unwrap();
    insta::assert_snapshot!(config.notes);
}
