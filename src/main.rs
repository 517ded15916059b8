//! The command line: it says what can be asked, and passes the question on.

use clap::{Args, Parser, Subcommand};
use firstline::admin::backtest;
use firstline::admin::book::Which;
use firstline::admin::check::{Form, check, check_online};
use firstline::admin::dead_letters::Again;
use firstline::admin::export_ics::{Wanted, export_ics};
use firstline::admin::gaps::{Question, gaps};
use firstline::admin::kept;
use firstline::admin::live;
use firstline::admin::logging::{self, LogForm};
use firstline::admin::manifest::{Wanted as Manifest, manifest};
use firstline::admin::outcome::{Exit, Outcome};
use firstline::admin::rehearse::{Browser, Rehearsal, rehearse};
use firstline::admin::report::{self, Edge, Format, edge};
use firstline::admin::run::run;
use firstline::admin::schema::schema;
use firstline::admin::text::{day_or_instant, instant};
use firstline::admin::transcript::Written;
use firstline::admin::version::version;
use firstline::admin::who::who;
use firstline::clock::{Clock, SystemClock, Timestamp};
use firstline::id::{CallId, CaseId};
use firstline::store::Pruning;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Nobody who asks for help waits in silence, and no help desk is left empty.
#[derive(Parser)]
#[command(name = "firstline", version, arg_required_else_help = true, after_help = AFTER)]
struct Line {
    /// The folder of the configuration
    #[arg(long, global = true, value_name = "DIR", default_value = "config")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "Exit status: 0 fine, 1 something is wrong with what you gave it, 2 wrong usage, \
                     3 the world failed (network, disk).";

#[derive(Subcommand)]
enum Command {
    /// Find every mistake in the configuration, and what will go wrong with it
    Check {
        /// Ask Slack as well: tokens, scopes, accounts, groups, channels; and fetch the calendars
        #[arg(long)]
        online: bool,
        /// Look ahead from this instant instead of now (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<Timestamp>,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Run the bot
    Run {
        /// How the log is written
        #[arg(long, value_enum, default_value_t)]
        log: LogForm,
    },
    /// List the open cases
    Cases {
        /// Those that are closed as well
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Show one case with everything that happened to it, and why
    Case {
        /// Such as event-17
        id: String,
        /// What people said in its thread instead, as Slack tells it now
        #[arg(long, value_name = "FORM", num_args = 0..=1, default_missing_value = "text", conflicts_with = "json")]
        transcript: Option<Written>,
        #[command(flatten)]
        form: FormArgs,
    },
    /// List what could never be delivered, or send it again
    DeadLetters {
        #[command(subcommand)]
        retry: Option<Letters>,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Write everything that is kept into a file, one record a line
    Export {
        /// The file, or - for standard output
        file: PathBuf,
    },
    /// Read an export into an empty store
    Import {
        /// The file, or - for standard input
        file: PathBuf,
    },
    /// Say what a time was like: how soon people were helped, by whom, and what was not covered
    Report {
        /// The first day (on the desk's calendar) or instant; without it, a week before the last
        #[arg(long, value_name = "DATE", value_parser = edge)]
        from: Option<Edge>,
        /// The last day, which counts, or the first instant that does not; without it, now
        #[arg(long, value_name = "DATE", value_parser = edge)]
        to: Option<Edge>,
        /// The desk's key; without it, all desks
        #[arg(long, value_name = "DESK")]
        desk: Option<String>,
        /// As text, as rows for a spreadsheet, as JSON, or as one page with plots
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// The same as `--format json`
        #[arg(long, conflicts_with = "format")]
        json: bool,
    },
    /// Run a Slack export through the rules: what would have been pinged, when, whom
    Backtest {
        /// The folder or zip that Slack's own export is
        export: PathBuf,
        /// Compare with the rules in this folder
        #[arg(long, value_name = "DIR")]
        policy: Option<PathBuf>,
        /// The desk's key; without it, all desks
        #[arg(long, value_name = "DESK")]
        desk: Option<String>,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Remove closed cases that are older than `retention`, and say which
    Prune {
        /// Those that ended before this day (in UTC) or instant, whatever `retention` says
        #[arg(long, value_name = "DATE", value_parser = day_or_instant)]
        before: Option<Timestamp>,
        /// Only say what would go
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Remove somebody's texts and name from everything that is kept, and say what was removed
    Forget {
        /// A Slack id (`U…`), an e-mail address, or a key of `people`
        person: String,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Open a Slack-like workspace in the browser, with your desks and your people
    Rehearse {
        /// Play this guided tour in the terminal, and end: `event`, `helpdesk`
        #[arg(long, value_name = "NAME")]
        tour: Option<String>,
        /// Where the page is
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8484")]
        listen: SocketAddr,
        /// The instant the clock shows at first; without it, now (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<Timestamp>,
        /// Open the page in the browser
        #[arg(long)]
        open: bool,
        /// Keep the bot's store in this folder
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
        /// How the log is written
        #[arg(long, value_enum, default_value_t)]
        log: LogForm,
    },
    /// Say who can answer on a desk, and why somebody cannot
    Who {
        /// The desk's key; without it, all desks
        #[arg(long, value_name = "DESK")]
        desk: Option<String>,
        /// The instant, such as 2026-03-08T02:30:00-08:00; without it, now
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<Timestamp>,
        /// Ask the running bot, which also knows statuses, breaks and calendars
        #[arg(long)]
        live: bool,
        #[command(flatten)]
        form: FormArgs,
    },
    /// List the times in which a desk has fewer people than it wants
    Gaps {
        /// The desk's key
        #[arg(long, value_name = "DESK")]
        desk: String,
        /// The first instant that counts (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = instant)]
        from: Timestamp,
        /// The first instant that no longer counts (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = instant)]
        until: Timestamp,
        /// Ask the running bot, which also knows statuses, breaks and calendars
        #[arg(long)]
        live: bool,
        #[command(flatten)]
        form: FormArgs,
    },
    /// Write a desk's coverage as a calendar (iCalendar) that people can follow
    ExportIcs {
        /// The desk's key
        #[arg(long, value_name = "DESK")]
        desk: String,
        /// How many weeks ahead
        #[arg(long, value_name = "N", default_value_t = 8)]
        weeks: u32,
        /// The instant from which it looks ahead; without it, now (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<Timestamp>,
        /// The file, or - for standard output
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Print the JSON Schema of the configuration, for editors
    Schema,
    /// Print the Slack app's manifest
    Manifest {
        /// Print an address that makes the app in one click
        #[arg(long)]
        url: bool,
    },
    /// Print the version, and that of the time zone rules
    Version {
        #[command(flatten)]
        form: FormArgs,
    },
}

#[derive(Subcommand)]
enum Letters {
    /// Send one dead letter again, or all of them
    Retry {
        /// The letter's id
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        #[arg(long)]
        all: bool,
    },
}

#[derive(Args)]
struct FormArgs {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl FormArgs {
    fn form(&self) -> Form {
        if self.json { Form::Json } else { Form::Text }
    }
}

fn main() -> ExitCode {
    let line = Line::parse();
    finish(&answer(&line))
}

fn answer(line: &Line) -> Outcome {
    let dir = line.config.as_path();
    let or_now = |at: &Option<Timestamp>| at.unwrap_or_else(|| SystemClock.now());
    match &line.command {
        Command::Check { online: true, at, form } => asked(check_online(dir, or_now(at), form.form())),
        Command::Check { online: false, at, form } => check(dir, or_now(at), form.form()),
        Command::Run { log } => {
            logging::start(*log, std::env::var("RUST_LOG").ok().as_deref());
            run(dir)
        }
        Command::Cases { all, form } => {
            let which = if *all { Which::All } else { Which::Open };
            asked(kept::list(dir, which, form.form()))
        }
        Command::Case { id, transcript: Some(how), .. } => {
            asked(kept::transcript(dir, &CaseId::new(id.as_str()), *how))
        }
        Command::Case { id, transcript: None, form } => {
            asked(kept::show(dir, &CaseId::new(id.as_str()), form.form()))
        }
        Command::DeadLetters { retry, form } => match retry {
            None => asked(kept::letters(dir, form.form())),
            Some(Letters::Retry { id, .. }) => {
                let again = id.as_ref().map_or(Again::All, |id| Again::One(CallId::new(id.as_str())));
                asked(kept::retry(dir, &again, form.form()))
            }
        },
        Command::Export { file } => asked(kept::export(dir, file)),
        Command::Import { file } => asked(kept::import(dir, file)),
        Command::Report { from, to, desk, format, json } => {
            let format = if *json { Format::Json } else { *format };
            let question = report::Question { desk: desk.as_deref(), from: *from, to: *to, format };
            asked(report::report(dir, question))
        }
        Command::Backtest { export, policy, desk, form } => {
            let (policy, desk) = (policy.as_deref(), desk.as_deref());
            backtest::backtest(dir, backtest::Question { export, policy, desk }, form.form())
        }
        Command::Prune { before, dry_run, form } => {
            let how = if *dry_run { Pruning::DryRun } else { Pruning::Remove };
            asked(kept::prune(dir, *before, how, form.form()))
        }
        Command::Forget { person, form } => asked(kept::forget(dir, person, form.form())),
        Command::Rehearse { tour, listen, at, open, keep, log } => {
            let level = std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned());
            logging::start(*log, Some(&level));
            let open = if *open { Browser::Opened } else { Browser::LeftAlone };
            let (tour, keep) = (tour.clone(), keep.clone());
            rehearse(dir, &Rehearsal { tour, listen: *listen, at: *at, open, keep })
        }
        Command::Who { desk, at, live: true, form } => {
            asked(live::who(dir, desk.as_deref(), or_now(at), form.form()))
        }
        Command::Who { desk, at, live: false, form } => who(dir, desk.as_deref(), or_now(at), form.form()),
        Command::Gaps { desk, from, until, live, form } => {
            let question = Question { desk, from: *from, until: *until };
            match live {
                true => asked(live::gaps(dir, &question, form.form())),
                false => gaps(dir, &question, form.form()),
            }
        }
        Command::ExportIcs { desk, weeks, at, file } => {
            let to = (file.as_path() != Path::new("-")).then_some(file.as_path());
            export_ics(dir, &Wanted { desk, weeks: *weeks, now: or_now(at), to })
        }
        Command::Schema => schema(),
        Command::Manifest { url } => manifest(if *url { Manifest::Address } else { Manifest::File }),
        Command::Version { form } => version(form.form()),
    }
}

/// Answers a question that waits for the bot or the store.
fn asked(answer: impl Future<Output = Outcome>) -> Outcome {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(answer),
        Err(error) => Outcome::failed(Exit::World, &error.to_string(), "is the machine out of something?"),
    }
}

/// Prints what there is to print. A reader that went away (`| head`) is no failure.
fn finish(outcome: &Outcome) -> ExitCode {
    let print = |to: &mut dyn Write, text: &str| {
        if !text.is_empty() {
            // Nobody is left to be told.
            let _closed = writeln!(to, "{text}").and_then(|()| to.flush());
        }
    };
    print(&mut std::io::stderr().lock(), &outcome.err);
    print(&mut std::io::stdout().lock(), &outcome.out);
    outcome.exit.into()
}
