//! Several processes over one database.

use std::sync::Arc;

use crate::instance::{binary, free_addresses, settings};
use crate::{Instance, Log, TestDatabase};

impl Instance {
    /// Starts `N` nodes over `database`, all of them before any is ready, and returns once all are. They have one
    /// master key, and each a data folder and an address of its own: a session of one works on the others, for
    /// loopback's names are answered to everywhere. The database goes with the last of them.
    pub fn start_nodes<const N: usize>(database: TestDatabase, environment: &[(&str, &str)]) -> [Self; N] {
        let database = Arc::new(database);
        let (binary, all) = (binary(), settings(Some(&database), environment));
        let mut nodes = free_addresses::<N>().map(|address| {
            Self::launched(&binary, address, Some(Arc::clone(&database)), all.clone(), Log::Kept)
        });
        nodes.iter_mut().for_each(Self::wait_until_ready);
        nodes
    }

    /// One more node over this one's database, ready.
    pub fn another_node(&self) -> Self {
        assert!(self.database.is_some(), "the embedded store has one process");
        let [address] = free_addresses();
        let (database, all) = (self.database.clone(), self.environment.clone());
        let mut node = Self::launched(&self.binary, address, database, all, self.log);
        node.wait_until_ready();
        node
    }
}
