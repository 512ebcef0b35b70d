//! Checks of secrets a network may have under way: as many as there are cores. The rest of them
//! wait among themselves, so that a flood from one place does not fill the queue of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Those of one network who wait; at some eight checks a second, as long as anybody waits.
const MOST_WAITING: usize = 128;

type Places = Arc<Mutex<HashMap<String, Arc<Semaphore>>>>;

pub(super) struct Crowds {
    places: Places,
    under_way: usize,
}

/// Held while one of a network is at it.
pub(super) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    semaphore: Option<Arc<Semaphore>>,
    network: String,
    places: Places,
}

impl Default for Crowds {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { places: Places::default(), under_way: cores }
    }
}

fn locked(places: &Places) -> MutexGuard<'_, HashMap<String, Arc<Semaphore>>> {
    places.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crowds {
    pub(super) async fn enter(&self, network: &str) -> Result<Place> {
        let semaphore = {
            let mut places = locked(&self.places);
            let semaphore =
                places.entry(network.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.under_way)));
            // The map's own, and two of each who is at it or waits.
            if Arc::strong_count(semaphore) / 2 > MOST_WAITING + self.under_way {
                return Err(Error::TooMany { retry_after: Duration::from_secs(5) });
            }
            semaphore.clone()
        };
        let mut place = Place {
            permit: None,
            semaphore: Some(semaphore.clone()),
            network: network.to_owned(),
            places: self.places.clone(),
        };
        place.permit = Some(semaphore.acquire_owned().await.map_err(Error::internal)?);
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = locked(&self.places);
        self.permit = None;
        self.semaphore = None;
        if places.get(&self.network).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            places.remove(&self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_network_waits_and_another_does_not() {
        let crowds = Crowds { under_way: 2, ..Crowds::default() };
        let here = (crowds.enter("here").await.unwrap(), crowds.enter("here").await.unwrap());
        let mut third = Box::pin(crowds.enter("here"));
        assert!(futures_util::poll!(&mut third).is_pending());
        let there = crowds.enter("there").await.unwrap();
        drop(here.0);
        let third = third.await.unwrap();
        drop((here.1, third, there));
        assert!(locked(&crowds.places).is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn a_crowd_is_refused() {
        let crowds = Crowds { under_way: 1, ..Crowds::default() };
        let _first = crowds.enter("here").await.unwrap();
        let mut waiting = Vec::new();
        let refused = loop {
            let mut next = Box::pin(crowds.enter("here"));
            match futures_util::poll!(&mut next) {
                std::task::Poll::Pending => waiting.push(next),
                std::task::Poll::Ready(answer) => break answer.is_err(),
            }
            assert!(waiting.len() <= MOST_WAITING + 1);
        };
        assert!(refused && !waiting.is_empty());
    }
}
