//! Slack's encoding, thanks and greetings, as they come.

use firstline::domain::text;
use firstline::id::UserId;
use rstest::rstest;

#[rstest]
#[case("plain", "plain")]
#[case("a &amp;amp; b &lt;3 &gt;", "a &amp; b <3 >")]
#[case("hi <@U1|ana> and <@U2>", "hi @ana and @U2")]
#[case("<!here> <!channel> <!everyone|everyone>", "@here @channel @everyone")]
#[case("<!subteam^S1|@tech> <!subteam^S2>", "@tech @S2")]
#[case("in <#C1|general> or <#C2>", "in #general or #C2")]
#[case("<https://a.example.com/?x=1&amp;y=2>", "https://a.example.com/?x=1&y=2")]
#[case("<http://a.example.com|a.example.com>", "a.example.com")]
#[case("<https://a.example.com|the page>", "the page (https://a.example.com)")]
#[case("<mailto:a@b.example|a@b.example>", "a@b.example")]
#[case("call <tel:+4412|+44 12>", "call +44 12")]
#[case("at <!date^1700000000^{time}|15:00 UTC>", "at 15:00 UTC")]
#[case("1 < 2 > 0", "1 < 2 > 0")]
#[case("<>", "<>")]
#[case("<@> <@u1> <!x> <#> <mailto:> <://>", "<@> <@u1> <!x> <#> <mailto:> <://>")]
#[case("<<@U1>", "<@U1")]
#[case("unclosed <@U1", "unclosed <@U1")]
#[case("& &nbsp; &am", "& &nbsp; &am")]
fn slack_text_becomes_plain(#[case] encoded: &str, #[case] plain: &str) {
    assert_eq!(text::read(encoded).plain, plain);
}

#[test]
fn what_is_encoded_is_listed_once() {
    let reading =
        text::read("<@U1> <@U1|ana> <!here> <!subteam^S1|@tech> <https://a.example> <mailto:a@b.example>");
    assert_eq!(reading.users, [UserId::from("U1")]);
    assert_eq!(reading.groups, [("S1".into(), Some("tech".to_owned()))]);
    assert_eq!(reading.broadcast, [text::Broadcast::Here]);
    assert_eq!(reading.links, ["https://a.example"]);
    assert_eq!(reading.emails, ["a@b.example"]);
}

#[rstest]
#[case("<@UBOT> claim", "claim")]
#[case("<@UBOT|firstline>, help <@U1>", "help <@U1>")]
#[case("hey <@UBOT> who is on?", "hey who is on?")]
#[case("<@UBOT>", "")]
#[case("<@UBOTTLE> claim", "<@UBOTTLE> claim")]
#[case("<@UBOT>:  hold   2h", "hold 2h")]
fn the_bot_s_mention_is_taken_out(#[case] encoded: &str, #[case] left: &str) {
    assert_eq!(text::without_mention(encoded, &UserId::from("UBOT")), left);
}

#[test]
fn thanks_greetings_and_emoji_are_told_from_questions() {
    let thanks = [
        "thanks",
        "Thank you so much!",
        "ty",
        "thx",
        "perfect, thanks",
        "great",
        "ok",
        "ok :+1:",
        "Thanks a lot 🙏",
        "Thanks Ana!",
        "thank you <@U1>",
        "awesome, thank you for the quick help",
        "Cheers",
        "got it, thanks!",
        "great job team",
        "Perfect! That works, thank you very much.",
        "thanks everyone",
        "kk",
    ];
    for said in thanks {
        assert!(text::is_thanks(said), "{said}");
    }
    let not_thanks = [
        "thanks, but it still does not work",
        "no",
        "ok but what about the other room",
        "great, and the second one?",
        "thanks for nothing works",
        "ok?",
        "",
        ":+1:",
        "is it ok",
        "thank you, the chat is broken now",
        "not ok",
        "thanks <https://a.example>",
        "thanks, it happened again",
        "please help",
    ];
    for said in not_thanks {
        assert!(!text::is_thanks(said), "{said}");
    }
    for said in ["hi", "Hello @here", "Hi <!here>,", "Good morning team!", "hey <@U1> :wave:", "Hi there"] {
        assert!(text::is_greeting(said), "{said}");
    }
    for said in
        ["hi, the chat is down", "good question", "", "history", "the team", ":wave:", "hello? it is down"]
    {
        assert!(!text::is_greeting(said), "{said}");
    }
    for said in [":tada:", "👍🏽", " :wave::skin-tone-2: 🎉 ", "❤️"] {
        assert!(text::is_emoji_only(said), "{said}");
    }
    for said in ["", "ok", "!!!", "15:00:00", ":tada: done", "1"] {
        assert!(!text::is_emoji_only(said), "{said}");
    }
}
