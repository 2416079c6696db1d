//! Through which proxies requests leave: the caller's one, or those of the environment.

use reqwest::{NoProxy, Proxy, Url};

use crate::environment::Environment;
use crate::outcome::Error;
use crate::status::Status;

/// The proxies, in the order in which they are asked whether a request is theirs.
///
/// The environment is read here and not by the HTTP library, which knows the process's own alone. The rules are the library's,
/// and curl's: the names in capitals go first, and an address that cannot be one is passed over.
pub(crate) fn choose(option: Option<&str>, environment: &Environment) -> Result<Vec<Proxy>, Error> {
    let excluded = environment.first_of(&["NO_PROXY", "no_proxy"]);
    let excluded = excluded.and_then(|hosts| NoProxy::from_string(&hosts));
    let chosen = match option {
        Some(text) => vec![read(text)?],
        None => of_environment(environment),
    };
    let chosen = chosen.into_iter();
    Ok(chosen
        .map(|proxy| proxy.no_proxy(excluded.clone()))
        .collect())
}

fn of_environment(environment: &Environment) -> Vec<Proxy> {
    // A CGI program's HTTP_PROXY is a header of whoever called it.
    if environment.has("REQUEST_METHOD") {
        return Vec::new();
    }
    let first = |make: fn(String) -> reqwest::Result<Proxy>, names: &[&str]| {
        make(environment.first_of(names)?).ok()
    };
    [
        first(Proxy::https, &["HTTPS_PROXY", "https_proxy"]),
        first(Proxy::http, &["HTTP_PROXY", "http_proxy"]),
        first(Proxy::all, &["ALL_PROXY", "all_proxy"]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The proxy that the caller names.
fn read(text: &str) -> Result<Proxy, Error> {
    let refuse = |message: &str| {
        Error::new(Status::InvalidProxy, message).hint(
            "A proxy is http://host:port, with user:password@ before the host where it wants them.",
        )
    };
    // No message repeats the text: it may hold a password.
    let url = Url::parse(text.trim()).map_err(|_| refuse("The proxy's address is not a URL."))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refuse(
            "The proxy's address is not an http:// or https:// URL.",
        ));
    }
    Proxy::all(url).map_err(|_| refuse("The proxy's address cannot be used."))
}
