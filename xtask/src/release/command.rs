//! The command: archives, and Debian's packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::components::{self, Product};
use crate::cross::{Built, System};
use crate::install::{copy, lay_out_command, lay_out_libraries, write};
use crate::workspace::succeed;

use super::{Artefact, VERSION, archive};

/// Makes the archive of the command.
pub(super) fn archive(
    built: &Built,
    speaker: &Path,
    work: &Path,
    to: &Path,
) -> Result<Artefact, String> {
    let name = format!("graph-invalidate-{VERSION}-{}", built.platform.rid);
    let folder = work.join(&name);
    lay_out_command(&folder, &built.command(), speaker)?;
    pack(built, Product::Command, &folder, to)
}

/// Makes the archive of what C programs are built with.
pub(super) fn tree(built: &Built, work: &Path, to: &Path) -> Result<Artefact, String> {
    let name = format!("graph-invalidate-c-{VERSION}-{}", built.platform.rid);
    let folder = work.join(&name);
    let windows = built.platform.system == System::Windows;
    lay_out_libraries(&folder, &built.folder, &built.system_libraries, windows)?;
    pack(built, Product::Library, &folder, to)
}

/// Adds the licences of what is linked in, and packs a folder as its platform's people unpack it.
fn pack(built: &Built, product: Product, folder: &Path, to: &Path) -> Result<Artefact, String> {
    let linked = components::linked(product, built.platform)?;
    write(
        &folder.join("share/doc/graph-invalidate/LICENSE-THIRD-PARTY.txt"),
        components::licences(&linked)?.as_bytes(),
    )?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let file = if built.platform.system == System::Windows {
        let file = to.join(format!("{name}.zip"));
        archive::zip(folder, &file)?;
        file
    } else {
        let file = to.join(format!("{name}.tar.gz"));
        archive::tar_gz(folder, &file)?;
        file
    };
    Ok(Artefact {
        file,
        components: linked,
    })
}

/// Makes Debian's package of the command.
pub(super) fn debian(
    built: &Built,
    architecture: &str,
    speaker: &Path,
    work: &Path,
    to: &Path,
) -> Result<Artefact, String> {
    let linked = components::linked(Product::Command, built.platform)?;
    let folder = work.join(format!("debian-{architecture}"));
    let usr = folder.join("usr");
    lay_out_command(&usr, &built.command(), speaker)?;
    let documents = usr.join("share/doc/graph-invalidate");
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let _ = fs::remove_file(documents.join(licence));
    }
    write(
        &documents.join("copyright"),
        copyright(&components::licences(&linked)?)?.as_bytes(),
    )?;
    copy(
        &crate::workspace::root().join("CHANGELOG.md"),
        &documents.join("changelog"),
    )?;
    // Where Debian's shells look.
    let zsh = usr.join("share/zsh");
    fs::create_dir_all(zsh.join("vendor-completions"))
        .and_then(|()| {
            fs::rename(
                zsh.join("site-functions/_graph-invalidate"),
                zsh.join("vendor-completions/_graph-invalidate"),
            )
        })
        .and_then(|()| fs::remove_dir(zsh.join("site-functions")))
        .map_err(|error| format!("{} cannot be laid out: {error}", zsh.display()))?;
    let mut size = 0;
    for file in archive::files_below(&folder)? {
        let compressed = file.starts_with(usr.join("share/man")) || file.ends_with("changelog");
        if compressed {
            succeed(
                Command::new("gzip")
                    .args(["--no-name", "--best"])
                    .arg(&file),
            )?;
        } else {
            size += fs::metadata(&file).map_or(0, |metadata| metadata.len());
        }
    }
    write(
        &folder.join("DEBIAN/control"),
        format!(
            "Package: graph-invalidate\nVersion: {VERSION}\nArchitecture: {architecture}\n\
             Maintainer: The graph-invalidate authors <graph-invalidate@localhost>\n\
             Installed-Size: {}\nDepends: libc6 (>= 2.17)\nRecommends: ca-certificates\n\
             Section: admin\nPriority: optional\n\
             Description: sign Microsoft Entra users out everywhere, and prove it\n \
             Calls Microsoft Graph's invalidateAllRefreshTokens for one user or for many,\n \
             with a journal, through throttling and expired tokens, in four national clouds.\n",
            size.div_ceil(1024)
        )
        .as_bytes(),
    )?;
    modes(&folder)?;
    let file: PathBuf = to.join(format!("graph-invalidate_{VERSION}_{architecture}.deb"));
    succeed(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "-Zxz", "--build"])
            .arg(&folder)
            .arg(&file)
            .env("SOURCE_DATE_EPOCH", archive::time()?)
            .stdout(std::process::Stdio::null()),
    )?;
    Ok(Artefact {
        file,
        components: linked,
    })
}

/// Whatever the mask of whoever makes the package is.
fn modes(folder: &Path) -> Result<(), String> {
    succeed(
        Command::new("chmod")
            .args(["--recursive", "u+rw,go+r,go-w,a+X"])
            .arg(folder),
    )
}

/// The licences, in the file that Debian's packages have for them.
fn copyright(linked: &str) -> Result<String, String> {
    let mut page =
        "graph-invalidate is under the MIT licence or the Apache licence 2.0, as you like.\n"
            .to_owned();
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let text = fs::read_to_string(crate::workspace::root().join(licence))
            .map_err(|error| format!("{licence} cannot be read: {error}"))?;
        page += &format!("\n{text}\n");
    }
    Ok(page + linked)
}
