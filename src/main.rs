//! The command line: it says what can be asked, and passes the question on.

use clap::{Args, Parser, Subcommand};
use firstline::admin::Print;
use firstline::admin::check::check;
use firstline::admin::gaps::{Question, gaps};
use firstline::admin::logging::{self, LogForm};
use firstline::admin::manifest::{Wanted, manifest};
use firstline::admin::outcome::Outcome;
use firstline::admin::rehearse::rehearse;
use firstline::admin::schema::schema;
use firstline::admin::text::instant;
use firstline::admin::version::version;
use firstline::admin::who::who;
use firstline::clock::{Clock, SystemClock, Timestamp};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

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
        /// Look ahead from this instant instead of now (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = instant)]
        at: Option<Timestamp>,
        #[command(flatten)]
        print: PrintArgs,
    },
    /// Open a Slack-like workspace in the browser, with your desks and your people
    Rehearse {
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
        #[command(flatten)]
        print: PrintArgs,
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
        #[command(flatten)]
        print: PrintArgs,
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
        print: PrintArgs,
    },
}

#[derive(Args)]
struct PrintArgs {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl PrintArgs {
    fn print(&self) -> Print {
        if self.json { Print::Json } else { Print::Text }
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
        Command::Check { at, print } => check(dir, or_now(at), print.print()),
        Command::Rehearse { log } => {
            logging::start(*log, std::env::var("RUST_LOG").ok().as_deref());
            rehearse(dir)
        }
        Command::Who { desk, at, print } => who(dir, desk.as_deref(), or_now(at), print.print()),
        Command::Gaps { desk, from, until, print } => {
            gaps(dir, &Question { desk, from: *from, until: *until }, print.print())
        }
        Command::Schema => schema(),
        Command::Manifest { url } => manifest(if *url { Wanted::Address } else { Wanted::File }),
        Command::Version { print } => version(print.print()),
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
