//! The command line that goes on with a run, as a shell takes it.

use std::ffi::{OsStr, OsString};

/// This command line, with `--resume`, if it names a journal. It holds no token: none is ever an argument.
pub(crate) fn resume_line() -> Option<String> {
    resume_line_of(std::env::args_os().collect())
}

fn resume_line_of(mut arguments: Vec<OsString>) -> Option<String> {
    let is = |argument: &OsStr, option: &str| {
        let text = argument.to_string_lossy();
        text == option
            || text
                .strip_prefix(option)
                .is_some_and(|rest| rest.starts_with('='))
    };
    let end = arguments.iter().position(|argument| argument == "--");
    let options = &arguments[..end.unwrap_or(arguments.len())];
    if !options.iter().any(|argument| is(argument, "--journal")) {
        return None;
    }
    if !options.iter().any(|argument| is(argument, "--resume")) {
        let place = end.unwrap_or(arguments.len());
        arguments.insert(place, OsString::from("--resume"));
    }
    let mut after_proxy = false;
    let quoted: Vec<String> = arguments
        .iter()
        .map(|argument| {
            let text = argument.to_string_lossy();
            let is_proxy = after_proxy || text.starts_with("--proxy=");
            after_proxy = text == "--proxy";
            quoted(&if is_proxy {
                without_password(&text)
            } else {
                text.into_owned()
            })
        })
        .collect();
    Some(quoted.join(" "))
}

/// A proxy's password does not belong on a screen.
fn without_password(proxy: &str) -> String {
    match (proxy.split_once("://"), proxy.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://USER:PASSWORD@{host}"),
        _ => proxy.to_owned(),
    }
}

fn quoted(argument: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:=@%+,".contains(character);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else if cfg!(windows) {
        format!("\"{}\"", argument.replace('"', "\\\""))
    } else {
        format!("'{}'", argument.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(arguments: &[&str]) -> Option<String> {
        resume_line_of(arguments.iter().map(OsString::from).collect())
    }

    #[test]
    fn the_line_that_resumes_is_the_same_line_quoted() {
        assert_eq!(line(&["gi", "users", "--from", "u.csv"]), None);
        let resumed = line(&["gi", "users", "--from", "my users.csv", "--journal", "j"]);
        assert_eq!(
            resumed.as_deref(),
            Some("gi users --from 'my users.csv' --journal j --resume")
        );
        let again = line(&["gi", "users", "a", "--journal=j", "--resume"]);
        assert_eq!(again.as_deref(), Some("gi users a --journal=j --resume"));
        let dashes = line(&[
            "gi",
            "users",
            "--journal",
            "j",
            "--",
            "o'brien@c",
            "--journal",
        ]);
        assert_eq!(
            dashes.as_deref(),
            Some("gi users --journal j --resume -- 'o'\\''brien@c' --journal")
        );
    }

    #[test]
    fn a_proxys_password_is_not_shown() {
        let first = line(&[
            "gi",
            "users",
            "--proxy",
            "http://me:p@ss@p:1",
            "--journal",
            "j",
        ]);
        let second = line(&[
            "gi",
            "users",
            "--proxy=http://me:p@ss@p:1",
            "--journal",
            "j",
        ]);
        for line in [first, second].map(Option::unwrap_or_default) {
            assert!(
                !line.contains("ss@p") && line.contains("PASSWORD@p:1"),
                "{line}"
            );
        }
    }
}
