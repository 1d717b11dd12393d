//! Process groups: a program and its child processes, which are killed together.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The groups that run in this process, so that a signal's handler can end them.
static RUNNING: Mutex<Running> = Mutex::new(Running { leaders: Vec::new(), closed: false });

struct Running {
    leaders: Vec<u32>,
    /// No more are started.
    closed: bool,
}

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills all programs started by any engine, including their child processes; no further programs are started.
///
/// Call this before the process ends by a signal: devices are in their own process groups, so a signal from the
/// terminal does not reach them. It must not be called in a signal handler, only in a thread that waits for signals.
pub fn end_all() {
    let mut running = running();
    running.closed = true;
    running.leaders.drain(..).for_each(kill);
}

/// A program and its process group. Dropping it kills and reaps it.
pub struct Group {
    pub leader: Child,
    status: Option<ExitStatus>,
}

impl Group {
    /// Starts a program as the leader of a group.
    pub fn start(command: &mut Command) -> io::Result<Group> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut running = running();
        if running.closed {
            return Err(io::Error::other("this run is being ended"));
        }
        let leader = command.spawn()?;
        running.leaders.push(leader.id());
        Ok(Group { leader, status: None })
    }

    /// Whether the leader has ended. Until the group is ended its number is not given to another.
    pub fn has_ended(&mut self) -> bool {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
            let how = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            let found = waitid(WaitId::Pid(Pid::from_child(&self.leader)), how);
            self.status.is_some() || !matches!(found, Ok(None))
        }
        #[cfg(not(unix))]
        {
            !matches!(self.leader.try_wait(), Ok(None))
        }
    }

    /// Kills what still runs. How the leader ended, if it can be told.
    pub fn end(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            let mut running = running();
            // Once ended by a signal's handler, it is no longer listed, and dies anyway.
            if let Some(place) = running.leaders.iter().position(|leader| *leader == self.leader.id()) {
                running.leaders.swap_remove(place);
                kill(self.leader.id());
            }
            drop(running);
            #[cfg(not(unix))]
            let _ = self.leader.kill();
            self.status = self.leader.wait().ok();
        }
        self.status
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(unix)]
fn kill(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // If nobody is left there is nobody to kill.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill(_: u32) {}
