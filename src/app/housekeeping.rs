//! What is done once an hour, so that a damaged disk costs an hour at most.

use crate::store::SledStore;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(3600);

/// Writes the export beside the store, for ever.
pub(super) async fn export_hourly(store: SledStore) {
    loop {
        tokio::time::sleep(EVERY).await;
        match store.write_export().await {
            Ok((_, lines)) => tracing::debug!(lines, "the export was written"),
            Err(error) => tracing::warn!(%error, "the export could not be written"),
        }
    }
}
