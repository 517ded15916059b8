//! The page in a real browser, as somebody at a rehearsal uses it; pictures of it in `target/pictures`.

pub mod cdp;

use crate::page::bot::{TestHost, workspace};
use cdp::{Browser, chromium};
use chrono::{TimeZone, Utc};
use firstline::clock::MovableClock;
use firstline::id::{ChannelId, UserId};
use firstline::rehearsal::Slack;
use firstline::rehearsal::page::{Access, router};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::sync::{Mutex, MutexGuard};

/// The rehearsal, and a browser that shows it; none where there is no browser.
async fn rehearsal() -> Option<(Slack, Browser, MutexGuard<'static, ()>)> {
    let program = browser_or_say()?;
    let alone = one_at_a_time().await;
    let clock = MovableClock::stopped(Utc.with_ymd_and_hms(2026, 3, 10, 16, 0, 0).unwrap());
    let slack = Slack::new(workspace(clock));
    let host = TestHost::new(&slack);
    let page = router(&slack, host.clone(), chrono_tz::America::Los_Angeles, Access::Loopback);
    slack.listen(SocketAddr::from(([127, 0, 0, 1], 0)), page).await.unwrap();
    host.connect().await;
    let browser = Browser::open(&program, &slack.base_url()).await;
    Some((slack, browser, alone))
}

/// Two browsers on two cores would only slow each other down.
pub async fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE_BROWSER: Mutex<()> = Mutex::const_new(());
    ONE_BROWSER.lock().await
}

pub fn browser_or_say() -> Option<PathBuf> {
    let found = chromium();
    if found.is_none() {
        eprintln!(
            "\n*** NO BROWSER: the rehearsal page was NOT tested. Install chromium or set CHROMIUM. ***\n"
        );
    }
    found
}

async fn write(browser: &mut Browser, composer: &str, text: &str) {
    browser.until(&format!("document.getElementById({composer:?})")).await;
    browser.eval(&format!("document.getElementById({composer:?}).focus()")).await;
    browser.insert(text).await;
    browser.key("Enter").await;
}

/// Opens a channel of the list, and waits until one can write there.
async fn open(browser: &mut Browser, channel: &str) {
    browser.click("#nav .row", channel).await;
    let ready = format!("document.getElementById('composer-main').placeholder === 'Message #{channel}'");
    browser.until(&ready).await;
}

