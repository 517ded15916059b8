//! Forms as Slack gets them, and what is wrong under their fields.

use crate::view::texts::Sheet;
use crate::view::world::{Setting, case, case_id, desk_key, now, scene, user};
use firstline::domain::closing::note::ClosingForm;
use firstline::domain::effect::{Form, Problem, ProblemKind, Reply};
use firstline::domain::event::FormRef;
use firstline::domain::mail::MailForm;
use firstline::id::{ChannelId, FieldKey};
use firstline::view::{Spoken, spoken, violations};
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[test]
fn what_is_wrong_in_a_report() {
    let setting = Setting::set();
    let world = setting.world();
    let kinds = vec![
        ProblemKind::Missing,
        ProblemKind::NotAUrl,
        ProblemKind::NotEmails { wrong: vec!["ana@".into()] },
        ProblemKind::NotEmails { wrong: vec!["ana@".into(), "bo".into()] },
        ProblemKind::NotEmails { wrong: Vec::new() },
        ProblemKind::NotOneOf { choices: vec!["chat".into(), "platform".into()] },
        ProblemKind::NotANumber,
        ProblemKind::NotAnId,
        ProblemKind::NotATime,
        ProblemKind::NotAffirmed,
        ProblemKind::NotAUser,
        ProblemKind::TooLong { most: 3000 },
        ProblemKind::TooMany { most: 20 },
        ProblemKind::StillBlank { blanks: vec!["client.name".into(), "owner.email".into()] },
        ProblemKind::NotAZone,
    ];
    let problems: BTreeMap<String, Problem> = kinds
        .into_iter()
        .enumerate()
        .map(|(at, kind)| {
            (format!("{at:02}"), Problem { field: FieldKey::new("x"), label: format!("Label {at}"), kind })
        })
        .collect();
    let case = case();
    let mut sheet = Sheet::default();
    let list: Vec<Problem> = problems.values().cloned().collect();
    sheet.add("in the thread", &firstline::view::missing(&list, &case, &scene(&world, Some(&case))));
    let Spoken::FieldErrors(errors) = spoken(&Reply::FieldErrors(problems), &user("U0DANA"), &world, now())
    else {
        panic!("errors are answered with errors");
    };
    write!(sheet.0, "## under the fields\n{errors:#?}").expect("writing to a text");
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn forms() {
    let setting = Setting::set();
    let world = setting.world();
    let channel = ChannelId::new("C0EVENT");
    let given = |pairs: &[(&str, &str)]| -> BTreeMap<String, Vec<String>> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
    };
    let filled = given(&[
        ("issue", "we cannot open session 12"),
        ("url", "session 12"),
        ("area", "Chat"),
        ("who", "<@U0BO>"),
        ("count", "12"),
        ("proven", "yes"),
    ]);
    let problem = Problem {
        field: FieldKey::new("url"),
        label: "Affected page/session URL".into(),
        kind: ProblemKind::NotAUrl,
    };
    let forms = vec![
        (FormRef::Escalate { desk: desk_key(), channel: channel.clone(), from: None }, given(&[]), vec![]),
        (FormRef::Complete(case_id()), filled, vec![problem]),
        (FormRef::AskForHelp(case_id()), given(&[]), vec![]),
        (FormRef::HandOver(case_id()), given(&[]), vec![]),
        (FormRef::Hold(case_id()), given(&[]), vec![]),
        (FormRef::Resolve(case_id()), given(&[("tags", "chat")]), vec![]),
        (FormRef::Resolve(case_id()), given(&[("tags", "chat"), ("force", "")]), vec![]),
        (FormRef::Closing(ClosingForm::Tags(case_id())), given(&[("tags", "chat")]), vec![]),
        (FormRef::Closing(ClosingForm::Say(case_id())), given(&[]), vec![]),
        (FormRef::Closing(ClosingForm::Comment(case_id())), given(&[("comment", "kind")]), vec![]),
        (
            FormRef::Setup { desk: desk_key(), channel: channel.clone() },
            given(&[("lead_csm", "U0ANA"), ("from", "2026-01-05"), ("until", "2026-01-07")]),
            vec![],
        ),
        (FormRef::ChooseDesk { channel }, given(&[]), vec![]),
        (
            FormRef::Booking(case_id()),
            given(&[("id", "B-1"), ("owner", "U0ANA"), ("date", "2026-01-05")]),
            vec![],
        ),
        (
            FormRef::Mail(MailForm { case: case_id(), template: "no-show".into(), step: None, unsent: None }),
            given(&[("to", "pat@client.test"), ("body", "Dear ⟦client.name⟧"), ("phone", "Pat, +44")]),
            vec![],
        ),
        (
            FormRef::Mail(MailForm {
                case: case_id(),
                template: "agreed".into(),
                step: Some("3".into()),
                unsent: None,
            }),
            given(&[("subject", "Our call")]),
            vec![],
        ),
    ];
    let mut views = Vec::new();
    for (form, given, problems) in forms {
        let reply = Reply::OpenForm(Box::new(Form { form: form.clone(), given, problems }));
        let Spoken::View(view) = spoken(&reply, &user("U0ANA"), &world, now()) else {
            panic!("a form is answered with a view");
        };
        assert_eq!(violations(&view), Vec::<String>::new(), "{form:?}");
        let carried = view["private_metadata"].as_str().expect("a form carries its name");
        assert_eq!(serde_json::from_str::<FormRef>(carried).expect("its name can be read"), form);
        views.push(view);
    }
    insta::assert_json_snapshot!(views);
}
