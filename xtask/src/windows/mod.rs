//! The library and the command for 64-bit Windows, built on Linux; and their tests, run in Wine.

mod build;
mod wine;

pub(crate) use wine::Wine;

/// The platform, as packages name it.
const PLATFORM: &str = "win-x64";

/// Links for it, and compiles C programs.
const COMPILER_FOR_C: &str = "x86_64-w64-mingw32-gcc";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Build only, where there is no Wine to run the tests in.
    #[arg(long)]
    build_only: bool,
}

/// Builds, and tests what was built; true when all went well.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let built = build::build()?;
    println!("{}", built.display());
    if arguments.build_only {
        return Ok(true);
    }
    wine::test(&built)
}
