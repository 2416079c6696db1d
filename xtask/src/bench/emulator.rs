//! An emulator in a process of its own, for as long as figures are taken.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running emulator; dropping it ends it.
pub(crate) struct RunningEmulator {
    process: Child,
    pub(crate) url: String,
}

impl RunningEmulator {
    /// Starts the emulator of this command, with further arguments.
    pub(crate) fn start(
        command: &Path,
        arguments: &[&std::ffi::OsStr],
    ) -> Result<RunningEmulator, String> {
        let mut process = Command::new(command)
            .arg("emulator")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the emulator cannot be started: {error}"))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(|error| error.to_string())?;
        }
        let url = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let mut emulator = RunningEmulator {
            process,
            url: String::new(),
        };
        emulator.url = url.ok_or("the emulator did not start")?;
        Ok(emulator)
    }

    /// What the system calls it.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// What the control interface answers.
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> Result<String, String> {
        let address = self.url.trim_start_matches("http://");
        let mut answer = String::new();
        TcpStream::connect(address)
            .and_then(|mut stream| {
                let head =
                    format!("{method} /__emulator/{path} HTTP/1.1\r\nHost: x\r\nConnection: close");
                write!(
                    stream,
                    "{head}\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                )?;
                stream.read_to_string(&mut answer)
            })
            .map_err(|error| format!("the emulator cannot be asked: {error}"))?;
        match answer.split_once("\r\n\r\n") {
            Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(body.to_owned()),
            _ => Err(format!("the emulator refused {method} {path}: {answer}")),
        }
    }

    /// An access token of the tenant's User Administrator.
    pub(crate) fn token(&self) -> Result<String, String> {
        let body = self.control("POST", "tokens", "{}")?;
        serde_json::from_str::<serde_json::Value>(&body)
            .ok()
            .and_then(|body| Some(body["access_token"].as_str()?.to_owned()))
            .ok_or_else(|| format!("the emulator gave no token: {body}"))
    }
}

impl Drop for RunningEmulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
