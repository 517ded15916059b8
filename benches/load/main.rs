//! The whole bot under load over loopback: acknowledgements, start, idle memory, and how late pings are.
//!
//! The bot runs in a process of its own (this program executes itself again), so that its memory and its
//! processor time are its own. Slack is played by a bare server without rules: the model that tests use keeps
//! everything that was ever said, and would be the bottleneck.
//!
//! `cargo bench --bench load [-- start idle acks rate bolt growth pings]`, all of them without a name.

#![expect(clippy::disallowed_methods, reason = "a measurement has a stop watch of its own")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]
#![expect(clippy::print_stdout, reason = "figures are what this program is for")]

mod bolt;
mod bot;
mod figures;
mod scene;
mod slack;
mod traffic;

use std::path::Path;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    if let Some(folder) = std::env::var_os(bot::FOLDER) {
        bot::live(Path::new(&folder));
        return;
    }
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|one| one == name);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("processors: {}", std::thread::available_parallelism().unwrap());
        if wanted("start") {
            figures::start().await;
        }
        if wanted("idle") {
            figures::idle().await;
        }
        if wanted("acks") {
            figures::acks().await;
        }
        if wanted("rate") {
            figures::rate().await;
        }
        if wanted("bolt") {
            bolt::side_by_side().await;
        }
        if wanted("growth") {
            figures::growth().await;
        }
        if wanted("pings") {
            figures::pings().await;
        }
    });
}
