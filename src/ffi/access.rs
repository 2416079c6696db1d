//! `graph_access`: what a client's token may do, as C reads it.

use std::ffi::CString;
use std::ptr;

use libc::c_char;

use crate::graph::cloud::Cloud;
use crate::outcome::rfc3339;
use crate::token::access::{Access, Finding};

use super::call_options::{self, graph_call_options};
use super::cancellation::{self, graph_cancellation};
use super::client::{borrow, graph_client};
use super::guard::{guard, guard_or};
use super::null::null;
use super::outcome::{OutcomePlace, graph_outcome};
use super::strings::{for_c, optional};

/// Whether the token may do one job. Belongs to its graph_access. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
pub struct graph_access_finding {
    /// The size of this structure in the library that made it: a field beyond it does not exist.
    pub struct_size: usize,
    /// The job: "me" (signing out the user who signed in), "others" (users without an administrator's role),
    /// "administrators", "verification" (reading back that users were signed out), "target" (the one user that
    /// graph_client_access_online() was asked about). There may be more one day.
    pub job: *const c_char,
    /// "allowed", "refused" or "unknown".
    pub verdict: *const c_char,
    /// Why, in one sentence.
    pub reason: *const c_char,
    /// What to ask for, and whom. NULL where nothing is to be asked for.
    pub hint: *const c_char,
}

/// What a client's token may do, by its own claims, which are no proof. Read-only; owned by the caller, who frees it
/// with graph_access_free(). All that it points to lives as long as it does; strings are NUL-terminated UTF-8, and NULL
/// where unknown. It may be read by any number of threads. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
pub struct graph_access {
    /// The size of this structure in the library that made it: a field beyond it does not exist.
    pub struct_size: usize,
    /// GRAPH_STATUS_OK, or the first reason why nothing will work: GRAPH_STATUS_TOKEN_MISSING,
    /// GRAPH_STATUS_TOKEN_EXPIRED, GRAPH_STATUS_TOKEN_WRONG_AUDIENCE and so on.
    #[cfg_attr(any(), binding(kind = "status"))]
    pub status: i32,
    /// Always 0.
    pub reserved: u32,
    /// What the status means, in one sentence. NULL where nothing is wrong.
    pub message: *const c_char,
    /// What to do about it.
    pub hint: *const c_char,
    /// "delegated" (a user signed in) or "application"; NULL where the token cannot be read.
    pub kind: *const c_char,
    /// The user principal name of the signed-in user.
    pub user: *const c_char,
    /// The object id of the signed-in user, or of the application's service principal.
    pub id: *const c_char,
    /// The tenant's id.
    pub tenant: *const c_char,
    /// The application's name.
    pub application: *const c_char,
    /// The application's id.
    pub application_id: *const c_char,
    /// The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
    pub cloud: *const c_char,
    /// Where requests with this token go.
    pub endpoint: *const c_char,
    /// The end of the token's lifetime: RFC 3339, UTC.
    #[cfg_attr(any(), binding(kind = "time"))]
    pub expires: *const c_char,
    /// The delegated scopes, or the application's roles. NULL where permissions_len is 0.
    pub permissions: *const *const c_char,
    /// The number of permissions.
    pub permissions_len: usize,
    /// The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by template
    /// id. NULL where directory_roles_len is 0.
    pub directory_roles: *const *const c_char,
    /// The number of directory roles.
    pub directory_roles_len: usize,
    /// What the token may do, job for job.
    pub findings: *const *const graph_access_finding,
    /// The number of findings.
    pub findings_len: usize,
    /// The kind of the credential that brought the token, and where a workload's assertion came from: "azure-cli",
    /// "workload-identity (github-actions)". NULL where the token was given.
    pub credential: *const c_char,
}

/// What C holds: the structure first, then what its pointers point into.
#[repr(C)]
struct Owned {
    public: graph_access,
    _texts: Texts,
    _lists: [Vec<*const c_char>; 2],
    _findings: Vec<graph_access_finding>,
    _pointers: Vec<*const graph_access_finding>,
}

/// Strings that stay where they are. A CString's buffer does so when the CString moves.
#[derive(Default)]
struct Texts(Vec<CString>);

impl Texts {
    fn keep(&mut self, text: &str) -> *const c_char {
        let text = for_c(text.to_owned());
        let pointer = text.as_ptr();
        self.0.push(text);
        pointer
    }

    fn keep_some(&mut self, text: Option<&str>) -> *const c_char {
        text.map_or(ptr::null(), |text| self.keep(text))
    }

    fn keep_all(&mut self, texts: &[String]) -> Vec<*const c_char> {
        texts.iter().map(|text| self.keep(text)).collect()
    }
}

impl graph_access {
    pub(super) fn from_access(access: &Access) -> *mut graph_access {
        let mut texts = Texts::default();
        let lists = [
            texts.keep_all(&access.permissions),
            texts.keep_all(&access.directory_roles),
        ];
        let findings = access.findings.iter();
        let findings: Vec<graph_access_finding> = findings
            .map(|finding| graph_access_finding::of(finding, &mut texts))
            .collect();
        let pointers: Vec<*const graph_access_finding> =
            findings.iter().map(ptr::from_ref).collect();
        let public = graph_access {
            struct_size: size_of::<graph_access>(),
            status: access.status.number(),
            reserved: 0,
            message: texts.keep_some(access.message.as_deref()),
            hint: texts.keep_some(access.hint.as_deref()),
            kind: texts.keep_some(access.kind.map(|kind| kind.name())),
            user: texts.keep_some(access.user.as_deref()),
            id: texts.keep_some(access.id.as_deref()),
            tenant: texts.keep_some(access.tenant.as_deref()),
            application: texts.keep_some(access.application.as_deref()),
            application_id: texts.keep_some(access.application_id.as_deref()),
            cloud: texts.keep_some(access.cloud.map(Cloud::name)),
            endpoint: texts.keep_some(access.endpoint.as_deref()),
            expires: texts.keep_some(access.expires.map(rfc3339).as_deref()),
            permissions: start_of(&lists[0]),
            permissions_len: lists[0].len(),
            directory_roles: start_of(&lists[1]),
            directory_roles_len: lists[1].len(),
            findings: start_of(&pointers),
            findings_len: pointers.len(),
            credential: texts.keep_some(access.credential.as_deref()),
        };
        Box::into_raw(Box::new(Owned {
            public,
            _texts: texts,
            _lists: lists,
            _findings: findings,
            _pointers: pointers,
        }))
        .cast()
    }
}

