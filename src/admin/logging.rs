//! Where the log goes, and how loud each part of the program may be.

use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Libraries that print message text, tokens or addresses at louder levels are held down, whatever is asked for.
const HELD: [&str; 10] = [
    "slack_morphism=warn",
    "hyper=warn",
    "hyper_util=warn",
    "rustls=warn",
    "tokio_tungstenite=warn",
    "tungstenite=warn",
    "h2=warn",
    "reqwest=warn",
    "sled=warn",
    "axum=warn",
];

/// Starts logging to standard error. `wanted` is as `RUST_LOG` has it, such as `info` or `firstline=debug`;
/// `info` when none is given or it cannot be read. A second call changes nothing.
pub fn start(form: LogForm, wanted: Option<&str>) {
    let text = HELD.join(",");
    let filter = wanted
        .and_then(|wanted| EnvFilter::try_new(format!("{wanted},{text}")).ok())
        .unwrap_or_else(|| EnvFilter::new(format!("info,{text}")));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A log on a full disk must not end the bot: the complaint about it would, having no place to go either.
        .log_internal_errors(false);
    // An earlier subscriber stays in force.
    let _started_before = match form {
        LogForm::Text => builder.with_target(false).try_init(),
        LogForm::Json => builder.json().flatten_event(true).try_init(),
    };
}
