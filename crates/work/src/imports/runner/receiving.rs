//! How many uploads may come in at the same time: each takes room on the disk before anybody knows
//! whether it is good for anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{Error, Result, WorkspaceId};

const IN_A_WORKSPACE: usize = 2;
const IN_ALL: usize = 16;
const COME_BACK: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Default)]
pub(super) struct Receiving(Arc<Mutex<HashMap<WorkspaceId, usize>>>);

/// One upload's place; free again when this is dropped.
#[derive(Debug)]
pub(in super::super) struct Place {
    of: Receiving,
    workspace: WorkspaceId,
}

impl Receiving {
    /// 429 where there are too many already.
    pub fn take(&self, workspace: WorkspaceId) -> Result<Place> {
        let mut places = self.places();
        let (here, all) =
            (places.get(&workspace).copied().unwrap_or_default(), places.values().sum::<usize>());
        if here >= IN_A_WORKSPACE || all >= IN_ALL {
            return Err(Error::TooMany { retry_after: COME_BACK });
        }
        places.insert(workspace, here + 1);
        Ok(Place { of: self.clone(), workspace })
    }

    fn places(&self) -> MutexGuard<'_, HashMap<WorkspaceId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.of.places();
        if let Some(count) = places.get_mut(&self.workspace) {
            *count -= 1;
            if *count == 0 {
                places.remove(&self.workspace);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;

    #[test]
    fn places_are_counted_and_given_back() {
        let receiving = Receiving::default();
        let workspaces: Vec<_> = (0..9).map(|_| WorkspaceId::new(Timestamp::from_seconds(1))).collect();
        let mut taken: Vec<_> =
            workspaces.iter().take(8).flat_map(|id| [receiving.take(*id), receiving.take(*id)]).collect();
        assert!(taken.iter().all(Result::is_ok));
        assert!(receiving.take(workspaces[8]).is_err(), "all are taken");
        taken.truncate(2);
        assert!(receiving.take(workspaces[0]).is_err(), "its own are taken");
        assert!(receiving.take(workspaces[8]).is_ok());
        taken.clear();
        assert!(receiving.places().is_empty());
    }
}
