//! The writer threads. They wait for the disk, not for a core, so there are a few more of them
//! than cores; any of them serves any file.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use super::database::lock;
use super::threads;

/// Something that has writes waiting.
pub(crate) trait Drain: Send + Sync {
    /// Writes one group.
    fn drain(self: Arc<Self>);
}

const THREADS: usize = 4;

#[derive(Clone)]
pub(crate) struct Writers {
    waiting: Sender<Arc<dyn Drain>>,
}

impl Writers {
    /// The threads end when the last handle is dropped.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (waiting, queue) = channel::<Arc<dyn Drain>>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..THREADS {
            let queue = queue.clone();
            threads::spawn(format!("writer-{number}"), move || serve(&queue))?;
        }
        Ok(Self { waiting })
    }

    pub(crate) fn wake(&self, file: Arc<dyn Drain>) {
        // The receivers live as long as any sender does.
        let _ = self.waiting.send(file);
    }
}

fn serve(queue: &Mutex<Receiver<Arc<dyn Drain>>>) {
    loop {
        let Ok(file) = lock(queue).recv() else { return };
        file.drain();
    }
}
