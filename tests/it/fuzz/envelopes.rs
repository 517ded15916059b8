//! Envelopes that were spoilt in several places: keys gone, values of another kind, very deep, very long.

use super::{cases, in_time};
use crate::wire::{bot, fixtures};
use firstline::slack::frame::{Frame, parse};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// What may stand in place of anything.
fn other() -> impl Strategy<Value = Value> {
    let deep = (0..100).fold(json!("x"), |inside, _| json!([{ "a": inside }]));
    select(vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}<!channel>"),
        json!("1e999.000000000000000000001"),
        json!("-1.5"),
        json!("9".repeat(400)),
        json!("<@U1>".repeat(20_000)),
        json!([]),
        json!({}),
        json!([[], {}, null]),
        json!({ "type": "message", "subtype": "message_changed", "message": { "message": {} } }),
        deep,
    ])
}

#[derive(Clone, Debug)]
enum Harm {
    Replace(Value),
    Remove,
    Repeat,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![3 => other().prop_map(Harm::Replace), 2 => Just(Harm::Remove), 1 => Just(Harm::Repeat)]
}

/// Does this somewhere in a value.
fn do_harm(value: &mut Value, path: &[Index], harm: &Harm) {
    let Some((step, rest)) = path.split_first() else { return };
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(step.index(map.len())).unwrap().clone();
            match (rest, harm) {
                ([], Harm::Remove) => drop(map.remove(&key)),
                ([], Harm::Replace(other)) => drop(map.insert(key, other.clone())),
                ([], Harm::Repeat) => {
                    let whole = Value::Object(map.clone());
                    map.insert(key, whole);
                }
                (rest, harm) => do_harm(map.get_mut(&key).unwrap(), rest, harm),
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let at = step.index(list.len());
            match (rest, harm) {
                ([], Harm::Remove) => drop(list.remove(at)),
                ([], Harm::Replace(other)) => list[at] = other.clone(),
                ([], Harm::Repeat) => {
                    let one = list[at].clone();
                    list.extend(std::iter::repeat_n(one, 200));
                }
                (rest, harm) => do_harm(&mut list[at], rest, harm),
            }
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => {
            if let Harm::Replace(other) = harm {
                *value = other.clone();
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn no_harm_to_an_envelope_is_passed_on(
        which in any::<Index>(),
        harms in prop::collection::vec((prop::collection::vec(any::<Index>(), 1..9), harm()), 1..5),
    ) {
        let files = fixtures();
        let text = std::fs::read_to_string(which.get(&files)).unwrap();
        let mut envelope: Value = serde_json::from_str(&text).unwrap();
        for (path, harm) in &harms {
            do_harm(&mut envelope, path, harm);
        }
        let text = envelope.to_string();
        in_time(&text, || {
            if let Frame::Envelope(envelope) = parse(&text) {
                let _inbound = envelope.into_inbound(&bot(), crate::wire::now());
            }
        });
    }

    #[test]
    fn a_frame_that_breaks_off_does_no_harm(which in any::<Index>(), at in 0.0..1.0_f64) {
        let files = fixtures();
        let text = std::fs::read_to_string(which.get(&files)).unwrap();
        let cut = (text.len() as f64 * at) as usize;
        let _frame = parse(&String::from_utf8_lossy(&text.as_bytes()[..cut]));
    }
}
