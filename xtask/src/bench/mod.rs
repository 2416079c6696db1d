//! Figures as ratios against a baseline taken in the same run.

mod asked;
mod call;
mod calls;
mod csharp;
mod direct;
pub(crate) mod emulator;
mod go;
mod instructions;
mod java;
mod node;
mod one_core;
mod php;
mod powershell;
mod process;
mod python;
mod run;
mod sign_in;

/// One group of figures, and what takes them.
struct Group {
    name: &'static str,
    take: fn() -> Result<(), String>,
}

const GROUPS: &[Group] = &[
    call::GROUP,
    calls::GROUP,
    instructions::GROUP,
    run::GROUP,
    run::languages::GROUP,
    sign_in::GROUP,
    csharp::GROUP,
    go::GROUP,
    java::GROUP,
    node::GROUP,
    php::GROUP,
    python::GROUP,
    powershell::GROUP,
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The groups of figures to take; all of them if none is named.
    groups: Vec<String>,
}

/// Prints every figure with its goal; true when all could be taken, whether or not they meet it.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let known: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
    for name in &arguments.groups {
        if !known.contains(&name.as_str()) {
            return Err(format!(
                "there is no group {name:?}; the groups are {}",
                known.join(", ")
            ));
        }
    }
    println!("{:<64} {:>7}  goal", "figure", "ratio");
    let wanted =
        |name: &str| arguments.groups.is_empty() || arguments.groups.iter().any(|it| it == name);
    for group in GROUPS.iter().filter(|group| wanted(group.name)) {
        (group.take)()?;
    }
    Ok(true)
}

/// Prints one figure.
fn figure(name: &str, ratio: f64, goal: &str) {
    println!("{name:<64} {ratio:>7.2}  {goal}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