async fn be(browser: &mut Browser, name: &str) {
    browser.click("#nav .me", "").await;
    browser.click(".people button", name).await;
    browser.until(&format!("document.querySelector('#nav .me').innerText.includes({name:?})")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_rehearses_a_case_by_clicking() {
    let Some((slack, mut page, _alone)) = rehearsal().await else { return };
    page.picture("01-opened").await;
    // As Slack does: the mark itself quotes, and so does its escape.
    let quotes = "import('/page/files/mrkdwn.js').then((it) => { const box = document.createElement('div'); \
                  box.append(it.mrkdwn('Solved.\\n> by hand\\n&gt; twice\\nDone.')); \
                  return [...box.querySelectorAll('blockquote')].map((it) => it.innerText).join('|'); })";
    assert_eq!(page.eval(quotes).await, "by hand\ntwice");

    open(&mut page, "event-berlin").await;
    be(&mut page, "Lena Vogt").await;
    write(&mut page, "composer-main", "Hi @here, case: the green room does not open <b>for us</b>").await;
    page.until("document.querySelector('.replies')").await;
    assert_eq!(page.eval("document.querySelectorAll('.words b').length").await, 0, "typed text is text");
    page.click(".replies", "1 reply").await;
    page.until("document.querySelector('#side .actions .primary')").await;
    page.picture("02-a-case").await;

    be(&mut page, "Ana Ruiz").await;
    page.click("#main .replies", "1 reply").await;
    page.click("#side .button", "Why me?").await;
    page.until("document.querySelector('#side .whisper')").await;
    page.picture("03-only-visible-to-you").await;
    be(&mut page, "Bo Lind").await;
    page.click("#main .replies", "1 reply").await;
    page.until("document.querySelector('#side .actions')").await;
    assert_eq!(page.eval("document.querySelectorAll('.whisper').length").await, 0, "Bo must not see it");

    page.click("#clockbar .button", "Five minutes on").await;
    page.until("document.querySelector('#side .list').innerText.includes('your turn')").await;
    page.until("!document.querySelector('#main .pings')").await;
    page.until("document.querySelector('#clockbar .now').textContent.startsWith('4:05:00')").await;
    page.picture("04-second-tier").await;

    page.eval("document.querySelector('#main article:last-of-type').focus()").await;
    page.click("#main .tools .icon", "React with eyes").await;
    page.until("document.querySelector('#main .reactions [aria-pressed=true]')").await;
    page.until("document.querySelector('#side .fields').innerText.includes('Bo Lind')").await;
    page.click("#side .button", "Resolve").await;
    page.until("document.querySelector('dialog.sure')").await;
    page.picture("05-claimed-and-asked").await;
    page.key("Escape").await;
    page.until("!document.querySelector('dialog')").await;
    assert!(slack.refusals().is_empty(), "{:?}", slack.refusals());
    assert_eq!(page.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_says_what_is_wrong_and_keeps_what_was_typed() {
    let Some((slack, mut page, _alone)) = rehearsal().await else { return };
    open(&mut page, "helpdesk").await;
    page.eval("document.getElementById('composer-main').focus()").await;
    page.insert("/es").await;
    page.until("document.querySelector('.completion li[aria-selected=true]')").await;
    page.picture("06-completion").await;
    page.key("Enter").await;
    page.until("document.getElementById('composer-main').value === '/escalate '").await;
    page.key("Enter").await;
    page.until("document.querySelector('dialog[open]')").await;
    page.click("dialog [type=submit]", "Escalate").await;
    page.until("document.querySelector('dialog .error').innerText.includes('complete this required')").await;
    page.eval("document.querySelector('dialog textarea').focus()").await;
    page.insert("Session 12 does not open").await;
    page.eval("document.querySelector('dialog input[type=text]').focus()").await;
    page.insert("kim").await;
    page.key("Enter").await;
    page.until("[...document.querySelectorAll('dialog .error')].some((it) => it.innerText.includes('whole address'))").await;
    assert_eq!(
        page.eval("document.querySelector('dialog textarea').value").await,
        "Session 12 does not open"
    );
    assert_eq!(page.eval("document.activeElement.getAttribute('aria-invalid')").await, "true");
    page.picture("07-form-with-an-error").await;
    page.insert("@client.example").await;
    page.key("Enter").await;
    page.until("!document.querySelector('dialog')").await;

    write(&mut page, "composer-main", "/coverage").await;
    page.key("Enter").await;
    page.until("document.querySelector('.whisper')").await;
    write(&mut page, "composer-main", "show me everything").await;
    page.until("document.querySelector('#main .blocks h3')").await;
    page.until(
        "[...document.querySelectorAll('#main input[type=date]')].some((it) => it.value === '2026-03-12')",
    )
    .await;
    page.picture("08-all-blocks").await;
    page.dark("dark").await;
    page.picture("09-dark").await;
    page.dark("light").await;
    page.eval("[...document.querySelectorAll('#main article')].find((it) => it.innerText.includes('show me')).focus()").await;
    page.click("#main .tools .icon", "More").await;
    page.click(".menu .item", "Edit message").await;
    page.until("document.activeElement.closest('.editing')").await;
    page.insert(", please").await;
    page.key("Enter").await;
    page.until("document.querySelector('#main .edited')").await;
    page.eval("[...document.querySelectorAll('#main article')].find((it) => it.innerText.includes('please')).focus()").await;
    page.click("#main .tools .icon", "Add a reaction").await;
    page.until("document.querySelector('.emojis')").await;
    page.picture("19-reactions").await;
    page.insert("tada").await;
    page.key("Enter").await;
    page.until("document.querySelector('#main .reactions [aria-pressed=true]')").await;
    page.eval("[...document.querySelectorAll('#main article')].find((it) => it.innerText.includes('please')).focus()").await;
    page.click("#main .tools .icon", "More").await;
    page.picture("20-message-menu").await;
    page.click(".menu .item", "Escalate this").await;
    page.until("document.querySelector('dialog[open]')").await;
    page.key("Escape").await;
    page.until("!document.querySelector('dialog')").await;
    page.click("#main .composer .icon", "Attach").await;
    page.click(".menu .button", "Attach").await;
    page.until("document.querySelector('.chip').innerText.includes('screenshot.png')").await;
    write(&mut page, "composer-main", "here it is").await;
    page.until("document.querySelector('#main .file')").await;
    page.click("#nav .row", "What happens next").await;
    page.picture("21-next").await;
    write(&mut page, "composer-main", "this is too much").await;
    page.until("document.querySelector('#notices .banner')").await;
    page.picture("10-refused").await;
    assert_eq!(slack.refusals().len(), 1);
    assert_eq!(page.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_tours_people_and_a_narrow_window() {
    let Some((slack, mut page, _alone)) = rehearsal().await else { return };
    page.click("#nav .row", "Home").await;
    page.until("document.querySelector('.home .blocks')").await;
    page.picture("11-home").await;

    page.click(".tour", "The lead answers first").await;
    page.until("document.querySelector('.steps .now')").await;
    page.until("!document.querySelector('#tour .primary').disabled").await;
    page.click("#tour .button", "Next step").await;
    page.until("document.querySelector('#tour').innerText.includes('Step 2 of 3')").await;
    page.until("document.querySelector('#nav .me').innerText.includes('Lena')").await;
    page.until("document.querySelector('#side .actions')").await;
    page.picture("12-tour").await;
    write(&mut page, "composer-main", "/escalate").await;
    page.until("document.querySelector('dialog[open] #tour')").await;
    page.picture("22-tour-with-a-form").await;
    page.click("dialog .button", "Not now").await;
    page.until("document.querySelector('body > #tour')").await;
    page.click("#tour .button", "Play all").await;
    page.until("document.querySelector('#tour').innerText.includes('The tour is over')").await;
    page.click("#tour .button", "Steps").await;
    page.until("document.querySelectorAll('.steps .done').length === 3").await;
    page.picture("13-tour-played").await;

    page.click("#nav .me", "").await;
    page.until("document.querySelector('.state input')").await;
    page.eval("document.querySelector('.state select').value = ':palm_tree:'").await;
    page.eval("document.querySelector('.state input').focus()").await;
    page.insert("On holiday").await;
    page.key("Enter").await;
    let lena = UserId::from("U0LENA");
    let set =
        slack.wait_for(crate::model::BOUND, |it| (it.users[&lena].status.text == "On holiday").then_some(()));
    set.await.unwrap();
    page.until("document.querySelector('.people').innerText.includes('On holiday')").await;
    page.picture("14-people").await;

    page.size(360, 720).await;
    page.click("#side .head .icon", "Close").await;
    page.click("#main .back", "Back").await;
    page.picture("15-narrow-channels").await;
    open(&mut page, "event-berlin").await;
    page.picture("16-narrow-channel").await;
    page.click("#main .replies", "").await;
    page.until("document.querySelector('#side .actions')").await;
    page.picture("17-narrow-thread").await;
    let wide = page.eval("Math.max(...['#clockbar', '#side', '#main'].map((it) => document.querySelector(it).scrollWidth))").await;
    assert!(wide.as_u64().unwrap() <= 360, "{wide} pixels wide");
    assert_eq!(page.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyboard_is_enough() {
    let Some((_slack, mut page, _alone)) = rehearsal().await else { return };
    page.until("document.activeElement.id === 'composer-main'").await;
    page.eval("document.querySelector('.skip').focus()").await;
    page.key("Enter").await;
    page.until("document.activeElement.id === 'composer-main'").await;
    page.insert("case: no sound").await;
    page.key("Enter").await;
    page.until("document.querySelector('.replies')").await;
    page.eval("document.querySelector('#main .list').focus()").await;
    page.key("ArrowUp").await;
    page.until("document.activeElement.matches('article')").await;
    page.until("document.activeElement.querySelector('.tools')").await;
    page.key("Enter").await;
    page.until("document.activeElement.id === 'composer-thread'").await;
    page.insert("ask @bo").await;
    page.until("document.querySelector('#side .completion li').innerText.includes('Bo Lind')").await;
    page.key("Tab").await;
    page.until("document.activeElement.value === 'ask @bo '").await;
    page.key("Enter").await;
    page.until("document.querySelector('#side .list').innerText.includes('ask @Bo Lind')").await;
    page.key("Escape").await;
    page.until("document.querySelector('#side').hidden && document.activeElement.id === 'composer-main'")
        .await;
    page.eval("document.querySelector('#nav [aria-current]').focus()").await;
    page.key("ArrowDown").await;
    page.key("Enter").await;
    page.until("document.activeElement.placeholder === 'Message #helpdesk'").await;
    page.insert("/escalate").await;
    page.key("Enter").await;
    page.until("document.activeElement.tagName === 'TEXTAREA' && document.activeElement.closest('dialog')")
        .await;
    page.key("Escape").await;
    page.until("!document.querySelector('dialog')").await;
    assert_eq!(page.complaints, Vec::<String>::new());
}

/// How long it takes from a click on `row` to the next picture with the channel in it.
const OPENED: &str = "new Promise((resolve) => { \
    const rows = [...document.querySelectorAll('#nav .row')]; \
    const row = rows.find((it) => it.innerText.includes('long')); \
    const from = performance.now(); row.click(); \
    const look = () => document.querySelectorAll('#main article').length === 200 \
      ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from))) : setTimeout(look, 1); \
    look(); })";

/// How long it takes from sending what was typed to the next picture with the message in it.
const POSTED: &str = "new Promise((resolve) => { \
    const words = document.getElementById('composer-main').value; const from = performance.now(); \
    const look = () => [...document.querySelectorAll('#main article')].at(-1).innerText.includes(words) \
      ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from))) : setTimeout(look, 1); \
    document.querySelector('#main .composer').requestSubmit(); look(); })";

const PAINTED: &str =
    "performance.getEntriesByType('paint').find((it) => it.name === 'first-contentful-paint').startTime";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_of_two_thousand_messages_stays_quick() {
    let Some((slack, mut page, _alone)) = rehearsal().await else { return };
    let (lena, long) = (UserId::from("U0LENA"), ChannelId::from("C0LONG"));
    for number in 0..2_000 {
        slack.clock().advance(chrono::Duration::seconds(20));
        let text = format!("message {number}: *session* `{number}` does not open, says @ana");
        slack.say(&lena, &long, &text).await.unwrap();
    }
    let base = slack.base_url();
    let mut best = [f64::MAX; 4];
    // The best of a few: other programs run on this machine too.
    for round in 0..5 {
        page.go(&base).await;
        page.until(PAINTED).await;
        let painted = page.eval(PAINTED).await;
        let usable = page.eval("performance.getEntriesByName('ready')[0].startTime").await;
        open(&mut page, "helpdesk").await;
        page.until("document.querySelectorAll('#main article').length === 0").await;
        let opened = page.eval(OPENED).await;
        page.eval("document.getElementById('composer-main').focus()").await;
        page.insert(&format!("one more, number {round}")).await;
        let posted = page.eval(POSTED).await;
        for (best, now) in best.iter_mut().zip([painted, usable, opened, posted]) {
            *best = best.min(now.as_f64().unwrap());
        }
    }
    let [painted, usable, opened, posted] = best;
    eprintln!(
        "2,000 messages: first paint {painted:.0} ms, usable {usable:.0} ms, opening {opened:.0} ms, posting {posted:.0} ms"
    );
    page.picture("18-two-thousand").await;
    page.eval("document.querySelector('#main .list').scrollTop = 0").await;
    page.until("document.querySelectorAll('#main article').length > 200").await;
    assert!(opened < 200.0 && posted < 200.0 && painted < 200.0, "{best:?}");
}
