//! One core for a program and the emulator that answers it.
//!
//! Waking a core of a virtual machine takes as long as a call, and how often that happens depends on where the system
//! puts the threads of a program: on one core its work is measured, and not the sleep of the others.

use std::process::{Command, Stdio};

use crate::workspace::succeed;

/// Keeps processes on one core until it is dropped.
pub(super) struct OneCore {
    processes: Vec<u32>,
    cores: String,
}

impl OneCore {
    /// Moves them there, with all of their threads.
    pub(super) fn of(processes: &[u32]) -> Result<OneCore, String> {
        let cores = allowed()?;
        let first: String = cores.chars().take_while(char::is_ascii_digit).collect();
        for process in processes {
            succeed(&mut taskset(&first, *process))?;
        }
        Ok(OneCore {
            processes: processes.to_vec(),
            cores,
        })
    }
}

impl Drop for OneCore {
    fn drop(&mut self) {
        for process in &self.processes {
            // One that has ended needs none.
            let _ = taskset(&self.cores, *process).status();
        }
    }
}

fn taskset(cores: &str, process: u32) -> Command {
    let mut command = Command::new("taskset");
    command
        .args(["--all-tasks", "--cpu-list", "--pid", cores])
        .arg(process.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The cores of this process, as the system lists them.
fn allowed() -> Result<String, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let mut lines = status.lines();
    lines
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
        .map(|list| list.trim().to_owned())
        .ok_or_else(|| "the system names no cores".to_owned())
}
