//! The transcript of a thread, as text and as a page.

use crate::view::world::case;
use firstline::domain::directory::{Account, AccountKind, Directory};
use firstline::domain::event::{Author, ChannelKind, Message, SharedFile};
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::view::transcript::{Transcript, transcript};

fn message(second: u32, by: &str, author: Author, text: &str) -> Message {
    Message {
        channel: ChannelId::from("C0EVENT"),
        channel_kind: ChannelKind::Channel,
        ts: MessageTs::new(format!("{}.000100", 1_767_607_200 + second)),
        thread: None,
        by: UserId::from(by),
        author,
        text: text.to_owned(),
        files: Vec::new(),
    }
}

fn told(messages: &[Message]) -> Transcript {
    let mut directory = Directory::default();
    let case = case();
    let account = Account {
        name: "Lena".to_owned(),
        kind: AccountKind::Guest,
        person: None,
        time_zone: Some("Europe/Berlin".to_owned()),
        email: None,
    };
    directory.users.insert(case.requester.clone(), account);
    let bot = UserId::from("U0BOT");
    transcript(&case, "Help", messages, &directory, &bot, &firstline::zone::installed())
}

#[test]
fn people_read_who_said_what_in_the_requesters_zone() {
    let case = case();
    let mut with_file =
        message(60, case.requester.as_str(), Author::Person, "see &lt;this&gt; <https://a.test|a>");
    with_file.files = vec![SharedFile { id: "F1".to_owned(), name: "shot <1>.png".to_owned() }];
    let said = told(&[
        message(0, case.requester.as_str(), Author::Person, "it does not open"),
        message(10, "U0BOT", Author::Bot, "the card"),
        message(20, "U0ANA", Author::Person, "<@U0BOT> hold 2h"),
        message(30, "U0ANA", Author::Person, "Private: they never read the manual"),
        with_file,
    ]);
    let text = said.text();
    assert!(text.contains("Times are in Europe/Berlin."), "{text}");
    assert!(text.contains("[2026-01-05 11:00]"), "{text}");
    assert!(text.contains("see <this> a (https://a.test)\n(file: shot <1>.png)"), "{text}");
    for hidden in ["the card", "hold 2h", "manual"] {
        assert!(!text.contains(hidden), "{text}");
    }
    let html = said.html();
    assert!(
        html.contains("see &lt;this&gt;") && html.contains("shot &lt;1&gt;.png") && !html.contains("<script")
    );
}

#[test]
fn two_thousand_messages_are_all_there() {
    let many: Vec<Message> =
        (0..2_000).map(|n| message(n, "U0ANA", Author::Person, &format!("line {n}."))).collect();
    let said = told(&many);
    assert_eq!(said.lines.len(), 2_000);
    assert!(said.text().contains("line 1999.") && said.html().contains("line 1999."));
}
