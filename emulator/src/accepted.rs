//! How often the action took effect for whom, a line a user: a million of them are sent as they are written.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use crate::directory::Directory;

/// How many lines are written at once.
const CHUNK: usize = 1000;

/// The lines, in the order of the users, written when they are asked for.
pub(crate) struct AcceptedLines {
    directory: Arc<Directory>,
    counts: std::vec::IntoIter<(usize, u64)>,
}

impl AcceptedLines {
    pub(crate) fn new(directory: Arc<Directory>, mut counts: Vec<(usize, u64)>) -> AcceptedLines {
        counts.sort_unstable();
        AcceptedLines {
            directory,
            counts: counts.into_iter(),
        }
    }
}

impl Iterator for AcceptedLines {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut lines = String::new();
        for (index, count) in self.counts.by_ref().take(CHUNK) {
            let user = self.directory.user(index);
            let line = json!({"id": user.id, "userPrincipalName": user.user_principal_name, "count": count});
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        (!lines.is_empty()).then(|| Bytes::from(lines))
    }
}

impl fmt::Debug for AcceptedLines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AcceptedLines({})", self.counts.len())
    }
}
