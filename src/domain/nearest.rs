//! "Did you mean": the known name that is nearest to a mistyped one.

/// What is longer, in bytes, is no slip of the finger.
const LONGEST: usize = 200;

/// The nearest of `known`, when it is near enough that it was probably meant: a few letters off, or the only one
/// that begins so.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > LONGEST {
        return None;
    }
    let typed = typed.to_lowercase();
    let limit = (typed.chars().count() / 3).clamp(1, 3);
    let known: Vec<&str> = known.into_iter().collect();
    let near = known
        .iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (distance(&typed, &name.to_lowercase()), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min();
    let begun = || {
        let mut longer =
            known.iter().filter(|name| typed.len() >= 3 && name.to_lowercase().starts_with(&typed));
        longer.next().filter(|_| longer.next().is_none()).copied()
    };
    near.map(|(_, name)| name).or_else(begun)
}

/// The hint for an unknown name: the nearest one, or all of them while they are few.
pub fn suggest<'a>(typed: &str, what: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(name) = nearest(typed, known.iter().copied()) {
        return Some(format!("did you mean `{name}`?"));
    }
    const MANY: usize = 16;
    match known.len() {
        0 => None,
        count if count > MANY => Some(format!("{what} are {}, and more", listed(&known[..MANY]))),
        1 => Some(format!("the only one is {}", listed(&known))),
        _ => Some(format!("{what} are {}", listed(&known))),
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// How many letters have to be changed, added, dropped or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_near() {
        assert_eq!(distance("wiat", "wait"), 1);
        assert_eq!(nearest("wiat", ["who", "wait", "name"]), Some("wait"));
        assert_eq!(nearest("supervisr", ["supervisor", "hours"]), Some("supervisor"));
        assert_eq!(nearest("banana", ["who", "wait", "name"]), None);
        assert_eq!(nearest("", ["a"]), Some("a"));
        assert_eq!(nearest("bot", ["app_token", "bot_token"]), Some("bot_token"));
        assert_eq!(nearest("reply", ["reply_within", "reply_until"]), None);
    }
}
