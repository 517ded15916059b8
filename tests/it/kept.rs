//! What is kept, as an operator asks for it: figures, pruning and forgetting, of the store at rest and of the bot.

use crate::program::{Setting, example, free_address};
use crate::store_samples::{case, entry, owned_by, policy, put, resolved};
use firstline::clock::Timestamp;
use firstline::domain::case::{Case, Stage};
use firstline::store::{Commit, Options, Put, SledStore, Store};
use serde_json::{Value, json};
use std::sync::Arc;

/// A case of 2001 that is resolved: old on whatever day this test runs.
fn old(id: &str, ts: &str) -> Case {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let mut case = resolved(owned_by(case(id, ts), "U0ANA"));
    case.opened_at = at("2001-05-01T10:00:00Z");
    if let Stage::Resolved(end) = &mut case.stage {
        end.at = at("2001-05-01T11:00:00Z");
        end.note = Some("cleared the cache, wrote to pat@example.com".to_owned());
    }
    case
}

/// Puts cases into the store before anything runs on it.
async fn prepare(setting: &Setting) {
    let folder = setting.config().parent().unwrap().join("data");
    let store = SledStore::open(&Options { ballast: 0, ..Options::new(&folder) }).unwrap();
    let (id, record) = policy();
    let policy = Put::Policy { id, record: Arc::new(record) };
    let mut puts =
        vec![policy, put(old("event-1", "1.000001"), 0, None), put(old("event-2", "2.000001"), 0, None)];
    puts.push(put(case("event-3", "3.000001"), 0, None));
    let timeline = vec![entry("event-1", 0), entry("event-2", 0)];
    store.commit(Commit { puts, timeline, ..Commit::default() }).await.unwrap();
    store.close().await.unwrap();
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_at_rest_and_the_bot_answer_alike() {
    let setting = example::as_it_is().await;
    let nobody = free_address();
    let without = setting.ask(&["report"], nobody).await;
    assert_eq!(without.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&without.stderr).contains("there is no store in"));
    assert!(!setting.config().parent().unwrap().join("data").exists(), "a question makes no folder");
    prepare(&setting).await;
    let may = ["report", "--desk", "event", "--from", "2001-05-01", "--to", "2001-05-02", "--json"];
    let at_rest = read(&setting.answer(&may, nobody).await);
    assert_eq!(at_rest["desks"][0]["cases"]["resolved"], 2);
    assert_eq!(at_rest["desks"][0]["resolution"]["median"], 3_600);
    let page = setting
        .answer(&["report", "--from", "2001-05-01", "--to", "2001-05-02", "--format", "html"], nobody)
        .await;
    assert!(page.starts_with("<!doctype html>") && page.contains("Live event support"));
    let dry = ["prune", "--before", "2002-01-01", "--dry-run"];
    let said = setting.answer(&dry, nobody).await;
    assert!(said.starts_with("event: 2 cases, event-1 to event-2, ended before 2002-01-01"), "{said}");
    assert!(said.contains("would be removed"), "{said}");
    let wrong = setting.ask(&["prune"], nobody).await;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("hint: add `--before 2026-01-31`"));
    let address = setting.answer(&["forget", "nobody@example.com"], nobody).await;
    assert!(address.starts_with("nothing is kept of nobody@example.com"), "{address}");
    let wrong = setting.ask(&["forget", "an"], nobody).await;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("`an` is nobody that is known here"));

    let program = setting.run_until_ready().await;
    let mut of_bot = read(&setting.answer(&may, program.http()).await);
    of_bot["at"] = at_rest["at"].clone();
    assert_eq!(of_bot["desks"][0]["cases"], at_rest["desks"][0]["cases"]);
    let told = read(&setting.answer(&["forget", "U0ASKER", "--json"], program.http()).await);
    let removed = &told["removed"];
    assert_eq!(removed["asked"], json!(["event-3", "event-1", "event-2"]));
    assert_eq!(removed["open"], json!(["event-3"]));
    let shown = setting.answer(&["case", "event-1", "--json"], program.http()).await;
    assert!(
        !shown.contains("Asker") && !shown.contains("U0ASKER") && !shown.contains("does not open"),
        "{shown}"
    );
    assert!(shown.contains("cleared the cache"));
    // By an address that no account is known by: what stands in texts is found all the same.
    let said = setting.answer(&["forget", "Pat@Example.com"], program.http()).await;
    assert!(said.contains("2 cases of others"), "{said}");
    assert!(said.contains("no Slack account is known for this address"), "{said}");
    let shown = setting.answer(&["case", "event-2", "--json"], program.http()).await;
    assert!(!shown.to_lowercase().contains("pat@example.com") && shown.contains("wrote to"), "{shown}");
    // By their key: the answer says that they are listed still.
    let said = setting.answer(&["forget", "ana"], program.http()).await;
    assert!(said.contains("take them out of `people` as well"), "{said}");
    let shown = setting.answer(&["case", "event-1", "--json"], program.http()).await;
    assert!(!shown.contains("U0ANA") && !shown.contains("cleared the cache"), "{shown}");
    let gone = read(&setting.answer(&["prune", "--before", "2002-01-01", "--json"], program.http()).await);
    assert_eq!((&gone["cases"], &gone["lines"]), (&json!(["event-1", "event-2"]), &json!(2)));
    assert_eq!(setting.ask(&["case", "event-1"], program.http()).await.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_bot_removes_by_itself_what_is_old() {
    let setting = example::as_it_is().await;
    prepare(&setting).await;
    let top = std::fs::read_to_string(setting.config().join("firstline.yml")).unwrap();
    setting.write("firstline.yml", &format!("{top}\nretention: 90d\n"));
    let program = setting.run_until_ready().await;
    program.has_logged("closed cases that were older than `retention` were removed").await;
    let left = read(&setting.answer(&["cases", "--all", "--json"], program.http()).await);
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left[0]["case"], "event-3");
}
