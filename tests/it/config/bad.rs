//! Mistakes people make, each with the whole of what it is answered with.

use super::told;

const TOP: &str = "firstline.yml";
const PEOPLE: &str = "people.yml";
const DESK: &str = "desks/help.yml";

/// A mistake: what it is, the file, and what is written instead of what.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

/// All answers of a theme, one under the other.
fn answers(mistakes: &[Mistake]) -> String {
    let answer = |(name, file, from, to): &Mistake| format!("## {name}\n\n{}", told(&[(file, from, to)]));
    mistakes.iter().map(answer).collect::<Vec<_>>().join("\n\n\n")
}

#[test]
fn shape() {
    shown!(answers(&[
        ("an unknown key", DESK, "wait: 5m", "wiat: 5m"),
        ("an unknown key at the top", TOP, "store:", "stroe:"),
        ("a key that stands twice", DESK, "name: Help\n", "name: Help\nname: Aid\n"),
        ("a list where a text belongs", DESK, "name: Help", "name: [Help]"),
        ("a text where a list belongs", DESK, "channels: [help]", "channels: help"),
        ("yes for true", DESK, "claiming: { reactions: [eyes] }", "claiming: { on_reply: yes }"),
        ("a choice that is none", DESK, "cases: template", "cases: every_post"),
        ("a mistyped choice", DESK, "cases: template", "cases: templat"),
        ("a number that is none", DESK, "repeat: 2", "repeat: twice"),
        ("a negative number", DESK, "min_available: 1", "min_available: -1"),
        (
            "required that is no answer",
            DESK,
            "required: true }\n    - { key: area",
            "required: maybe }\n    - { key: area"
        ),
        ("a number of pings", DESK, "repeat: 2", "ping: 0"),
        ("several at once", DESK, "tiers:\n", "colour: red\nnotices: [soon]\ntiers:\n"),
        (
            "a person who is a text",
            PEOPLE,
            "  bo:\n    slack: bo@example.com\n    name: Bo Lind\n    time_zone: Europe/London\n",
            "  bo: bo@example.com\n"
        ),
        ("broken quotes", DESK, "greeting: \"Hi,\"", "greeting: \"Hi,"),
        ("broken brackets", DESK, "channels: [help]", "channels: [help"),
        ("a colon in a text", DESK, "name: Help", "name: Help: all day"),
    ]));
}

#[test]
fn missing() {
    shown!(answers(&[
        ("a desk without its key", DESK, "desk: help\n", ""),
        ("a desk without channels", DESK, "channels: [help]\n", ""),
        (
            "a tier without name and wait",
            DESK,
            "{ name: Lead, who: [role:lead], wait: 5m }",
            "{ who: [role:lead] }"
        ),
        ("a field without a label", DESK, "label: Issue, ", ""),
        ("a choice without choices", DESK, ", any_of: [chat, platform]", ""),
        ("a person without an account", PEOPLE, "    slack: U0ANA\n", ""),
        ("a rotation without a start", PEOPLE, ", from: \"2026-01-05 09:00\"", ""),
        ("an override that says nothing", PEOPLE, ", replace: ana, with: bo", ""),
        ("a tier after hours that is not named", DESK, "clocks:", "after_hours: { do: tier }\nclocks:"),
    ]));
}

