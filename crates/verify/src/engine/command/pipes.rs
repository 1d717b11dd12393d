//! The threads beside a program: one writes to it, two read from it, so that no full pipe can block both sides. What waits
//! between them and us has a bound, whatever the program does.

use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::shown::KEPT;

/// Chunks of output that wait to be read, of 64 KiB at most each: then the program waits.
const CHUNKS: usize = 16;

/// Passes batches on to a program's input. Some can wait while another is written; dropping the sender closes the input.
pub fn writer(mut pipe: impl Write + Send + 'static, waiting: usize) -> SyncSender<Vec<u8>> {
    let (sender, batches) = mpsc::sync_channel::<Vec<u8>>(waiting);
    std::thread::spawn(move || {
        // A program that closed its input ends this thread; reading shows why.
        while let Ok(bytes) = batches.recv() {
            if pipe.write_all(&bytes).and_then(|()| pipe.flush()).is_err() {
                break;
            }
        }
    });
    sender
}

/// A program's output as it comes.
pub fn reader(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, chunks) = mpsc::sync_channel(CHUNKS);
    std::thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            if sender.send(bytes[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    chunks
}

/// The last of what a program says on its standard error.
pub struct Said {
    kept: Arc<Mutex<Vec<u8>>>,
    thread: std::thread::JoinHandle<()>,
}

impl Said {
    pub fn listen(mut pipe: impl Read + Send + 'static) -> Said {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&kept);
        let thread = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                let mut kept = to.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&bytes[..count]);
                let surplus = kept.len().saturating_sub(KEPT);
                kept.drain(..surplus);
            }
        });
        Said { kept, thread }
    }

    /// What was said until now, or until the program's end if that comes within a moment.
    pub fn text(&self) -> String {
        let deadline = Instant::now() + Duration::from_millis(200);
        while !self.thread.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).trim().to_string()
    }
}
