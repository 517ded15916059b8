//! One at a time: events of the same case or channel stand in line, so that they do not conflict needlessly.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::OwnedMutexGuard;

/// Above so many entries, those nobody waits in any more are cleared away.
const CLEAR_ABOVE: usize = 1024;

#[derive(Default)]
pub(super) struct Lines {
    open: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

impl Lines {
    /// Waits for one's turn in the line; the next one's comes when the guard is dropped.
    pub(super) async fn enter(&self, name: &str) -> OwnedMutexGuard<()> {
        self.line(name).lock_owned().await
    }

    fn line(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = open.get(name).and_then(Weak::upgrade) {
            return line;
        }
        if open.len() > CLEAR_ABOVE {
            open.retain(|_, line| line.strong_count() > 0);
        }
        let line = Arc::default();
        open.insert(name.to_owned(), Arc::downgrade(&line));
        line
    }
}