#[test]
fn names() {
    shown!(answers(&[
        ("a person who does not exist", DESK, "\"@tech\", ana", "\"@tech\", anna"),
        ("a rotation that does not exist", DESK, "rotation:lead", "rotation:leed"),
        ("a role that does not exist", DESK, "who: [role:lead]", "who: [role:lead_csm]"),
        ("a supervisor who is everybody", DESK, "supervisor: bo", "supervisor: responders"),
        ("a supervisor who does not exist", DESK, "supervisor: bo", "supervisor: zed"),
        ("holidays that do not exist", PEOPLE, "holidays: us", "holidays: uk"),
        ("a rotation of strangers", PEOPLE, "people: [ana, bo]", "people: [ana, bob]"),
        ("an override of a stranger", PEOPLE, "with: bo", "with: boo"),
        ("time off of a stranger", PEOPLE, "person: ana", "person: an"),
        ("a group of strangers", PEOPLE, "members: [bo]", "members: [beau]"),
        ("a Slack id in a tier", DESK, "\"@tech\", ana", "U0XYZ, ana"),
        ("a word that names nobody", DESK, "\"@tech\", ana", "\"the team\", ana"),
        (
            "a tier after hours that does not exist",
            DESK,
            "clocks:",
            "after_hours: { do: tier, tier: Teck }\nclocks:"
        ),
        ("a redirect on no field", DESK, "unless: tried", "unless: tryed"),
        ("a redirect on a field that is not confirmed", DESK, "unless: tried", "unless: area"),
        ("a key with capitals", PEOPLE, "  bo:\n", "  Bo:\n"),
        ("an account that is none", PEOPLE, "U0ANA", "\"@ana\""),
        ("an account of two", PEOPLE, "bo@example.com", "U0ANA"),
    ]));
}

#[test]
fn times() {
    shown!(answers(&[
        ("a zone by its short name", PEOPLE, "America/Los_Angeles", "PST"),
        ("a fixed offset", PEOPLE, "America/Los_Angeles", "EST"),
        ("an old name of a zone", PEOPLE, "America/Los_Angeles", "US/Pacific"),
        ("a zone in small letters", PEOPLE, "Europe/London\nrotations", "europe/london\nrotations"),
        ("hours that are no window", DESK, "\"08:30-17:30\"", "\"8.30 to 17.30\""),
        ("hours with equal ends", DESK, "\"08:30-17:30\"", "\"08:00-08:00\""),
        ("hours that overlap", DESK, "\"08:30-17:30\"", "\"08:30-12:00, 11:00-17:30\""),
        ("a day twice", DESK, "{ mon-fri: \"08:30-17:30\" }", "{ mon-fri: \"08:30-17:30\", wed: closed }"),
        ("an unknown day", DESK, "mon-fri: \"", "weekdays: \""),
        ("no days at all", DESK, "hours: { mon-fri: \"08:30-17:30\" }", "hours: {}"),
        ("hours in a word", DESK, "hours: { mon-fri: \"08:30-17:30\" }", "hours: never"),
        ("a last minute left open", DESK, "\"08:30-17:30\"", "\"08:30-23:59\""),
        ("a date that is none", PEOPLE, "2026-12-24: \"", "24.12.2026: \""),
        ("a length that is none", DESK, "reply_within: 5m", "reply_within: soon"),
        ("a bare number", DESK, "reply_within: 5m", "reply_within: 5"),
        ("a length of zero", DESK, "wait: 5m", "wait: 0s"),
        ("a length of centuries", DESK, "wait: 5m", "wait: 900y"),
        ("a length of turn", PEOPLE, "1 week", "weekly"),
        ("a start that is no time", PEOPLE, "\"2026-01-05 09:00\"", "monday"),
        (
            "an override that ends before it begins",
            PEOPLE,
            "until: \"2026-12-26 09:00\"",
            "until: \"2026-12-23 09:00\""
        ),
        (
            "overrides that overlap",
            PEOPLE,
            "time_off:\n",
            "  - { rotation: lead, from: 2026-12-25, until: 2026-12-27, add: ana }\ntime_off:\n"
        ),
        ("time off that ends before it begins", PEOPLE, "until: 2026-12-28", "until: 2026-12-24"),
        ("a holiday that is none", TOP, "preset: us-federal", "preset: us, also: [Christmas]"),
    ]));
}

