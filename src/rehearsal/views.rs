//! Modals, home views and the triggers that open them.

use super::state::Workspace;

impl Workspace {
    pub(super) fn expire_triggers(&mut self) {
        self.triggers.clear();
    }
}
