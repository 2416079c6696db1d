use proptest::prelude::*;

use super::*;

const ID: &str = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";
const EVENT: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const NONE: &str = "00000000-0000-0000-0000-000000000000";

/// The name of the best column of a table, whose first row holds the names.
fn best<const N: usize>(rows: &[[&str; N]]) -> Option<String> {
    let mut columns = UserColumns::default();
    for name in rows[0] {
        columns.add(name);
    }
    for row in &rows[1..] {
        for (index, value) in row.iter().enumerate() {
            columns.see_at(index, value);
        }
    }
    columns.best().map(|index| rows[0][index].to_owned())
}

#[test]
fn one_row_of_every_kind_of_export_gives_the_user() {
    for (row, expected) in [
        // Get-MgUser, the portal's users.
        (
            &[
                ("DisplayName", "A"),
                ("Id", ID),
                ("UserPrincipalName", "a@c.example"),
            ][..],
            Some(2),
        ),
        (
            &[("displayName", "A"), ("id", ID), ("mail", "a@c.example")],
            Some(1),
        ),
        // Exchange: its Id is a display name, its Guid another object's.
        (
            &[
                ("Id", "Adele Vance"),
                ("Guid", EVENT),
                ("ExternalDirectoryObjectId", ID),
                ("UserPrincipalName", "a@c.example"),
            ],
            Some(3),
        ),
        (
            &[
                ("Id", "Adele Vance"),
                ("Guid", EVENT),
                ("ExternalDirectoryObjectId", ID),
            ],
            Some(2),
        ),
        (
            &[("Guid", EVENT), ("ExternalDirectoryObjectId", NONE)],
            None,
        ),
        (
            &[("Name", "Adele Vance"), ("WindowsLiveID", "a@c.example")],
            Some(1),
        ),
        // The portal's sign-ins.
        (
            &[
                ("Request ID", EVENT),
                ("User ID", ID),
                ("User", "Adele Vance"),
                ("Username", "a@c.example"),
            ],
            Some(1),
        ),
        (
            &[("User", "Adele Vance"), ("Username", "a@c.example")],
            Some(1),
        ),
        // Defender, Sentinel and what they call custom logs.
        (
            &[("AccountObjectId", ID), ("AccountUpn", "a@c.example")],
            Some(1),
        ),
        (
            &[
                ("TimeGenerated [UTC]", "x"),
                ("Id", EVENT),
                ("UserPrincipalName_s", "a@c.example"),
            ],
            Some(2),
        ),
        // Purview.
        (
            &[
                ("RecordId", EVENT),
                ("Operation", "FileAccessed"),
                ("UserId", "a@c.example"),
            ],
            Some(2),
        ),
        // Okta.
        (
            &[
                ("id", "00u1"),
                ("profile.login", "a@c.example"),
                ("profile.email", "b@c.example"),
            ],
            Some(1),
        ),
        // Active Directory: its GUID is none of Entra's.
        (
            &[
                ("ObjectGUID", EVENT),
                ("SamAccountName", "adele"),
                ("UserPrincipalName", "a@c.example"),
            ],
            Some(2),
        ),
        (&[("ObjectGUID", EVENT), ("SamAccountName", "adele")], None),
        // Our own outcomes.
        (
            &[("user", "a@c.example"), ("id", ID), ("request_id", EVENT)],
            Some(0),
        ),
        (
            &[("user", "me"), ("id", ID), ("request_id", EVENT)],
            Some(1),
        ),
        (&[("User", "me"), ("Status", "accepted")], Some(0)),
        // Ids of events, of devices, of assignments.
        (&[("Id", EVENT), ("User", "a@c.example")], Some(1)),
        (
            &[
                ("Id", EVENT),
                ("User", "Adele Vance"),
                ("Risk level", "high"),
            ],
            None,
        ),
        (&[("id", EVENT), ("correlationId", EVENT)], None),
        (
            &[
                ("id", EVENT),
                ("correlationId", EVENT),
                ("email", "a@c.example"),
            ],
            Some(2),
        ),
        (
            &[
                ("id", EVENT),
                ("initiatedBy.user.userPrincipalName", "admin@c.example"),
            ],
            None,
        ),
        (&[("id", EVENT), ("deviceId", EVENT)], None),
        (&[("id", EVENT), ("principalId", ID)], None),
        // A field within another, where it is the user's.
        (
            &[
                ("time", "x"),
                ("properties.userPrincipalName", "a@c.example"),
            ],
            Some(1),
        ),
        // The portal's bulk templates.
        (
            &[("User name [userPrincipalName] Required", "a@c.example")],
            Some(0),
        ),
        (
            &[(
                "Member object ID or user principal name [memberObjectIdOrUpn] Required",
                ID,
            )],
            Some(0),
        ),
        // An unknown name above a name with a domain; two of them; an id of whatever.
        (&[("Name", "A"), ("Konto", "a@c.example")], Some(1)),
        (
            &[("manager", "b@c.example"), ("employee", "a@c.example")],
            None,
        ),
        (&[("Name", "A"), ("Thing", ID)], None),
        (&[("", ID), ("", "x")], Some(0)),
        // A name that says it all is told why its value is none.
        (&[("upn", "a b@c.example")], Some(0)),
        (&[("upn", "")], None),
        (&[("UserId", "S-1-5-21")], None),
        (&[], None),
    ] {
        assert_eq!(user_of_row(row.iter().copied()).ok(), expected, "{row:?}");
    }
}

