//! A small Microsoft Entra tenant for demonstrations and tests: a sign-in service whose refresh tokens really stop
//! working after the action, and the Graph endpoints that graph-invalidate calls, with the service's own answers.
//!
//! ```
//! let emulator = graph_invalidate_emulator::Emulator::builder().start()?;
//! println!("listening on {}", emulator.url());
//! # Ok::<(), graph_invalidate_emulator::StartError>(())
//! ```

#![deny(clippy::print_stderr, clippy::print_stdout)]

mod accepted;
mod action;
mod authentication;
mod batch;
mod collection;
mod control;
mod directory;
mod envelope;
mod fault;
mod filter;
mod graph;
mod group;
mod held_stream;
mod minting;
mod page;
mod pending;
mod proxy_request;
mod quota;
mod reading;
mod refused;
mod reply;
mod server;
mod sign_in;
mod state;
mod strike;
mod target;
mod tenant;
mod tls;
mod token;
mod transcript;
mod tunnel;
mod wire;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Runtime;

pub use fault::{Fault, FaultKind};
pub use group::Group;
pub use minting::{IssuedTokens, TokenRequest};
pub use proxy_request::ProxyRequest;
pub use quota::QuotaRequest;
pub use state::Totals;
pub use tenant::{App, FederatedCredential, Tenant, User};
pub use transcript::RequestRecord;

use directory::Directory;
use server::{Shared, Speaking};
use state::State;

/// Why an emulator could not start, in a sentence.
#[derive(Debug)]
pub struct StartError(String);

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// How an emulator is set up.
#[derive(Debug)]
pub struct Builder {
    listen: SocketAddr,
    tenant: Tenant,
    users: usize,
    latency: Duration,
    encrypted: bool,
    proxy: bool,
    token_proxy: bool,
    any_address: bool,
}

/// A cluster's way to the sign-in service.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenProxy {
    /// What `AZURE_KUBERNETES_TOKEN_PROXY` is to be.
    pub url: String,
    /// The one authority to trust, in PEM: for `AZURE_KUBERNETES_CA_FILE` or `AZURE_KUBERNETES_CA_DATA`.
    pub authority: String,
}

/// A running emulator; dropping it stops it.
pub struct Emulator {
    url: String,
    authority: Option<String>,
    token_proxy: Option<TokenProxy>,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

impl Builder {
    /// Where to listen; a free port of 127.0.0.1 if left out.
    pub fn listen(mut self, address: SocketAddr) -> Builder {
        self.listen = address;
        self
    }

    /// The tenant; the built-in one if left out.
    pub fn tenant(mut self, tenant: Tenant) -> Builder {
        self.tenant = tenant;
        self
    }

    /// So many users besides the tenant's own: `user000001@contoso.example` and so on, with object ids that end in the
    /// same number, `9e000000-0000-4000-8000-000000000001`. They cost no memory.
    pub fn users(mut self, users: usize) -> Builder {
        self.users = users;
        self
    }

    /// Every answer of Graph comes so much later, as over a real network.
    pub fn latency(mut self, latency: Duration) -> Builder {
        self.latency = latency;
        self
    }

    /// HTTPS, with an authority of its own: see [`Emulator::authority`].
    pub fn encrypted(mut self, encrypted: bool) -> Builder {
        self.encrypted = encrypted;
        self
    }

    /// A proxy too: CONNECT to the clouds' own hosts (`graph.microsoft.com` and so on) leads to the emulator, over TLS
    /// in those hosts' names, with the authority of [`Emulator::authority`].
    pub fn proxy(mut self, proxy: bool) -> Builder {
        self.proxy = proxy;
        self
    }

    /// The token proxy of a Kubernetes cluster, too: HTTPS on a port of its own, with an authority of its own, in the
    /// names of this machine and of `token-proxy.cluster.example`. See [`Emulator::token_proxy`].
    pub fn token_proxy(mut self, token_proxy: bool) -> Builder {
        self.token_proxy = token_proxy;
        self
    }

    /// Allows an address that other machines can reach: it issues tokens to whoever asks.
    pub fn any_address(mut self, allowed: bool) -> Builder {
        self.any_address = allowed;
        self
    }

