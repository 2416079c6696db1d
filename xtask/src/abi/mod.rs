//! The C ABI, described once: `include/graph_invalidate.json` is read from the source, and every language's
//! declarations are rendered from it.

mod description;
mod languages;
mod public_api;
mod read;
mod render;
mod words;

use std::path::PathBuf;

use crate::workspace::root;

/// The record of .NET's public names, which is rendered in part.
const PUBLIC_API: &str = "bindings/csharp/src/GraphInvalidate/PublicAPI.Unshipped.txt";

/// A file that is made of the description.
struct Made {
    path: PathBuf,
    text: String,
}

/// Makes the description and all that is rendered from it anew.
pub(crate) fn write() -> Result<bool, String> {
    for made in all()? {
        std::fs::write(&made.path, made.text)
            .map_err(|error| format!("{} cannot be written: {error}", made.path.display()))?;
    }
    Ok(true)
}

/// Says which committed files are not what the source says.
pub(crate) fn drift() -> Result<Vec<String>, String> {
    let drifted = all()?.into_iter().filter(|made| {
        let committed = std::fs::read_to_string(&made.path).unwrap_or_default();
        // A checkout on Windows may have other line ends.
        committed.replace("\r\n", "\n") != made.text
    });
    Ok(drifted
        .map(|made| {
            let name = made.path.strip_prefix(root()).unwrap_or(&made.path);
            format!(
                "{} is not what the source says: run cargo xtask abi",
                name.display()
            )
        })
        .collect())
}

fn all() -> Result<Vec<Made>, String> {
    let description = read::description()?;
    let json = serde_json::to_string_pretty(&description).map_err(|error| error.to_string())?;
    let mut made = vec![Made {
        path: root().join("include/graph_invalidate.json"),
        text: json + "\n",
    }];
    for (template, target) in render::TARGETS {
        made.push(Made {
            path: root().join(target),
            text: render::render(template, target, &description)?,
        });
    }
    let record = root().join(PUBLIC_API);
    let committed = std::fs::read_to_string(&record)
        .map_err(|error| format!("{PUBLIC_API} cannot be read: {error}"))?
        .replace("\r\n", "\n");
    let rendered = render::render("csharp/PublicAPI.txt.j2", PUBLIC_API, &description)?;
    made.push(Made {
        path: record,
        text: public_api::with(&committed, &rendered),
    });
    Ok(made)
}
