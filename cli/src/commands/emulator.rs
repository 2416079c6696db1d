//! `emulator`: the stand-in tenant, until it is interrupted.

use graph_invalidate_emulator::{Emulator, Job, Tenant};

use crate::Ended;
use crate::arguments;
use crate::arguments::Place;
use crate::exit_status::ExitStatus;
use crate::interruption::Interruption;
use crate::terminal::{note, result};

pub(crate) fn run(arguments: &arguments::Emulator) -> Ended {
    let started = start(arguments).and_then(|emulator| {
        let variables = environment(arguments, &emulator)?;
        Ok((emulator, variables))
    });
    let (emulator, variables) = match started {
        Ok(started) => started,
        Err(reason) => {
            note(&format!("graph-invalidate: {reason}"));
            return Ok(ExitStatus::Usage);
        }
    };
    let interruption = Interruption::watch();
    result(&format!("listening on {}", emulator.url()))?;
    for (name, value) in variables {
        result(&format!("{name}={value}"))?;
    }
    loop {
        if let Some(status) = interruption.exit_status() {
            return Ok(status);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// What whoever gets their tokens here would have in their environment.
fn environment(
    arguments: &arguments::Emulator,
    emulator: &Emulator,
) -> Result<Vec<(&'static str, String)>, String> {
    match (arguments.env, &arguments.pod_files) {
        (Some(Place::Kubernetes), Some(folder)) => emulator.environment_of_pod(folder),
        (_, Some(_)) => Err("--pod-files is only for --env aks: leave it out.".to_owned()),
        (Some(Place::GitHubActions), None) => Ok(emulator.environment_of(Job::GitHubActions)),
        (Some(Place::AzurePipelines), None) => Ok(emulator.environment_of(Job::AzurePipelines)),
        (Some(Place::Kubernetes) | None, None) => Ok(Vec::new()),
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
        .token_proxy(arguments.pod_files.is_some())
        .encrypted(arguments.write_ca.is_some() && !arguments.as_proxy);
    if let Some(path) = &arguments.tenant {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("The tenant file {path} cannot be read: {error}."))?;
        let tenant = Tenant::from_json(&text).map_err(|error| {
            format!(
                "{path} is not a tenant for the emulator: {error} Give a JSON file with the tenant's users and applications, or leave --tenant out to use the built-in tenant."
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