#[test]
fn channels() {
    let other = |channels: &str, supervisor: &str| {
        format!(
            "desk: other\nchannels: {channels}\nsupervisor: {supervisor}\ntiers: [{{ name: All, who: [ana], wait: 5m }}]\n"
        )
    };
    let two = |mine: &str, theirs: &str| {
        told(&[
            (DESK, "channels: [help]", &format!("channels: {mine}")),
            ("desks/other.yml", "", &other(theirs, "bo")),
        ])
    };
    shown!("one_name_on_two_desks", two("[help]", "[help]"));
    shown!("patterns_of_one_length", two("[\"event-*\"]", "[\"*-event\"]"));
    assert_eq!(two("[\"event-*\"]", "[\"event-eu-*\"]"), "");
    assert_eq!(two("[\"event-*\"]", "[event-12, C0EVENT]"), "");
    shown!("not_channels", told(&[(DESK, "channels: [help]", "channels: [\"*\", Help Desk, \"a,b*\"]")]));
    shown!(
        "one_desk_twice",
        told(&[("desks/other.yml", "", &other("[aid]", "bo").replace("desk: other", "desk: help"))])
    );
}

#[test]
fn limits() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let tiers = many(11, &|n| format!("  - {{ name: T{n}, who: [ana], wait: 5m }}\n"));
    let fields = many(21, &|n| format!("    - {{ key: f{n}, label: F{n}, kind: text }}\n"));
    let label = format!("label: {}", "very ".repeat(40));
    let choice = format!("any_of: [{}]", "long ".repeat(20));
    let told_each = [
        ("too many tiers", told(&[(DESK, "tiers:\n", &format!("tiers:\n{tiers}"))])),
        ("too many fields", told(&[(DESK, "  fields:\n", &format!("  fields:\n{fields}"))])),
        ("too many repeats", told(&[(DESK, "repeat: 2", "repeat: 21")])),
        ("a label too long for a form", told(&[(DESK, "label: Issue", label.trim())])),
        ("a choice too long for a form", told(&[(DESK, "any_of: [chat, platform]", &choice)])),
        ("a greeting too long", told(&[(DESK, "\"Hi,\"", &format!("\"{}\"", "Hi ".repeat(60)))])),
        ("two fields of one label", told(&[(DESK, "label: Area", "label: issue")])),
        ("two tiers of one name", told(&[(DESK, "name: Tech", "name: lead")])),
        (
            "a pattern that is none",
            told(&[(DESK, "kind: text, required: true", "kind: id, pattern: \"[a-\"")]),
        ),
        ("choices on a text", told(&[(DESK, "kind: text", "kind: text, any_of: [a]")])),
        ("an emoji that is none", told(&[(DESK, "[eyes]", "[\"two eyes\"]")])),
        (
            "a link that is none",
            told(&[(DESK, "clocks:", "self_help: { text: Read, links: [the wiki] }\nclocks:")]),
        ),
    ];
    let all = told_each.map(|(name, text)| format!("## {name}\n\n{text}"));
    shown!(all.join("\n\n\n"));
}

#[test]
fn ends() {
    let with = |text: &str| told(&[(DESK, "clocks:", &format!("{text}\nclocks:"))]);
    let closing = |text: &str| told(&[(DESK, "closing: {", &format!("closing: {{ {text}, "))]);
    let long = "a very long answer ".repeat(200);
    let told_each = [
        ("a canned answer too long for a message", with(&format!("canned: {{ hello: {long} }}"))),
        ("a canned answer that says nothing", with("canned: { hello: \" \" }")),
        ("two canned answers of one name", with("canned: { hello: Hi, Hello: Hi }")),
        ("one answer to a survey", closing("survey: { question: did it help?, answers: [yes] }")),
        ("a survey without a question", closing("survey: { answers: [yes, no] }")),
        ("closed before the reminder", closing("silence: { remind_after: 2d, close_after: 1d }")),
        ("whose fault, beside no outcome", closing("fault: { for: [it burned] }")),
        ("nobody to tell", closing("tell: [nobody]")),
        ("a booking's facilitator", closing("tell: [booking.facilitator]")),
        ("quiet for nothing", closing("quiet_for: 2h")),
        ("an organisation twice", with("organisations: { Acme  Inc: on, acme inc: off }")),
        ("an organisation that is neither on nor off", with("organisations: { Acme: maybe }")),
    ];
    let all = told_each.map(|(name, text)| format!("## {name}\n\n{text}"));
    shown!(all.join("\n\n\n"));
}