    /// Starts it on threads of its own.
    ///
    /// # Errors
    ///
    /// The address is in use, or not this machine's own.
    pub fn start(self) -> Result<Emulator, StartError> {
        if !self.listen.ip().is_loopback() && !self.any_address {
            return Err(StartError(format!(
                "The emulator listens on this machine only; {} must be allowed explicitly.",
                self.listen
            )));
        }
        let failed = |what: &str, error: &dyn fmt::Display| StartError(format!("{what}: {error}."));
        let (speaking, authority) = if self.encrypted || self.proxy {
            let (tls, authority) = tls::own_authority(tunnel::HOSTS).map_err(StartError)?;
            let speaking = Speaking {
                outside: self.encrypted.then(|| tls.clone()),
                in_tunnels: self.proxy.then_some(tls),
            };
            (speaking, Some(authority))
        } else {
            (Speaking::default(), None)
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| failed("No threads", &error))?;
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind(self.listen))
            .map_err(|error| failed(&format!("Cannot listen on {}", self.listen), &error))?;
        let address = listener
            .local_addr()
            .map_err(|error| failed("No address", &error))?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(
                Arc::new(Directory::new(self.tenant, self.users)),
                self.latency,
            )),
            signer: token::Signer::new().map_err(StartError)?,
        });
        runtime.spawn(server::serve(listener, speaking, Arc::clone(&shared)));
        let token_proxy = if self.token_proxy {
            let (tls, authority) =
                tls::own_authority(&[sign_in::TOKEN_PROXY_HOST]).map_err(StartError)?;
            let place = SocketAddr::new(self.listen.ip(), 0);
            let listener = runtime
                .block_on(tokio::net::TcpListener::bind(place))
                .map_err(|error| failed("No token proxy", &error))?;
            let address = listener
                .local_addr()
                .map_err(|error| failed("No address", &error))?;
            let speaking = Speaking {
                outside: Some(tls),
                in_tunnels: None,
            };
            runtime.spawn(server::serve(listener, speaking, Arc::clone(&shared)));
            Some(TokenProxy {
                url: format!("https://{address}{}", sign_in::TOKEN_PROXY),
                authority,
            })
        } else {
            None
        };
        let scheme = if self.encrypted { "https" } else { "http" };
        Ok(Emulator {
            url: format!("{scheme}://{address}"),
            authority,
            token_proxy,
            shared,
            runtime: Some(runtime),
        })
    }
}

/// A pipeline whose jobs can sign in without a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// A job of GitHub Actions with the permission `id-token: write`.
    GitHubActions,
    /// A step of Azure Pipelines with a service connection and a mapped access token.
    AzurePipelines,
}

impl Emulator {
    /// The environment of a pipeline's job, by names and values, whose token comes from this emulator: it is trusted by
    /// the first application of the tenant that trusts another issuer.
    pub fn environment_of(&self, job: Job) -> Vec<(&'static str, String)> {
        let state = self.shared.state();
        let tenant = &state.directory.tenant;
        sign_in::variables(job, &self.url, &tenant.id, tenant.federated_application())
    }

    /// The same for a pod of a Kubernetes cluster, whose files are written into this folder: the token of its service
    /// account and, with [`Builder::token_proxy`], the authority of the token proxy.
    ///
    /// # Errors
    ///
    /// The files cannot be written.
    pub fn environment_of_pod(&self, folder: &Path) -> Result<Vec<(&'static str, String)>, String> {
        let state = self.shared.state();
        let tenant = &state.directory.tenant;
        let pod = sign_in::Pod {
            tenant: &tenant.id,
            application: tenant.federated_application(),
            endpoint: &self.url,
            proxy: self.token_proxy.as_ref(),
        };
        pod.write(&self.shared.signer, folder)
    }

    /// An emulator with the built-in tenant on a free port of 127.0.0.1, plain HTTP.
    pub fn builder() -> Builder {
        Builder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tenant: Tenant::built_in(),
            users: 0,
            latency: Duration::ZERO,
            encrypted: false,
            proxy: false,
            token_proxy: false,
            any_address: false,
        }
    }

    /// The root of its services.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate authority to trust, in PEM, where it speaks HTTPS or is a proxy.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The token proxy, where there is one.
    pub fn token_proxy(&self) -> Option<&TokenProxy> {
        self.token_proxy.as_ref()
    }

    /// Signs somebody in without asking.
    ///
    /// # Errors
    ///
    /// Says what is unknown.
    pub fn mint(&self, request: &TokenRequest) -> Result<IssuedTokens, String> {
        minting::mint(&mut self.shared.state(), &self.shared.signer, request)
    }

    /// Makes every token issued so far an expired one.
    pub fn expire_tokens(&self) {
        self.shared.state().expire_tokens();
    }

    /// Arms a fault. One for a user whom the tenant does not have never strikes.
    pub fn arm(&self, fault: Fault) {
        let _ = self.shared.state().arm(fault);
    }

    /// Limits writes: so many at once, refilled at so many a second.
    pub fn set_quota(&self, capacity: f64, per_second: f64) {
        self.limit(&QuotaRequest {
            capacity,
            per_second,
            ..QuotaRequest::default()
        });
    }

    /// Limits writes or reads, with everything that can be said about it.
    pub fn limit(&self, quota: &QuotaRequest) {
        self.shared.state().set_quota(quota);
    }

    /// Lets the proxy ask for a user name and a password.
    pub fn guard_proxy(&self, user: &str, password: &str) {
        self.shared.state().proxy = ProxyRequest {
            user: Some(user.to_owned()),
            password: password.to_owned(),
        };
    }

    /// Uses up so many writes of the quota.
    pub fn use_quota(&self, writes: u32) {
        if let Some(quota) = &mut self.shared.state().writes {
            quota.use_up(writes);
        }
    }

    /// The requests so far, the newest 10,000 of them.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.state().transcript.newest(usize::MAX)
    }

    /// What was asked and done so far, counted.
    pub fn totals(&self) -> Totals {
        self.shared.state().totals
    }

    /// How often the action took effect for this user.
    pub fn accepted(&self, user: &str) -> u64 {
        let state = self.shared.state();
        let user = state.directory.find(user);
        user.map_or(0, |user| state.accepted(user))
    }

    /// Forgets everything but what it was started with.
    pub fn reset(&self) {
        self.shared.state().reset();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Emulator")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
