//! Pages of a collection: their size, the link to the next one, and the token in it.

use std::hash::{DefaultHasher, Hash, Hasher};

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::FaultKind;
use crate::reply::Reply;
use crate::target::GraphRequest;

/// The service's own limits (<https://learn.microsoft.com/graph/api/user-list#optional-query-parameters>).
const DEFAULT_TOP: usize = 100;
pub(crate) const MOST_TOP: usize = 999;

/// How pages are to be made.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pages {
    /// No page is larger, whatever `$top` says; 0 for the service's own limit.
    size: usize,
    /// Every so many-th page holds nothing, and the next one goes on; 0 for none.
    empty_every: usize,
}

/// A page that is asked for.
pub(crate) struct Page {
    /// Where it begins.
    pub(crate) start: usize,
    /// How many it holds at most.
    pub(crate) size: usize,
    number: usize,
    /// Stands for all that was asked for besides the place.
    mark: u64,
}

impl Page {
    /// Reads which one is asked for.
    pub(crate) fn read(request: &GraphRequest<'_>, pages: Pages) -> Result<Page, Box<Reply>> {
        let refused = |code: &str, message: &str| Box::new(Reply::error(400, code, message));
        let top = match option(request.query, "$top") {
            None => DEFAULT_TOP,
            Some(text) => match text.parse::<usize>() {
                Ok(top) if top > 0 => top.min(MOST_TOP),
                _ => {
                    return Err(refused(
                        "Request_BadRequest",
                        "Invalid page size specified.",
                    ));
                }
            },
        };
        if option(request.query, "$skip").is_some() {
            let message = "'$skip' is not supported by the service.";
            return Err(refused("Request_BadRequest", message));
        }
        let mark = mark(request);
        let (start, number) = match option(request.query, "$skiptoken") {
            None => (0, 0),
            Some(token) => {
                let mut parts = token.split('-').map(str::parse::<u64>);
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(Ok(start)), Some(Ok(number)), Some(Ok(of))) if of == mark => {
                        (start as usize, number as usize)
                    }
                    // Whoever takes the link apart, or leaves the header out, is told so by the service, too.
                    _ => {
                        let message = "The specified page token value has expired and can no longer be included in your request.";
                        return Err(refused("Directory_ExpiredPageToken", message));
                    }
                }
            }
        };
        let limit = if pages.size > 0 { pages.size } else { MOST_TOP };
        let is_empty = pages.empty_every > 0 && number % pages.empty_every == pages.empty_every - 1;
        Ok(Page {
            start,
            size: if is_empty { 0 } else { top.min(limit) },
            number,
            mark,
        })
    }

    pub(crate) fn is_first(&self) -> bool {
        self.number == 0
    }

    /// The page as it is answered. `next` is where the one behind it begins, where there is one.
    pub(crate) fn answer(
        &self,
        request: &GraphRequest<'_>,
        version: &str,
        value: Vec<Value>,
        next: Option<usize>,
        fault: Option<&FaultKind>,
    ) -> Value {
        let mut body = json!({
            "@odata.context": format!("https://graph.microsoft.com/{version}/$metadata#{}", request.path),
            "value": value,
        });
        let address = format!("{}{}", request.base, request.path);
        let query = request.query.split('&');
        let kept: Vec<&str> = query
            .filter(|pair| !pair.is_empty() && !is_option(pair, "$skiptoken"))
            .collect();
        if let Some(next) = next {
            let token = format!("$skiptoken={next}-{}-{}", self.number + 1, self.mark);
            let options: Vec<&str> = kept.iter().copied().chain([token.as_str()]).collect();
            body["@odata.nextLink"] = format!("{address}?{}", options.join("&")).into();
        }
        match fault {
            Some(FaultKind::LinkRepeated) => {
                body["@odata.nextLink"] = format!("{address}?{}", request.query).into();
            }
            Some(FaultKind::LinkElsewhere) => {
                let link = format!("https://graph.example.net/{version}/users?$skiptoken=x");
                body["@odata.nextLink"] = link.into();
            }
            Some(FaultKind::LinkNonsense) => body["@odata.nextLink"] = "next".into(),
            _ => {}
        }
        body
    }
}

/// The value of a query option, decoded.
pub(crate) fn option(query: &str, name: &str) -> Option<String> {
    let pair = query.split('&').find(|pair| is_option(pair, name))?;
    let value = pair.split_once('=').map_or("", |(_, value)| value);
    Some(decoded(value))
}

fn is_option(pair: &str, name: &str) -> bool {
    let key = pair.split_once('=').map_or(pair, |(key, _)| key);
    decoded(key).eq_ignore_ascii_case(name)
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// Two requests for pages of one listing have the same.
fn mark(request: &GraphRequest<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.path.hash(&mut hasher);
    request.is_eventual.hash(&mut hasher);
    let query = request.query.split('&');
    for pair in query.filter(|pair| !is_option(pair, "$skiptoken")) {
        decoded(pair).hash(&mut hasher);
    }
    hasher.finish()
}
