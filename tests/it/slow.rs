//! The long ones, played with `FIRSTLINE_SLOW=1`: a bad network, power cuts, an outage of Slack with kills in it.

mod network;
mod outage;
mod power;
mod proxy;

/// Whether the long ones are asked for; whoever leaves one out says so.
fn is_asked_for() -> bool {
    let asked = std::env::var_os("FIRSTLINE_SLOW").is_some();
    if !asked {
        println!("not played: the long form runs with FIRSTLINE_SLOW=1");
    }
    asked
}
