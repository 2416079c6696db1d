//! Archives whose bytes depend on what is in them alone.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::workspace::{root, succeed};

/// The time of every file in what is published, in seconds: that of the commit it is made from.
pub(super) fn time() -> Result<String, String> {
    let output = Command::new("git")
        .current_dir(root())
        .args(["log", "-1", "--format=%ct"])
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    let time = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if time.is_empty() {
        return Err("git log says nothing: is this a checkout?".to_owned());
    }
    Ok(time)
}

/// Packs one folder, under its own name.
pub(super) fn tar_gz(folder: &Path, archive: &Path) -> Result<(), String> {
    let tar = archive.with_extension("");
    succeed(
        Command::new("tar")
            .args(["--create", "--format=gnu", "--sort=name", "--numeric-owner"])
            .args(["--owner=0", "--group=0", "--mode=u+rw,go+r,go-w,a+X"])
            .arg(format!("--mtime=@{}", time()?))
            .arg("--file")
            .arg(&tar)
            .arg("--directory")
            .arg(folder.parent().unwrap_or(folder))
            .arg(folder.file_name().unwrap_or_default()),
    )?;
    succeed(
        Command::new("gzip")
            .args(["--no-name", "--best", "--force"])
            .arg(&tar),
    )
}

/// Packs one folder, under its own name.
pub(super) fn zip(folder: &Path, archive: &Path) -> Result<(), String> {
    let above = folder.parent().unwrap_or(folder);
    let files = files_below(folder)?;
    let described = |error: String| format!("{} cannot be made: {error}", archive.display());
    let mut writer = writer(archive)?;
    for file in files {
        let name = file.strip_prefix(above).unwrap_or(&file);
        let content = fs::read(&file).map_err(|error| described(error.to_string()))?;
        add(&mut writer, &name.to_string_lossy(), &content).map_err(described)?;
    }
    writer
        .finish()
        .map(drop)
        .map_err(|error| described(error.to_string()))
}

/// Writes a NuGet package anew: its tools give every package other names and times inside.
pub(super) fn normalise_nuget(package: &Path, to: &Path) -> Result<(), String> {
    let described = |error: String| format!("{} cannot be read: {error}", package.display());
    let mut archive = File::open(package)
        .map_err(|error| error.to_string())
        .and_then(|file| ZipArchive::new(file).map_err(|error| error.to_string()))
        .map_err(described)?;
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| described(error.to_string()))?;
        let mut content = Vec::new();
        entry
            .read_to_end(&mut content)
            .map_err(|error| described(error.to_string()))?;
        let name = entry.name().to_owned();
        if !name.ends_with('/') {
            entries.push((name, content));
        }
    }
    let properties = "package/services/metadata/core-properties/properties.psmdcp";
    let mut description = String::new();
    for (name, _) in &mut entries {
        let ending = Path::new(name).extension().unwrap_or_default();
        if ending == "psmdcp" {
            properties.clone_into(name);
        } else if ending == "nuspec" {
            description.clone_from(name);
        }
    }
    for (name, content) in &mut entries {
        if name == "_rels/.rels" {
            *content = relations(&description, properties).into_bytes();
        }
    }
    entries.sort();
    let mut writer = writer(to)?;
    for (name, content) in entries {
        add(&mut writer, &name, &content).map_err(described)?;
    }
    writer
        .finish()
        .map(drop)
        .map_err(|error| described(error.to_string()))
}

/// What a NuGet package says of its two descriptions.
fn relations(description: &str, properties: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\n\
         \x20 <Relationship Type=\"http://schemas.microsoft.com/packaging/2010/07/manifest\" Target=\"/{description}\" Id=\"R1\" />\n\
         \x20 <Relationship Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" \
         Target=\"/{properties}\" Id=\"R2\" />\n\
         </Relationships>\n"
    )
}

fn writer(archive: &Path) -> Result<ZipWriter<File>, String> {
    File::create(archive)
        .map(ZipWriter::new)
        .map_err(|error| format!("{} cannot be made: {error}", archive.display()))
}

/// Adds a file with the first time that the format knows, which no time zone changes.
fn add(
    writer: &mut ZipWriter<impl Write + Seek>,
    name: &str,
    content: &[u8],
) -> Result<(), String> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    writer
        .start_file(name, options)
        .map_err(|error| error.to_string())?;
    writer
        .write_all(content)
        .map_err(|error: io::Error| error.to_string())
}

/// The files below a folder, sorted.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
