//! Values without what belongs to the layout of a post.

use super::page::Page;
use crate::domain::text;

/// Where the desk's own greeting ends when the text begins with it, whatever the case and the punctuation.
pub(super) fn greeting_end(plain: &str, greeting: &str) -> Option<usize> {
    let mut words = text::words(plain);
    let mut end = None;
    for word in text::words(text::read(greeting).plain.as_str()) {
        let expected = text::folded(&text::read(greeting).plain[word]);
        let said = words.next()?;
        if text::folded(&plain[said.clone()]) != expected {
            return None;
        }
        end = Some(said.end);
    }
    let end = end?;
    let tail = plain[end..].find(|c: char| !(c.is_whitespace() || ",.!:;-–—".contains(c)));
    Some(tail.map_or(plain.len(), |tail| end + tail))
}

/// A value without what belongs to the layout: quote signs, markup left open, closing thanks.
pub(super) fn tidy(text: &str) -> String {
    let unquoted: Vec<&str> =
        text.lines().map(|line| line.trim().trim_start_matches('>').trim_start()).collect();
    let mut lines: &[&str] = &unquoted;
    while let [head @ .., last] = lines
        && (last.is_empty() || !head.is_empty() && text::is_thanks(last))
    {
        lines = head;
    }
    let joined = lines.join("\n");
    let mut text = joined.trim();
    // Layout is a few signs deep; the limit keeps a page of nothing but signs cheap.
    for _ in 0..8 {
        let before = text;
        text = text.trim_matches(|c: char| c.is_whitespace() || "|•".contains(c));
        if text::emoji_at(text) == 0 {
            text = text.trim_start_matches([':', '=', ',', ';', '→']);
        }
        text = text.trim_end_matches([',', ';']);
        for mark in ["*", "_", "~", "`", "\""] {
            text = without_stray(text, mark);
        }
        let dashed = text.strip_prefix("- ").or_else(|| text.strip_prefix("– "));
        text = dashed.or_else(|| text.strip_prefix("— ")).unwrap_or(text);
        if text.len() == before.len() {
            break;
        }
    }
    let numbered =
        text.rsplit_once('\n').filter(|(_, last)| is_next_number(last)).map(|(head, _)| head.trim_end());
    numbered.unwrap_or(text).to_owned()
}

/// A number of a list, left alone at the end of a value because its label was cut off.
fn is_next_number(line: &str) -> bool {
    line.len() <= 3 && line.ends_with(['.', ')']) && line.starts_with(|c: char| c.is_ascii_digit())
}

/// Takes off markup that encloses the whole, or that is not closed.
fn without_stray<'a>(text: &'a str, mark: &str) -> &'a str {
    let count = text.matches(mark).count();
    let encloses = count == 2 && text.len() > 2 && text.starts_with(mark) && text.ends_with(mark);
    if encloses {
        return &text[mark.len()..text.len() - mark.len()];
    }
    if count % 2 == 1 {
        return text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)).unwrap_or(text);
    }
    text
}

/// The same for a page: what it loses at its ends, its atoms do not.
pub(super) fn tidy_page(page: &Page) -> Page {
    let text = tidy(&page.text);
    match page.text.find(&text) {
        Some(start) => page.slice(start..start + text.len()),
        None => Page::from(text.as_str()),
    }
}

/// What a text field may be filled with although no label says so.
pub(super) fn loose_text(loose: &[Page], greeting: Option<&str>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for page in loose {
        for paragraph in page_paragraphs(page) {
            let mut text = paragraph.text.as_str();
            let own = greeting.and_then(|greeting| greeting_end(text, greeting)).unwrap_or(0);
            text = &text[own.max(text::greeting_in(text))..];
            let text = tidy(text);
            let words = paragraph.words_alone();
            let says_something = words.contains(char::is_alphabetic) && text.contains(char::is_alphabetic);
            if says_something && !text::is_thanks(&text) && !text::is_emoji_only(&text) {
                kept.push(text);
            }
        }
    }
    kept.join("\n")
}

fn page_paragraphs(page: &Page) -> Vec<Page> {
    let mut all = Vec::new();
    let mut start = None;
    for line in page.lines() {
        let is_blank = page.text[line.clone()].trim().is_empty();
        match (start, is_blank) {
            (None, false) => start = Some(line.start),
            (Some(from), true) => {
                all.push(page.slice(from..line.start.saturating_sub(1).max(from)));
                start = None;
            }
            (None, true) | (Some(_), false) => {}
        }
    }
    if let Some(from) = start {
        all.push(page.slice(from..page.text.len()));
    }
    all
}