impl graph_access_finding {
    fn of(finding: &Finding, texts: &mut Texts) -> graph_access_finding {
        graph_access_finding {
            struct_size: size_of::<graph_access_finding>(),
            job: texts.keep(finding.job.name()),
            verdict: texts.keep(finding.verdict.name()),
            reason: texts.keep(&finding.reason),
            hint: texts.keep_some(finding.hint.as_deref()),
        }
    }
}

/// NULL for an empty list, as the header promises.
fn start_of<T>(list: &[T]) -> *const T {
    if list.is_empty() {
        ptr::null()
    } else {
        list.as_ptr()
    }
}

/// Tells what the client's token may do, before anything is done: whose it is, until when, and what will be refused.
/// Nothing is sent: it goes by the token's own claims, and says what they do not tell. Does not block.
///
/// @param client the client; may be shared by any number of threads.
/// @param access receives what is known, also of a token that is missing or cannot work; to be freed with
///    graph_access_free(); set to NULL first.
/// @param failure as for graph_client_new().
/// @return GRAPH_STATUS_OK, also where access->status tells that nothing will work; GRAPH_STATUS_NULL_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_access(
    client: *const graph_client,
    access: *mut *mut graph_access,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_client_access", failure, || {
        if access.is_null() {
            return Err(null("access"));
        }
        // SAFETY: not NULL; the header asks for a place valid for writing, and for a live client or NULL.
        unsafe {
            access.write(ptr::null_mut());
            let known = borrow(client)?.access();
            access.write(graph_access::from_access(&known));
        }
        Ok(())
    })
}

/// Tells what the client's token may do as graph_client_access() does, and by harmless reads: the signed-in user's
/// directory roles as they are now, and whether one user can be found and signed out (the finding "target"). Signs in
/// first where that is needed. Nothing is changed. Blocks, within the client's timeout.
///
/// @param client the client; may be shared by any number of threads.
/// @param user the user to look at, an object id or a user principal name; NULL: nobody.
/// @param cancellation as for graph_client_invalidate().
/// @param access as for graph_client_access(). A read that is refused is no failure: its message says what is not
///    known.
/// @param failure as for graph_client_new().
/// @return GRAPH_STATUS_OK, also where access->status tells that nothing will work; what a sign-in may fail with: 200
///     to 216, 500 and above; GRAPH_STATUS_INVALID_USER, GRAPH_STATUS_NULL_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_access_online(
    client: *const graph_client,
    user: *const c_char,
    cancellation: *const graph_cancellation,
    access: *mut *mut graph_access,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_client_access_online", failure, || {
        if access.is_null() {
            return Err(null("access"));
        }
        // SAFETY: not NULL; the header asks for a place valid for writing, for a live client and signal, and for a
        // NUL-terminated string, or NULL.
        unsafe {
            access.write(ptr::null_mut());
            let cancellation = cancellation::clone_of(cancellation);
            let known =
                borrow(client)?.access_online(optional("user", user)?, cancellation.as_ref())?;
            access.write(graph_access::from_access(&known));
        }
        Ok(())
    })
}

/// Tells what a token may do as graph_client_access() or graph_client_access_online() does, of a token that the options
/// bring.
///
/// @param client the client; may be shared by any number of threads.
/// @param options GRAPH_CALL_ACCESS or GRAPH_CALL_ACCESS_ONLINE, and the token. For the latter: the user to look at,
///    and the timeout, if any.
/// @param cancellation as for graph_client_invalidate().
/// @param access as for graph_client_access_online().
/// @param failure as for graph_client_new().
/// @return as graph_client_access_online(); GRAPH_STATUS_INVALID_OPTION; what is wrong with the token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_access_with(
    client: *const graph_client,
    options: *const graph_call_options,
    cancellation: *const graph_cancellation,
    access: *mut *mut graph_access,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_client_access_with", failure, || {
        if access.is_null() {
            return Err(null("access"));
        }
        // SAFETY: not NULL; the header asks for a place valid for writing, for a live client and signal, and for
        // options as it describes them, or NULL.
        unsafe {
            access.write(ptr::null_mut());
            let client = borrow(client)?;
            let cancellation = cancellation::clone_of(cancellation);
            let (online, user, options) = call_options::read(options)?.of_access()?;
            let known = match (online, &options.token) {
                (true, _) => client.access_online_with(user, options, cancellation.as_ref())?,
                (false, Some(token)) => client.access_with(token),
                (false, None) => client.access(),
            };
            access.write(graph_access::from_access(&known));
        }
        Ok(())
    })
}

/// Frees what graph_client_access() handed out, and everything it points to. NULL does nothing. From any thread, once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_access_free(access: *mut graph_access) {
    guard_or("graph_access_free", (), || {
        if !access.is_null() {
            // SAFETY: all that C can hold was made by from_access, as an Owned whose first field it is.
            drop(unsafe { Box::from_raw(access.cast::<Owned>()) });
        }
    });
}