#[test]
fn warnings() {
    let crowd: String = (0..9).map(|n| format!("  p{n}: {{ slack: U0P{n}, name: P{n} }}\n")).collect();
    let names = (0..9).map(|n| format!("p{n}")).collect::<Vec<_>>().join(", ");
    let own_hours = "    hours: { mon-fri: \"08:30-17:30\" }\n    dates: { 2026-12-24: \"09:00-12:00\" }\n";
    let told_each = [
        ("no supervisor", told(&[(DESK, "supervisor: bo\n", "")])),
        (
            "somebody in no tier",
            told(&[(
                PEOPLE,
                "people:\n",
                "people:\n  cy: { slack: U0CY, name: Cy }\n  di: { slack: U0DI, name: Di, reachable: always }\n",
            )]),
        ),
        (
            "a tier that pings a crowd",
            told(&[
                (PEOPLE, "people:\n", &format!("people:\n{crowd}")),
                (DESK, "\"@tech\", ana", &format!("\"@tech\", {names}")),
            ]),
        ),
        (
            "a minimum that is never reached",
            told(&[(DESK, "min_available: 1", "min_available: 3"), (DESK, "role:lead]", "ana]")]),
        ),
        ("a tier of the same people", told(&[(DESK, "role:lead], wait", "ana, bo], wait")])),
        (
            "lists for people without hours",
            told(&[
                (DESK, "tiers:\n", "routines: { start: [look] }\ntiers:\n"),
                (DESK, "role:lead]", "bo]"),
                (DESK, "\"@tech\", ana", "ana"),
                (PEOPLE, own_hours, ""),
            ]),
        ),
        ("one emoji for two things", told(&[(DESK, "[white_check_mark]", "[eyes]")])),
    ];
    let all = told_each.map(|(name, text)| format!("## {name}\n\n{text}"));
    shown!(all.join("\n\n\n"));
}

#[test]
fn the_program_itself() {
    shown!(answers(&[
        ("the wrong token", TOP, "xapp-1", "xoxp-1-secret"),
        ("a mistake beside a token", TOP, "bot_token: xoxb-1", "bot: xoxb-secret-1"),
        ("a store that is not known", TOP, "sled:data", "mysql://db"),
        ("an address that is none", TOP, "127.0.0.1:8383", "localhost"),
        ("a file that does not exist", TOP, "people.yml,", "peeple.yml,"),
        ("a file outside the folder", TOP, "people.yml,", "people.yml, ../other.yml,"),
        ("a file that is no YAML", TOP, "people.yml,", "people.yml, people.json,"),
        ("two files with one setting", PEOPLE, "people:\n", "store: { url: \"sled:other\" }\npeople:\n"),
        ("one person in two files", TOP, "include:", "people: { bo: { slack: U0B2, name: Bo } }\ninclude:"),
    ]));
}

/// A folder with an e-mail, and what is said of it.
fn email(text: &str) -> String {
    told(&[(TOP, "desks/*.yml]", "desks/*.yml, emails/*.txt]"), ("emails/no-show.txt", "", text)])
}

