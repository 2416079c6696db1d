//! The packages of the languages, each with the libraries of every platform inside.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::components::{self, Component, Product};
use crate::cross::Built;
use crate::package::platform::{Library, take_for_release};
use crate::package::{csharp, go, java, node, php, powershell, python};
use crate::workspace::{root, succeed};

use super::{Artefact, VERSION, archive};

/// Makes all of them.
pub(super) fn make(built: &[Built], work: &Path, to: &Path) -> Result<Vec<Artefact>, String> {
    let libraries: Vec<Library> = built
        .iter()
        .map(|built| Library {
            platform: built.platform,
            file: built.shared_library(),
        })
        .collect();
    take_for_release(libraries.clone());
    let mut all = BTreeSet::new();
    for built in built {
        all.extend(components::linked(Product::Library, built.platform)?);
    }
    let all: Vec<Component> = all.into_iter().collect();
    let artefact = |file: PathBuf| Artefact {
        file,
        components: all.clone(),
    };

    let mut made = vec![
        artefact(nuget(to)?),
        artefact(module(work, to)?),
        artefact(jar(to)?),
        artefact(composer_package(work, to)?),
    ];
    let (file, version) = go_module(work, to)?;
    let mut for_go = artefact(file);
    for_go.components.push(components::go_module(
        go::DEPENDENCY,
        &version,
        "Apache-2.0",
    ));
    made.push(for_go);
    for (file, platform) in node::make_for_release(built, to)? {
        let components = match platform {
            Some(platform) => components::linked(Product::Library, platform)?,
            // The JavaScript has nothing inside but itself.
            None => Vec::new(),
        };
        made.push(Artefact { file, components });
    }
    for library in &libraries {
        python::make_wheel(library, to)?;
        let wheel = python::wheel_of(to, library.platform.wheel)?;
        made.push(Artefact {
            file: wheel,
            components: components::linked(Product::Library, library.platform)?,
        });
    }
    made.push(Artefact {
        file: to.join(format!("graph_invalidate-{VERSION}.tar.gz")),
        components: Vec::new(),
    });
    Ok(made)
}

fn nuget(to: &Path) -> Result<PathBuf, String> {
    csharp::make()?;
    let name = format!("GraphInvalidate.Client.{VERSION}.nupkg");
    let file = to.join(&name);
    archive::normalise_nuget(&root().join("target/package/csharp").join(name), &file)?;
    Ok(file)
}

fn module(work: &Path, to: &Path) -> Result<PathBuf, String> {
    let module = powershell::make()?;
    let name = format!("GraphInvalidate.{VERSION}.nupkg");
    let packed = work.join("powershell");
    fs::create_dir_all(&packed)
        .map_err(|error| format!("{} cannot be made: {error}", packed.display()))?;
    succeed(
        powershell::pwsh()
            .arg("-Command")
            .arg("Compress-PSResource -Path $env:MODULE -DestinationPath $env:DESTINATION -ErrorAction Stop")
            .env("MODULE", &module)
            .env("DESTINATION", &packed),
    )?;
    let file = to.join(&name);
    archive::normalise_nuget(&packed.join(name), &file)?;
    Ok(file)
}

fn go_module(work: &Path, to: &Path) -> Result<(PathBuf, String), String> {
    go::make()?;
    let name = format!("graph-invalidate-go-{VERSION}");
    let folder = work.join(&name);
    copy_folder(&go::folder(), &folder)?;
    // With it a program is built where no network is.
    let beside = folder.join("third-party");
    fs::create_dir_all(&beside)
        .map_err(|error| format!("{} cannot be made: {error}", beside.display()))?;
    let (version, source) = go::dependency()?;
    copy_folder(&source, &beside.join("purego"))?;
    let file = to.join(format!("{name}.tar.gz"));
    archive::tar_gz(&folder, &file)?;
    Ok((file, version))
}

/// A folder that holds it is one of Composer's repositories of artefacts.
fn composer_package(work: &Path, to: &Path) -> Result<PathBuf, String> {
    php::make()?;
    let name = format!("graph-invalidate-php-{VERSION}");
    let folder = work.join(&name);
    copy_folder(&php::folder(), &folder)?;
    let file = to.join(format!("{name}.zip"));
    archive::zip(&folder, &file)?;
    Ok(file)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    succeed(
        std::process::Command::new("cp")
            // What Go keeps cannot be written to.
            .args(["--recursive", "--no-preserve=mode"])
            .arg(from)
            .arg(to),
    )
}

fn jar(to: &Path) -> Result<PathBuf, String> {
    java::make()?;
    let jar = java::jar();
    let file = to.join(jar.file_name().unwrap_or_default());
    crate::install::copy(&jar, &file)?;
    Ok(file)
}
