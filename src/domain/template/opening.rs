//! What stands at the head of a line before its words: quote signs, bullets, numbers, boxes.

use crate::domain::text;

/// A box before a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    NoBox,
    Ticked,
    Empty,
}

/// Skips quote signs, bullets, numbers, boxes, emoji and markup at the start of a line.
pub(super) fn before_body(line: &str) -> (usize, Tick) {
    let mut tick = Tick::NoBox;
    let mut rest = line;
    for _ in 0..12 {
        let before = rest;
        rest =
            rest.trim_start_matches(|c: char| c.is_whitespace() || "*_~`>•◦▪●·-–—|\u{feff}\"“".contains(c));
        if let Some((length, box_tick)) = boxed(rest) {
            tick = box_tick;
            rest = &rest[length..];
        }
        if tick == Tick::NoBox || rest.len() < before.len() {
            rest = &rest[number(rest)..];
            rest = &rest[text::emoji_at(rest)..];
        }
        if rest.len() == before.len() {
            break;
        }
    }
    (line.len() - rest.len(), tick)
}

fn boxed(text: &str) -> Option<(usize, Tick)> {
    let ticked = ["[x]", "[X]", "[✓]", "[✔]", "☑️", "☑", "✅", "✔️", "✔", "✓", ":white_check_mark:"];
    let also_ticked = [":heavy_check_mark:", ":ballot_box_with_check:"];
    let empty = ["[ ]", "[]", "☐", "⬜", "❌", ":x:", ":white_large_square:"];
    let starts = |sign: &&&str| text.starts_with(**sign);
    if let Some(sign) = ticked.iter().chain(&also_ticked).find(starts) {
        return Some((sign.len(), Tick::Ticked));
    }
    empty.iter().find(starts).map(|sign| (sign.len(), Tick::Empty))
}

/// The length of `1.`, `2)`, `(3)` or `a)` at the start; 0 without one.
fn number(text: &str) -> usize {
    let inside = text.strip_prefix('(').unwrap_or(text);
    let digits = inside.bytes().take(3).take_while(u8::is_ascii_digit).count();
    let letters = usize::from(inside.starts_with(|c: char| c.is_ascii_alphabetic()));
    let length = if digits > 0 { digits } else { letters };
    let ends: &[char] = if digits > 0 { &['.', ')', ':'] } else { &[')'] };
    let is_number = length > 0 && inside[length..].starts_with(ends);
    let is_apart = inside[length..].chars().nth(1).is_none_or(|c| !c.is_ascii_digit());
    if is_number && is_apart { text.len() - inside.len() + length + 1 } else { 0 }
}