#[test]
fn emails() {
    let good = "subject: {{ session.title }}\nto: {{ client.email }}\n\nDear {{ client.name }}\n";
    assert_eq!(email(good), "");
    let changed = |from: &str, to: &str| email(&good.replacen(from, to, 1));
    let answers = [
        (
            "a blank that nothing fills",
            changed("{{ client.name }}", "{% if false %}{{ client.nmae }}{% endif %}"),
        ),
        ("a group of blanks", changed("client.name", "client")),
        ("a field the desk does not have", changed("Dear", "Dear {{ form.colour }}")),
        ("no template", changed("Dear {{ client.name }}", "\nDear {{ client.name")),
        ("a strange head", changed("to:", "too:")),
        ("a head without end", changed("\n\nDear", "\nDear")),
        ("no subject", changed("subject: {{ session.title }}\n", "")),
        ("no address", changed("{{ client.email }}", "{{ client.name }}")),
        ("an unknown kind", changed("to:", "kind: letter\nattach: cake\nto:")),
        ("too long", changed("Dear", &"very dear ".repeat(400))),
    ];
    let answers = answers.map(|(name, told)| format!("## {name}\n\n{told}"));
    shown!(answers.join("\n\n\n"));
}

#[test]
fn outside() {
    let top = |text: &str| told(&[(TOP, "", &format!("\n{text}\n"))]);
    let desk = |text: &str| told(&[(DESK, "", &format!("\n{text}\n"))]);
    let answers = [
        ("a directory that is both", top("directory: { csv: b.csv, url: \"https://x.test/{id}\" }")),
        ("an address without the id", top("directory: { url: \"https://x.test/b\" }")),
        ("an address in the clear", top("directory: { url: \"http://x.test/{id}\" }")),
        ("the id chooses the server", top("directory: { url: \"https://{id}.test/\" }")),
        ("a file elsewhere", top("directory: { csv: ../b.csv, within: 1s }")),
        ("a field that is none", top("directory: { csv: b.csv, fields: { ownr: Owner } }")),
        ("no pointer", top("directory: { url: \"https://x.test/{id}\", fields: { owner: owner } }")),
        ("a slow answer", top("directory: { url: \"https://x.test/{id}\", within: 5m }")),
        ("a server without a sender", top("mail: { smtp: { host: mail.test } }")),
        ("a sender that is none", top("mail: { smtp: { host: mail.test }, from: \"Desk\" }")),
        (
            "a mail server in the clear",
            top("mail: { smtp: { host: mail.test, security: none }, from: a@b.test }"),
        ),
        ("an e-mail without a mail server", top("when_slack_is_down: { by: email }")),
        ("a webhook that is not there", desk("when_slack_is_down: { by: webhook }")),
        ("nobody to be told", desk("when_slack_is_down: { after: 1m }")),
        ("a webhook without a secret", top("webhook: { url: \"https://x.test\" }")),
        ("a webhook in the clear", top("webhook: { url: \"http://x.test\", secret: s }")),
        (
            "an address that is none",
            told(&[(PEOPLE, "    name: Bo Lind\n", "    name: Bo Lind\n    email: Bo <bo@x.test>\n")]),
        ),
        ("a template that is not there", desk("mail: { templates: [no-show] }")),
        ("somebody of a booking", told(&[(DESK, "who: [role:lead]", "who: [role:lead, booking.client]")])),
    ];
    let answers = answers.map(|(name, told)| format!("## {name}\n\n{told}"));
    shown!(answers.join("\n\n\n"));
}

#[test]
fn routines() {
    let desk = |text: &str| told(&[(DESK, "", &format!("\nroutines: {text}\n"))]);
    let answers = [
        ("no list", desk("{ end_before: 5m }")),
        ("an unknown list", desk("{ begin: [look] }")),
        ("an item that says nothing", desk("{ start: [look, \"  \"] }")),
        ("an item as long as a letter", desk(&format!("{{ end: [\"{}\"] }}", "look ".repeat(50)))),
        ("too much to do", desk("{ quiet: [a, b, c, d, e, f, g, h, i, j, k] }")),
        ("an end before the middle", desk("{ end: [tidy], end_before: 5h }")),
        ("a day that is none", desk("{ end: [tidy], review: someday }")),
        ("holds for ever", desk("{ end: [tidy], stale_after: 90d }")),
    ];
    let answers = answers.map(|(name, told)| format!("## {name}\n\n{told}"));
    shown!(answers.join("\n\n\n"));
}
