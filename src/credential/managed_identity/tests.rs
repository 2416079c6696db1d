#![allow(clippy::unwrap_used)]

use std::time::Instant;

use graph_invalidate_emulator::Emulator;

use super::super::CredentialKind;
use super::*;
use crate::environment::Environment;
use crate::graph::cloud::Cloud;
use crate::graph::endpoint::Endpoint;
use crate::transport::{Kept, TransportOptions};

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment::of(variables.collect())
}

/// Asks an agent that writes its keys into `written`, by a client that looks for them in `expected`.
fn ask_arc(
    emulator: &Emulator,
    written: &std::path::Path,
    expected: &std::path::Path,
) -> Result<Issued, Error> {
    let folder = written.to_str().unwrap().replace('/', "%2F");
    let endpoint = format!("{}/arc/{folder}", emulator.url());
    let mut options = CredentialOptions::new(CredentialKind::ManagedIdentity);
    options.environment = environment(&[
        ("IDENTITY_ENDPOINT", &endpoint),
        ("IMDS_ENDPOINT", "http://127.0.0.1:9"),
    ]);
    let mut identity = ManagedIdentity::check(&options, Reach::Anywhere).unwrap();
    identity.key_folder = expected.to_owned();
    let transport = Kept::new().get(&TransportOptions::default()).unwrap();
    let authority = Authority::choose(
        &options,
        Some(Cloud::UsGovernment),
        Some(&Endpoint::named_by_caller(emulator.url()).unwrap()),
    )
    .unwrap();
    let wire = Wire {
        transport: &transport,
        deadline: Instant::now() + Duration::from_secs(20),
        attempts_before: 0,
    };
    let asking = identity.sign_in(wire, &authority, None);
    transport.block_on(asking).unwrap()
}

#[test]
fn arcs_agent_is_shown_the_key_that_it_wrote() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let issued = ask_arc(&emulator, folder.path(), folder.path()).unwrap();
    let claims = issued.token.claims().unwrap();
    assert_eq!(
        claims.audience.as_deref(),
        Some("https://graph.microsoft.us")
    );
    assert_eq!(claims.application_name.as_deref(), Some("vm-incident"));
}

#[test]
fn no_agent_can_have_another_file_sent_to_it() {
    let emulator = Emulator::builder().start().unwrap();
    let (written, expected) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let error = ask_arc(&emulator, written.path(), expected.path()).unwrap_err();
    assert_eq!(error.status(), Status::CredentialUnavailable);
    assert!(
        error.to_string().contains("did not name a key file in"),
        "{error}"
    );
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn the_environment_chooses_the_shape() {
    let local = "http://127.0.0.1:1/token";
    for (variables, shape) in [
        (&[][..], Some(Shape::VirtualMachine)),
        (
            &[("IDENTITY_ENDPOINT", local), ("IDENTITY_HEADER", "x")],
            Some(Shape::AppService),
        ),
        (&[("IDENTITY_ENDPOINT", local)], Some(Shape::Arc)),
        (
            &[("MSI_ENDPOINT", local), ("MSI_SECRET", "x")],
            Some(Shape::MachineLearning),
        ),
        (&[("MSI_ENDPOINT", local)], Some(Shape::CloudShell)),
        (
            &[
                ("IDENTITY_ENDPOINT", local),
                ("IDENTITY_HEADER", "x"),
                ("IDENTITY_SERVER_THUMBPRINT", "x"),
            ],
            None,
        ),
    ] {
        let found = source::Source::find(&environment(variables));
        assert_eq!(
            found.ok().map(|source| source.shape),
            shape,
            "{variables:?}"
        );
    }
}

#[test]
fn an_identity_is_named_once_and_where_that_is_possible() {
    let local = "http://127.0.0.1:1/token";
    let check = |variables, client_id: Option<&str>, object_id: Option<&str>| {
        let mut options = CredentialOptions::new(CredentialKind::ManagedIdentity);
        options.environment = environment(variables);
        options.client_id = client_id.map(str::to_owned);
        options.object_id = object_id.map(str::to_owned);
        ManagedIdentity::check(&options, Reach::Anywhere)
            .map(|identity| identity.identity.map(|(name, _)| name))
            .map_err(|error| error.status())
    };
    assert_eq!(check(&[], None, None), Ok(None));
    assert_eq!(check(&[], None, Some("b")), Ok(Some("object_id")));
    let app_service = [("IDENTITY_ENDPOINT", local), ("IDENTITY_HEADER", "x")];
    assert_eq!(
        check(&app_service, None, Some("b")),
        Ok(Some("principal_id"))
    );
    let machine_learning = [("MSI_ENDPOINT", local), ("MSI_SECRET", "x")];
    assert_eq!(
        check(&machine_learning, Some("a"), None),
        Ok(Some("clientid"))
    );
    let twice = check(&[], Some("a"), Some("b"));
    assert_eq!(twice, Err(Status::InvalidCredential));
    let arc = check(&[("IDENTITY_ENDPOINT", local)], Some("a"), None);
    assert_eq!(arc, Err(Status::InvalidCredential));
}

#[test]
fn nothing_leaves_this_machine_when_graph_is_this_machine() {
    for (variables, is_asked) in [
        (&[][..], false),
        (
            &[
                ("IDENTITY_ENDPOINT", "http://10.0.0.1/token"),
                ("IDENTITY_HEADER", "x"),
            ],
            false,
        ),
        (&[("MSI_ENDPOINT", "http://127.0.0.1:1/token")], true),
        (
            &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://localhost:1")],
            true,
        ),
    ] {
        let mut options = CredentialOptions::new(CredentialKind::ManagedIdentity);
        options.environment = environment(variables);
        let here = ManagedIdentity::check(&options, Reach::ThisMachine);
        let refusal = here.err().map(|error| error.status());
        let expected = (!is_asked).then_some(Status::CredentialUnavailable);
        assert_eq!(refusal, expected, "{variables:?}");
        assert!(ManagedIdentity::check(&options, Reach::Anywhere).is_ok());
    }
}
