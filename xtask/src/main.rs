//! The project's own tasks: `cargo xtask test`, `check`, `header`, `install`, `package`, `windows`, `kill-campaign`,
//! `soak` and `bench`.

mod abi;
mod advisories;
mod bench;
mod by_hand;
mod check;
mod components;
mod cross;
mod dependencies;
mod dotnet;
mod header;
mod install;
mod kill_campaign;
mod node;
mod package;
mod pages;
mod python;
mod release;
mod soak;
mod stability;
mod suites;
mod version;
mod windows;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the test suites whose tools are present, and end with one table.
    Test(suites::Arguments),
    /// Formatting, lints, documentation, header drift, licences, unsafe code where it must not be.
    Check,
    /// Lay out an ordinary installation tree.
    Install(install::Arguments),
    /// Make the packages of the bindings.
    Package(package::Arguments),
    /// Make what is published: for every platform, with its sums.
    Release(release::Arguments),
    /// Build the library and the command for Windows, and run their tests in Wine.
    Windows(windows::Arguments),
    /// Kill runs over many users again and again, and see that each comes to its good end.
    KillCampaign(kill_campaign::Arguments),
    /// Call in bursts, with rests between them, and see that nothing is left.
    Soak(soak::Arguments),
    /// Print figures as ratios against baselines taken in the same run.
    Bench(bench::Arguments),
    /// Make include/graph_invalidate.json, and the declarations of every language, anew from the source.
    Abi,
    /// Print how many lines of each language are written by hand.
    ByHand,
    /// Set the number of the next release everywhere.
    Version(version::Arguments),
    /// Take the public names and the C ABI as they are now for what the next release must keep.
    Keep,
    /// Make include/graph_invalidate.h anew from the source.
    Header,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Test(arguments) => suites::run(&arguments),
        Task::Check => check::run(),
        Task::Install(arguments) => install::run(&arguments),
        Task::KillCampaign(arguments) => kill_campaign::run(&arguments),
        Task::Soak(arguments) => soak::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Package(arguments) => package::run(&arguments),
        Task::Release(arguments) => release::run(&arguments),
        Task::Windows(arguments) => windows::run(&arguments),
        Task::Abi => abi::write(),
        Task::ByHand => by_hand::print(),
        Task::Version(arguments) => version::run(&arguments),
        Task::Keep => stability::accept(),
        Task::Header => header::write(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::from(2)
        }
    }
}
