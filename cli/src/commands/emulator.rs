//! `emulator`: the stand-in tenant, until it is interrupted.

use graph_invalidate_emulator::{Emulator, Job, Tenant};

use crate::Ended;
use crate::arguments;
use crate::exit_status::ExitStatus;
use crate::interruption::Interruption;
use crate::terminal::{note, result};

pub(crate) fn run(arguments: &arguments::Emulator) -> Ended {
    let emulator = match start(arguments) {
        Ok(emulator) => emulator,
        Err(reason) => {
            note(&format!("graph-invalidate: {reason}"));
            return Ok(ExitStatus::Usage);
        }
    };
    let interruption = Interruption::watch();
    result(&format!("listening on {}", emulator.url()))?;
    let job = arguments.env.map(|pipeline| match pipeline {
        arguments::Pipeline::GitHubActions => Job::GitHubActions,
        arguments::Pipeline::AzurePipelines => Job::AzurePipelines,
    });
    for (name, value) in job
        .map(|job| emulator.environment_of(job))
        .unwrap_or_default()
    {
        result(&format!("{name}={value}"))?;
    }
    loop {
        if let Some(status) = interruption.exit_status() {
            return Ok(status);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn start(arguments: &arguments::Emulator) -> Result<Emulator, String> {
    if !arguments.listen.ip().is_loopback() && !arguments.any_address {
        return Err(format!(
            "other machines can reach {}. Add --any-address to allow that, or use --listen 127.0.0.1:{}.",
            arguments.listen,
            arguments.listen.port()
        ));
    }
    let mut builder = Emulator::builder()
        .listen(arguments.listen)
        .users(arguments.users)
        .latency(arguments.latency.unwrap_or_default())
        .any_address(arguments.any_address)
        .proxy(arguments.as_proxy)
        .encrypted(arguments.write_ca.is_some() && !arguments.as_proxy);
    if let Some(path) = &arguments.tenant {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("The tenant file {path} cannot be read: {error}."))?;
        let tenant = Tenant::from_json(&text).map_err(|error| {
            format!(
                "{path} is no tenant of the emulator: {error} Give a JSON file with the tenant's users and applications, or leave --tenant out for the tenant that is built in."
            )
        })?;
        builder = builder.tenant(tenant);
    }
    let emulator = builder.start().map_err(|error| error.to_string())?;
    if let (Some(path), Some(authority)) = (&arguments.write_ca, emulator.authority()) {
        std::fs::write(path, authority).map_err(|error| {
            format!(
                "The authority cannot be written to {}: {error}.",
                path.display()
            )
        })?;
    }
    Ok(emulator)
}
