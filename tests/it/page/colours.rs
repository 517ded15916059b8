//! The page's colours against WCAG AA: 4.5 to 1 for text, 3 to 1 for what marks a field or the focus.

use std::collections::BTreeMap;

const PALETTE: &str = include_str!("../../../src/rehearsal/page/assets/palette.css");

/// Text on what it stands on.
const TEXT: &[(&str, &str)] = &[
    ("text", "ground"),
    ("text", "raised"),
    ("text", "sunken"),
    ("text", "whisper"),
    ("muted", "ground"),
    ("muted", "raised"),
    ("muted", "sunken"),
    ("muted", "whisper"),
    ("link", "ground"),
    ("link", "raised"),
    ("link", "whisper"),
    ("danger", "ground"),
    ("danger", "raised"),
    ("on-accent", "accent"),
    ("on-danger", "danger"),
    ("on-banner", "banner"),
    ("on-mention", "mention"),
    ("on-mine", "mine"),
    ("code", "raised"),
    ("on-nav", "nav"),
    ("on-nav", "nav-raised"),
    ("nav-muted", "nav"),
    ("nav-muted", "nav-raised"),
    ("on-nav-chosen", "nav-chosen"),
    ("on-clock", "clock"),
    ("ground", "text"),
    ("on-face", "face-0"),
    ("on-face", "face-1"),
    ("on-face", "face-2"),
    ("on-face", "face-3"),
    ("on-face", "face-4"),
    ("on-face", "face-5"),
    ("on-face", "face-6"),
    ("on-face", "face-7"),
];

/// Edges and marks on what they stand on.
const MARKS: &[(&str, &str)] = &[
    ("field-line", "ground"),
    ("accent", "ground"),
    ("focus", "ground"),
    ("focus", "raised"),
    ("danger", "ground"),
];

/// `--name: #rrggbb` of a block of rules.
fn colours(css: &str) -> BTreeMap<&str, [f64; 3]> {
    let lines =
        css.lines().filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"));
    let channel = |hex: &str, at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
    lines.map(|(name, hex)| (name, [0, 2, 4].map(|at| channel(hex, at)))).collect()
}

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(rgb: [f64; 3]) -> f64 {
    let linear = rgb.map(|it| if it <= 0.04045 { it / 12.92 } else { ((it + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn colours_pass_aa_by_day_and_by_night() {
    let (day, night) = PALETTE.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let day = colours(day);
    let mut dark = day.clone();
    dark.extend(colours(night));
    assert!(day.len() > 35 && dark.len() == day.len(), "a colour of the night has no day: {dark:?}");
    let mut weak = Vec::new();
    for (scheme, palette) in [("light", &day), ("dark", &dark)] {
        for (pairs, least) in [(TEXT, 4.5), (MARKS, 3.0)] {
            for (above, below) in pairs {
                let ratio = contrast(palette[above], palette[below]);
                if ratio < least {
                    weak.push(format!("{scheme}: {above} on {below} is {ratio:.2}, under {least}"));
                }
            }
        }
    }
    assert_eq!(weak, Vec::<String>::new());
}
