//! Who is next: the one that waits longest of the workspaces in which none is running.

use std::collections::{HashSet, VecDeque};

use kernel::WorkspaceId;

use crate::imports::ImportId;

#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: VecDeque<(WorkspaceId, ImportId)>,
    running: HashSet<WorkspaceId>,
}

impl Line {
    /// One that waits already keeps its place.
    pub fn push(&mut self, workspace: WorkspaceId, import: ImportId) {
        if !self.waiting.contains(&(workspace, import)) {
            self.waiting.push_back((workspace, import));
        }
    }

    /// Takes the next one out; its workspace is busy until it leaves.
    pub fn next(&mut self) -> Option<(WorkspaceId, ImportId)> {
        let place = self.waiting.iter().position(|(workspace, _)| !self.running.contains(workspace))?;
        let next = self.waiting.remove(place)?;
        self.running.insert(next.0);
        Some(next)
    }

    pub fn leave(&mut self, workspace: WorkspaceId) {
        self.running.remove(&workspace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;

    #[test]
    fn a_busy_workspace_keeps_nobody_else_waiting() {
        let at = Timestamp::from_seconds(1);
        let (a, b) = (WorkspaceId::new(at), WorkspaceId::new(at));
        let ids: Vec<ImportId> = (0..4).map(|_| ImportId::new(at)).collect();
        let mut line = Line::default();
        for (workspace, id) in [(a, ids[0]), (a, ids[1]), (b, ids[2]), (a, ids[3]), (a, ids[1])] {
            line.push(workspace, id);
        }
        assert_eq!(line.next(), Some((a, ids[0])));
        assert_eq!(line.next(), Some((b, ids[2])));
        assert_eq!(line.next(), None);
        line.leave(a);
        assert_eq!(line.next(), Some((a, ids[1])));
        line.leave(a);
        assert_eq!(line.next(), Some((a, ids[3])));
        line.leave(a);
        assert_eq!(line.next(), None);
    }
}
