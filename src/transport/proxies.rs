//! Through which proxies requests leave: the caller's one, or those of the environment.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::sync::Mutex;
use url::Url;

use crate::environment::{Environment, NotUtf8};
use crate::outcome::Error;
use crate::status::Status;

use super::PerProcess;

/// What stands between the parts of an address, and where it stands in a password.
const WRITTEN: &str = "A proxy is http://host:port, with user:password@ before the host if it needs them; in both, write % as %25, # as %23, / as %2F, ? as %3F, @ as %40 and : as %3A.";

/// The proxies of a client, whatever connections it makes and lets go of in its life.
pub(crate) struct Proxies {
    matcher: Matcher,
    /// Locked while it is tried first, so that requests beside each other do not send what is refused.
    password: PerProcess<Mutex<Password>>,
}

/// What is known of the user name and password for the proxy.
#[derive(Clone)]
pub(super) enum Password {
    Untried,
    Good,
    Refused(StatusCode, Vec<String>),
}

impl Proxies {
    fn new(matcher: Matcher) -> Proxies {
        Proxies {
            matcher,
            password: PerProcess::new(),
        }
    }

    /// The proxy that leads to this address, if one does.
    pub(super) fn intercept(&self, address: &http::Uri) -> Option<Intercept> {
        self.matcher.intercept(address)
    }

    pub(super) fn password(&self) -> &Mutex<Password> {
        self.password.get_or_init(|| Mutex::new(Password::Untried))
    }
}

/// Shows no password.
impl fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Proxies(…)")
    }
}

/// Which hosts are reached through which proxy; `None` where all are reached directly.
///
/// The rules are curl's: the names in capitals go first. But a variable that is set and cannot be used is an error:
/// without it a request would leave by a way that nobody meant. Nothing but HTTPS leaves through a proxy, so that
/// `HTTP_PROXY` leads nowhere.
pub(crate) fn choose(
    option: Option<&str>,
    environment: &Environment,
) -> Result<Option<Arc<Proxies>>, Error> {
    let excluded = match set(environment, &["NO_PROXY", "no_proxy"])? {
        Some((name, hosts)) => checked_exclusions(name, hosts)?,
        None => String::new(),
    };
    let chosen = match option {
        Some(text) => {
            let what = "The proxy's address";
            if !text.contains("://") {
                return Err(refusal(what, "is not an http:// or https:// URL", WRITTEN));
            }
            Some(checked(what, text)?)
        }
        None => of_environment(environment)?,
    };
    let matcher = |proxy: Url| {
        Matcher::builder()
            .https(proxy.as_str())
            .no(excluded)
            .build()
    };
    Ok(chosen.map(|proxy| Arc::new(Proxies::new(matcher(proxy)))))
}

fn of_environment(environment: &Environment) -> Result<Option<Url>, Error> {
    // A CGI program's HTTP_PROXY is a header of whoever called it.
    if environment.has("REQUEST_METHOD") {
        return Ok(None);
    }
    let address = |names: &[&'static str]| -> Result<Option<Url>, Error> {
        match set(environment, names)? {
            Some((_, text)) if text.trim().is_empty() => Ok(None),
            Some((name, text)) => checked(&format!("The variable {name}"), &text).map(Some),
            None => Ok(None),
        }
    };
    let of_https = address(&["HTTPS_PROXY", "https_proxy"])?;
    address(&["HTTP_PROXY", "http_proxy"])?;
    match of_https {
        // Whatever else there is decides nothing.
        Some(proxy) => Ok(Some(proxy)),
        None => address(&["ALL_PROXY", "all_proxy"]),
    }
}

/// The first of these variables that is set, be it to nothing.
fn set(
    environment: &Environment,
    names: &[&'static str],
) -> Result<Option<(&'static str, String)>, Error> {
    match environment.first_of(names) {
        Some((name, Ok(value))) => Ok(Some((name, value))),
        Some((name, Err(NotUtf8))) => {
            let what = format!("The variable {name}");
            Err(refusal(&what, "is not UTF-8 text", &mend(name)))
        }
        None => Ok(None),
    }
}

/// The proxy at this address. No message repeats it: it may hold a password.
fn checked(what: &str, text: &str) -> Result<Url, Error> {
    let refuse = |why: &str| refusal(what, why, WRITTEN);
    let text = text.trim();
    // As every other program reads these variables.
    let parsed = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("http://{text}")),
    };
    let url = parsed.map_err(|_| refuse("is not a proxy URL"))?;
    if url.scheme().starts_with("socks") {
        return Err(refusal(
            what,
            "names a SOCKS proxy, which is not supported",
            "Give an HTTP proxy, http://host:port, or none.",
        ));
    }
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("is not an http:// or https:// URL"));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has more than a proxy URL may contain"));
    }
    // A name that the connection could not be made to.
    if Matcher::builder()
        .https(url.as_str())
        .build()
        .intercept(&SOMEWHERE)
        .is_none()
    {
        return Err(refuse("cannot be used as a proxy URL"));
    }
    Ok(url)
}

/// The list of hosts that are reached directly.
fn checked_exclusions(name: &str, hosts: String) -> Result<String, Error> {
    for host in hosts.split(',').map(str::trim) {
        let network = host.split_once('/').map(|(address, bits)| {
            let most = match address.parse() {
                Ok(std::net::IpAddr::V4(_)) => 32,
                Ok(std::net::IpAddr::V6(_)) => 128,
                Err(_) => return false,
            };
            bits.parse::<u8>().is_ok_and(|bits| bits <= most)
        });
        if network == Some(false) || host.chars().any(char::is_control) {
            let what = format!("The variable {name}");
            return Err(refusal(
                &what,
                "contains something that is not a host name, an address, or a network such as 10.0.0.0/8",
                &mend(name),
            ));
        }
    }
    Ok(hosts)
}

fn mend(name: &str) -> String {
    format!("Correct or remove {name}.")
}

fn refusal(what: &str, why: &str, hint: &str) -> Error {
    Error::new(Status::InvalidProxy, format!("{what} {why}.")).hint(hint)
}

/// A host that a proxy would be asked for.
static SOMEWHERE: std::sync::LazyLock<http::Uri> =
    std::sync::LazyLock::new(|| http::Uri::from_static("https://graph.microsoft.com"));