#[test]
fn all_rows_choose_a_column() {
    let upn = Some("userPrincipalName".to_owned());
    let gap = [
        ["userPrincipalName", "mail"],
        ["", "a@c.example"],
        ["b@c.example", ""],
    ];
    assert_eq!(best(&gap), upn, "an address is no substitute");
    let complete = [
        ["mail", "userPrincipalName", "objectId"],
        ["", "", ID],
        ["", "b@c.example", EVENT],
    ];
    assert_eq!(
        best(&complete).as_deref(),
        Some("objectId"),
        "nobody is left out"
    );
    let event = [
        ["Id", "User", "userPrincipalName"],
        [EVENT, "A", ""],
        [EVENT, "B", "b@c.example"],
    ];
    assert_eq!(best(&event), upn);
    let nobody = [["userPrincipalName", "mail"], ["", ""]];
    assert_eq!(best(&nobody), upn);
    assert_eq!(best(&[["Name", "Place"], ["A", "B"]]), None);
}

#[test]
fn a_row_without_a_user_names_its_columns() {
    let error = user_of_row([("Name", "A"), ("Place", "B")]).unwrap_err();
    assert_eq!(error.status(), Status::EmptyArgument);
    assert!(error.to_string().contains("\"Name\", \"Place\""), "{error}");
    let wide: Vec<String> = (0..50).map(|number| format!("c{number}")).collect();
    let error = user_of_row(wide.iter().map(|name| (name.as_str(), ""))).unwrap_err();
    assert!(error.to_string().contains("and 20 more"), "{error}");
}

proptest! {
    /// Whatever stands beside it, in whatever order: the principal name is found.
    #[test]
    fn a_principal_name_is_found_among_anything(
        others in prop::collection::vec(("[a-zA-Z ._]{0,12}", "[ -~]{0,20}"), 0..8), place in 0_usize..8,
    ) {
        let mut row: Vec<(String, String)> = others
            .into_iter()
            .filter(|(name, _)| placed(name).0 >= KNOWN.len())
            .collect();
        let place = place.min(row.len());
        row.insert(place, ("userPrincipalName".to_owned(), "a@c.example".to_owned()));
        let found = user_of_row(row.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        prop_assert_eq!(found.ok(), Some(place));
    }

    /// What is chosen in one row is a value that is no blank.
    #[test]
    fn nothing_is_never_a_user(row in prop::collection::vec(
        ("(id|user|upn|mail|userId|Name|)", "( |me|x|a@b|87d349ed-44d7-43e1-9a83-5f2406dee5bd|)"), 0..6,
    )) {
        let found = user_of_row(row.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        if let Ok(index) = found {
            prop_assert!(!row[index].1.trim().is_empty());
        }
    }
}

#[test]
fn who_did_it_or_answers_for_it_is_never_taken_for_the_user() {
    for name in [
        "Manager",
        "ManagerUserPrincipalName",
        "Owner",
        "RegisteredOwner",
        "CreatedBy",
        "Modified by",
        "Initiated by (actor)",
        "Requester",
        "SponsorEmail_s",
    ] {
        let rows = [["DisplayName", name], ["Adele Vance", "boss@c.example"]];
        assert_eq!(best(&rows), None, "{name}");
        let rows = [["UPN", name], ["adele@c.example", "boss@c.example"]];
        assert_eq!(best(&rows).as_deref(), Some("UPN"), "{name}");
    }
    // In another language or another's words, one column of names with a domain is the users'.
    for name in ["Benutzer", "Who", "Affected person", "Konto"] {
        let rows = [["Name", name], ["Adele Vance", "adele@c.example"]];
        assert_eq!(best(&rows).as_deref(), Some(name), "{name}");
    }
}
