//! One listing, page by page: which address comes next, and when it is over.
//!
//! <https://learn.microsoft.com/graph/paging>: a link is followed whole and unchanged, a page may be empty, and the end
//! is where there is no link.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use url::Url;

use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;

/// How often a listing begins anew whose link has expired. Asking with the same link again cannot work.
const MOST_RESTARTS: u32 = 5;

/// Pages in a row that hold nothing.
const MOST_EMPTY: u32 = 100;

/// The code of a link that has expired.
pub(super) const EXPIRED: &str = "Directory_ExpiredPageToken";

/// A listing that is under way.
#[derive(Debug)]
pub(super) struct Listing {
    first: String,
    link: Option<Url>,
    seen: HashSet<u64>,
    restarts: u32,
    empty: u32,
    /// It is asked as an advanced query, which is answered from an index: every page takes the header.
    pub(super) is_eventual: bool,
}

impl Listing {
    /// Begins with this path, which is percent-encoded and has a query.
    pub(super) fn of(first: String) -> Listing {
        Listing {
            first,
            link: None,
            seen: HashSet::new(),
            restarts: 0,
            empty: 0,
            is_eventual: false,
        }
    }

    /// What is to be asked next.
    pub(super) fn url(&self, endpoint: &Endpoint) -> Url {
        match (&self.link, self.is_eventual) {
            (Some(link), _) => link.clone(),
            (None, false) => endpoint.join(&self.first),
            (None, true) => endpoint.join(&[&self.first, "&$count=true"].concat()),
        }
    }

    /// Goes on after a page of so many objects, by its link; tells whether there is a further one.
    ///
    /// # Errors
    ///
    /// The link leads somewhere else, or nowhere, or the pages do not end.
    pub(super) fn go_on(
        &mut self,
        endpoint: &Endpoint,
        objects: usize,
        link: Option<&str>,
    ) -> Result<bool, Error> {
        self.seen.insert(fingerprint(&self.url(endpoint)));
        let Some(link) = link else {
            return Ok(false);
        };
        self.empty = if objects == 0 { self.empty + 1 } else { 0 };
        if self.empty > MOST_EMPTY {
            return Err(incomplete(format!(
                "{MOST_EMPTY} pages in a row held nobody, and each led to a further one."
            )));
        }
        let url = Url::parse(link).map_err(|_| {
            incomplete(format!(
                "The link to the next page is no address: {link:.200}"
            ))
        })?;
        if !endpoint.is_audience(&url) || !url.username().is_empty() || url.password().is_some() {
            return Err(Error::new(
                Status::HostRefused,
                format!(
                    "The link to the next page leads to {}, not to {}: the token was not sent there.",
                    url.origin().ascii_serialization(),
                    endpoint.origin()
                ),
            )
            .hint("No write request was sent. Check the endpoint and the proxy: something else than Microsoft Graph may have answered."));
        }
        // A service that leads in a circle has said all that it has to say.
        let is_new = !self.seen.contains(&fingerprint(&url));
        self.link = Some(url);
        Ok(is_new)
    }

    /// Begins anew, since the link has expired.
    ///
    /// # Errors
    ///
    /// It has begun anew too often.
    pub(super) fn restart(&mut self) -> Result<(), Error> {
        if self.restarts == MOST_RESTARTS {
            return Err(incomplete(format!(
                "The link to the next page had expired, and again each of the {MOST_RESTARTS} times that the listing was begun anew."
            )));
        }
        self.restarts += 1;
        self.begin();
        Ok(())
    }

    /// Begins anew, as an advanced query.
    pub(super) fn become_eventual(&mut self) {
        self.is_eventual = true;
        self.begin();
    }

    fn begin(&mut self) {
        self.link = None;
        self.seen.clear();
        self.empty = 0;
    }
}

fn fingerprint(url: &Url) -> u64 {
    let mut hasher = DefaultHasher::new();
    url.as_str().hash(&mut hasher);
    hasher.finish()
}

/// A listing that cannot be read to its end selects nobody: who is missing would not be known.
pub(super) fn incomplete(message: String) -> Error {
    Error::new(Status::SelectionIncomplete, message).hint(
        "Nothing was sent that writes: users would be missing. Select again in some minutes; if it stays so, select fewer users at once.",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ROOT: &str = "https://graph.microsoft.com";

    fn endpoint() -> Endpoint {
        Endpoint::named_by_caller(ROOT).unwrap()
    }

    fn listing() -> Listing {
        Listing::of("/v1.0/users?$top=999".to_owned())
    }

    #[test]
    fn a_link_is_followed_whole_and_unchanged() {
        let link = format!("{ROOT}/v1.0/users?$top=999&$skiptoken=RFNwdAIAAQ%3d%3D~x");
        let mut listing = listing();
        assert_eq!(listing.go_on(&endpoint(), 999, Some(&link)), Ok(true));
        assert_eq!(listing.url(&endpoint()).as_str(), link);
        assert_eq!(listing.go_on(&endpoint(), 999, None), Ok(false));
    }

    #[test]
    fn the_token_goes_to_no_other_host() {
        for link in [
            "https://graph.example.net/v1.0/users?x",
            "http://graph.microsoft.com/v1.0/users?x",
            "https://graph.microsoft.com:444/v1.0/users?x",
            "https://graph.microsoft.com@example.net/users",
            "https://user:secret@graph.microsoft.com/v1.0/users?x",
        ] {
            let error = listing().go_on(&endpoint(), 1, Some(link)).unwrap_err();
            assert_eq!(error.status(), Status::HostRefused, "{link}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        for link in ["next", "", "/v1.0/users?x"] {
            let error = listing().go_on(&endpoint(), 1, Some(link)).unwrap_err();
            assert_eq!(error.status(), Status::SelectionIncomplete, "{link}");
        }
    }

    #[test]
    fn a_circle_and_a_desert_have_an_end() {
        let mut listing = listing();
        let link = |n: u32| format!("{ROOT}/v1.0/users?$skiptoken={n}");
        assert_eq!(listing.go_on(&endpoint(), 1, Some(&link(1))), Ok(true));
        assert_eq!(listing.go_on(&endpoint(), 1, Some(&link(2))), Ok(true));
        assert_eq!(listing.go_on(&endpoint(), 1, Some(&link(1))), Ok(false));
        let mut listing = self::listing();
        let ended = (0..1000).find_map(|n| listing.go_on(&endpoint(), 0, Some(&link(n))).err());
        assert!(ended.is_some_and(|error| error.status() == Status::SelectionIncomplete));
    }

    #[test]
    fn it_begins_anew_five_times() {
        let mut listing = listing();
        for _ in 0..MOST_RESTARTS {
            let link = format!("{ROOT}/v1.0/users?$skiptoken=1");
            assert_eq!(listing.go_on(&endpoint(), 1, Some(&link)), Ok(true));
            listing.restart().unwrap();
            assert_eq!(listing.url(&endpoint()).query(), Some("$top=999"));
        }
        assert!(listing.restart().is_err());
    }
}
