use std::io::Write;

use super::*;

/// Writes a list into a file of this name and reads it: its keys, or the sentence; and what was guessed.
fn read(name: &str, bytes: &[u8], column: Option<&str>) -> (Result<Vec<String>, String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::File::create(&path)
        .unwrap()
        .write_all(bytes)
        .unwrap();
    let tidy = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
    match open(&path, Asked::of_users(column)) {
        Err(fault) => (Err(tidy(fault.to_string())), String::new()),
        Ok(list) => {
            let guessed = tidy(list.guessed.unwrap_or_default());
            let keys: Result<Vec<Entry>, Fault> = list.entries.collect();
            let keys = keys.map(|keys| keys.into_iter().map(|entry| entry.key).collect());
            (keys.map_err(|fault| tidy(fault.to_string())), guessed)
        }
    }
}

fn keys(name: &str, text: &str, column: Option<&str>) -> Vec<String> {
    let (read, _) = read(name, text.as_bytes(), column);
    read.unwrap_or_else(|fault| panic!("{text:?}: {fault}"))
}

fn fault(name: &str, bytes: &[u8], column: Option<&str>) -> String {
    read(name, bytes, column).0.unwrap_err()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

const TWO: [&str; 2] = ["adele@c.example", "jörg😀@c.example"];

#[test]
fn lines_are_users_in_every_encoding_and_with_every_line_end() {
    for text in [
        "adele@c.example\njörg😀@c.example\n",
        "adele@c.example\r\njörg😀@c.example",
        "\n# the two of them\n\n  adele@c.example \n\njörg😀@c.example\n\n",
    ] {
        assert_eq!(keys("users.txt", text, None), TWO, "{text:?}");
        let with_mark = format!("\u{feff}{text}");
        assert_eq!(keys("users.txt", &with_mark, None), TWO, "{text:?}");
        for (big, mark) in [(false, true), (true, true), (false, false), (true, false)] {
            let text = text.trim_start();
            let (read, guessed) = read("users.txt", &utf16(text, big, mark), None);
            assert_eq!(read.unwrap(), TWO, "{text:?} {big} {mark}");
            assert!(guessed.contains("UTF-16"), "{guessed}");
        }
    }
    let (_, guessed) = read("users.txt", b"adele@c.example\n", None);
    assert_eq!(guessed, "", "there is nothing to guess about plain lines");
}

#[test]
fn tables_show_which_column_holds_the_users_and_it_is_said() {
    for (text, expected, said) in [
        (
            "userPrincipalName,displayName\nadele@c.example,\"Vance, Adele\"\n",
            "adele@c.example",
            "column 1 (\"userPrincipalName\")",
        ),
        (
            "displayName;User Principal Name;id\nAdele;adele@c.example;7\n",
            "adele@c.example",
            "semicolons",
        ),
        (
            "id\tmail\n87d349ed-44d7-43e1-9a83-5f2406dee5bd\tadele@c.example\n",
            "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
            "tabs",
        ),
        // The id is somebody else's number; the name is the key.
        (
            "id,upn\n17,adele@c.example\n",
            "adele@c.example",
            "column 2",
        ),
        // Of the sign-in log, "User" is a display name.
        (
            "User,Username\nAdele Vance,adele@c.example\n",
            "adele@c.example",
            "column 2",
        ),
        (
            "Name,Account\nAdele,adele@c.example\n",
            "adele@c.example",
            "column 2 (\"Account\")",
        ),
        (
            "Adele,adele@c.example\nJörg,j@c.example\n",
            "adele@c.example",
            "without a header",
        ),
        (
            "UserPrincipalName\nadele@c.example\n",
            "adele@c.example",
            "column 1",
        ),
        (
            "\"UserPrincipalName\"\n\"adele@c.example\"\n",
            "adele@c.example",
            "column 1",
        ),
        (
            "#TYPE Microsoft.ActiveDirectory.Management.ADUser\n\"Name\",\"UserPrincipalName\"\n\"A\",\"adele@c.example\"\n",
            "adele@c.example",
            "column 2",
        ),
        (
            "sep=;\nupn;x\nadele@c.example;1,2,3\n",
            "adele@c.example",
            "semicolons",
        ),
        (
            "\u{feff}upn,x\r\nadele@c.example,1\r\n,,\r\n",
            "adele@c.example",
            "commas",
        ),
        (
            "name,mail\nAdele,adele@c.example\n",
            "adele@c.example",
            "may differ from",
        ),
    ] {
        let (read, guessed) = read("users.csv", text.as_bytes(), None);
        assert_eq!(read.unwrap()[0], expected, "{text:?}");
        assert!(guessed.contains(said), "{text:?}: {guessed}");
    }
}

#[test]
fn a_table_without_the_ending_csv_is_one_all_the_same() {
    let text = "displayName,upn\nAdele,adele@c.example\n";
    assert_eq!(keys("users.txt", text, None), ["adele@c.example"]);
    assert_eq!(
        keys("users.txt", "UPN\nadele@c.example\n", None),
        ["adele@c.example"]
    );
}

#[test]
fn a_column_is_chosen_by_name_in_any_letter_case_or_by_number() {
    let text = "Boss,Employee\nb@c.example,e@c.example\n";
    assert_eq!(keys("x.csv", text, Some("employee")), ["e@c.example"]);
    assert_eq!(keys("x.csv", text, Some("1")), ["b@c.example"]);
    let bare = "b@c.example,e@c.example\n";
    assert_eq!(keys("x.csv", bare, Some("2")), ["e@c.example"]);
    let ambiguous = fault("x.csv", bare.as_bytes(), None);
    assert!(ambiguous.contains("--column"), "{ambiguous}");
    for wrong in ["chef", "0", "3"] {
        let said = fault("x.csv", text.as_bytes(), Some(wrong));
        assert!(
            said.contains("x.csv has no column") && said.contains("\"Boss\", \"Employee\""),
            "{said}"
        );
    }
    let none = fault("x.csv", b"a,b\n1,2\n", None);
    assert!(none.contains("does not show which column"), "{none}");
}

#[test]
fn a_row_may_hold_anything_beside_its_user() {
    let latin1 = b"upn,name\nadele@c.example,J\xf6rg\nb@c.example,\"two\nlines\"\nc@c.example\n";
    let (read, _) = read("x.csv", latin1, None);
    assert_eq!(
        read.unwrap(),
        ["adele@c.example", "b@c.example", "c@c.example"]
    );
    let list = open_text("x.csv", "upn,x\na@c.example,\"1\n2\"\n,3\nb@c.example,4\n");
    let lines: Vec<(String, u64)> = list
        .entries
        .map(|entry| entry.map(|entry| (entry.key, entry.line)).unwrap())
        .collect();
    let expected = [("a@c.example", 2), ("", 4), ("b@c.example", 5)];
    let expected = expected.map(|(key, line)| (key.to_owned(), line));
    assert_eq!(lines, expected);
}

fn open_text(name: &str, text: &str) -> List {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    open(&path, Asked::of_users(None)).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn the_portals_templates_are_read_without_their_example() {
    for (text, expected) in [
        (
            "version:v1.0\r\nUser name [userPrincipalName] Required\r\nExample: chris@contoso.com\r\nadele@c.example\r\n",
            "adele@c.example",
        ),
        (
            "\u{feff}version:v1.0\nMember object ID or user principal name [memberObjectIdOrUpn] Required\nExample: 9832aad8-e4fe-496b-a604-95c6eF01ae75\n87d349ed-44d7-43e1-9a83-5f2406dee5bd\n",
            "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
        ),
        // Saved again by a spreadsheet; the example's mark stands in another column than its user.
        (
            "version:v1.0;;\nName [displayName] Required;User name [userPrincipalName] Required;x\nExample: Chris Green;chris@contoso.com;\nAdele;adele@c.example;\n",
            "adele@c.example",
        ),
        (
            "version:v1.0\nBenutzername [userPrincipalName] Erforderlich\nBeispiel: chris@contoso.com\nadele@c.example\n",
            "adele@c.example",
        ),
        // Without the example, which many delete.
        (
            "version:v1.0\nUser name [userPrincipalName] Required\nadele@c.example\n",
            "adele@c.example",
        ),
    ] {
        assert_eq!(keys("users.csv", text, None), [expected], "{text:?}");
        assert_eq!(keys("users.txt", text, None), [expected], "{text:?}");
    }
    let text = "version:v1.0\nUser name [userPrincipalName] Required,Manager [manager]\nadele@c.example,b@c.example\n";
    assert_eq!(keys("x.csv", text, Some("manager")), ["b@c.example"]);
}

#[test]
fn a_table_as_a_console_prints_it_has_neither_heading_nor_rule() {
    for text in [
        "Result\n---------------------------\nadele@c.example\n",
        "\nUserPrincipalName\n-----------------\nadele@c.example  \n\n\n",
        "\nId  Name       UserPrincipalName Count\n--  ----       ----------------- -----\n 7  Jörg Müller adele@c.example      12\n",
        "DisplayName    UserPrincipalName\n-------------  -----------------\nAdele Vance    adele@c.example\n",
        "| Name | UPN |\n|------|-----|\n| Adele | adele@c.example |\n",
    ] {
        assert_eq!(
            keys("users.txt", text, None),
            ["adele@c.example"],
            "{text:?}"
        );
    }
    let cut = "UserPrincipalName Name\n----------------- ----\nadele@c.exampl... A\n";
    let said = fault("users.txt", cut.as_bytes(), None);
    assert!(
        said.starts_with("Line 3 of users.txt was truncated") && said.contains("Export-Csv"),
        "{said}"
    );
    let properties = "\nDisplayName       : Adele\nUserPrincipalName : adele@c.example\n";
    let said = fault("users.txt", properties.as_bytes(), None);
    assert!(said.contains("Format-List"), "{said}");
}

#[test]
fn excels_line_with_the_separator_is_read_in_every_form() {
    for line in [
        "sep=;",
        "\"sep=;\"",
        "SEP=;",
        "Sep=;;;",
        "\u{feff}sep=;",
        "sep=;\r",
        "sep=",
        "\"sep=;\";;",
    ] {
        let text = format!("{line}\nname;upn\nA, B;adele@c.example\n");
        assert_eq!(keys("x.csv", &text, None), ["adele@c.example"], "{line:?}");
    }
    for (separator, line) in [
        ("\t", "sep=\t"),
        ("|", "sep=|"),
        ("^", "sep=^"),
        (" ", "sep= "),
    ] {
        let text = format!("{line}\r\nname{separator}upn\r\nA{separator}adele@c.example\r\n");
        assert_eq!(keys("x.csv", &text, None), ["adele@c.example"], "{line:?}");
    }
    // Saved again by a program that parts with commas and knows nothing of the line.
    let text = "sep=;,\nname,upn\nA;B,adele@c.example\n";
    assert_eq!(keys("x.csv", text, None), ["adele@c.example"]);
}

#[test]
fn what_stands_between_the_rows_is_no_user() {
    for text in [
        "upn,name\nadele@c.example,A\n# the others\nb@c.example,B\n",
        "upn,name\nadele@c.example,A\nupn,name\nb@c.example,B\n",
        "upn,name\nadele@c.example,A\n\u{feff}upn,name\nb@c.example,B\n",
        "adele@c.example,\nb@c.example,\n",
        "upn,name\radele@c.example,A\rb@c.example,B\r",
        " , \nupn,name\nadele@c.example,A\n \t, \nb@c.example,B\n,,,\n",
    ] {
        assert_eq!(
            keys("x.csv", text, None),
            ["adele@c.example", "b@c.example"],
            "{text:?}"
        );
    }
    for text in [
        "adele@c.example\rb@c.example\r",
        "adele@c.example\r\r\nb@c.example\r\n\u{1a}",
    ] {
        assert_eq!(
            keys("x.txt", text, None),
            ["adele@c.example", "b@c.example"],
            "{text:?}"
        );
    }
}

#[test]
fn all_rows_choose_the_column() {
    let gap =
        "displayName,userPrincipalName,mail\nReception,,adele@c.example\nEmergency,b@c.example,\n";
    assert_eq!(keys("x.csv", gap, None), ["", "b@c.example"]);
    let objects = "{\"mail\":\"a@c.example\",\"userPrincipalName\":null}\n{\"mail\":null,\"userPrincipalName\":\"b@c.example\"}";
    assert_eq!(keys("x.jsonl", objects, None), ["", "b@c.example"]);
    let events = "Id,User,Risk\n3f2504e0-4f89-41d3-9a0c-0305e82c3301,adele@c.example,high\n";
    assert_eq!(keys("x.csv", events, None), ["adele@c.example"]);
    let events = "Id,User,Risk\n3f2504e0-4f89-41d3-9a0c-0305e82c3301,Adele Vance,high\n";
    assert!(fault("x.csv", events.as_bytes(), None).contains("--column"));
}

#[test]
fn exclusions_leave_nothing_to_a_guess() {
    let read = |text: &str, column: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("never.csv");
        std::fs::write(&path, text).unwrap();
        let list = open(&path, Asked::of_exclusions(column)).map_err(|fault| fault.to_string())?;
        let keys = list.entries.map(|entry| entry.map(|entry| entry.key));
        keys.collect::<Result<Vec<_>, _>>()
            .map_err(|fault| fault.to_string())
    };
    // The first row may be the name of a protected account.
    let said = read("breakglass,x\nadele@c.example,y\n", None).unwrap_err();
    assert!(said.contains("--exclude-column"), "{said}");
    assert_eq!(
        read("Konto,x\nadele@c.example,y\n", Some("konto")).unwrap(),
        ["adele@c.example"]
    );
    // A rule makes a heading of the line above it.
    let printed = "Result\n---------------\nadele@c.example\n";
    assert_eq!(read(printed, None).unwrap(), ["adele@c.example"]);
    assert_eq!(
        read("upn,x\nadele@c.example,y\n", None).unwrap(),
        ["adele@c.example"]
    );
}

#[test]
fn json_is_read_as_the_tools_at_hand_write_it() {
    let one = "{\n  \"id\": \"87d349ed-44d7-43e1-9a83-5f2406dee5bd\",\n  \"userPrincipalName\": \"adele@c.example\"\n}";
    let another = one.replace("adele", "b");
    let context = "\"@odata.context\": \"https://graph.microsoft.com/$metadata#users\"";
    for text in [
        format!("{one}\n{another}"),
        format!("{one}{another}"),
        format!("[{one},\n{another}]"),
        format!("{{{context}, \"value\": [{one}, {another}]}}"),
        format!(
            "{{\n  {context},\n  \"value\" : [\n{one},\n{another}\n  ],\n \"@odata.nextLink\": null\n}}\n"
        ),
        format!("{{\"value\":[{one}],\"Count\":1}}{{\"value\":[{another}]}}"),
        format!("{{\"count\":2,\"data\":[{one},{another}],\"skip_token\":null}}"),
        format!("{{\"schema\":[{{\"name\":\"x\"}}],\"results\":[{one},{another}]}}"),
        "[\"adele@c.example\", \"b@c.example\"]".to_owned(),
    ] {
        for name in ["users.json", "users.txt"] {
            assert_eq!(
                keys(name, &text, None),
                ["adele@c.example", "b@c.example"],
                "{text}"
            );
        }
    }
    assert_eq!(keys("x.json", "{\"value\": []}", None), [""; 0]);
    assert_eq!(keys("x.json", "[]", None), [""; 0]);
    for (text, said) in [
        (
            format!("{{\"@odata.nextLink\": \"https://x\", \"value\": [{one}]}}"),
            "one page of a longer list",
        ),
        (
            format!("{{\"value\": [{one}], \"@odata.nextLink\" : \"https://x\"}}"),
            "one page of a longer list",
        ),
        (format!("[{one}"), "ends in the middle"),
        (format!("{{\"value\": [{one}]"), "ends in the middle"),
        (format!("[{one}, 7]"), "neither a JSON object nor a string"),
        (
            format!("[{one}, [\"a@b.example\"]]"),
            "neither a JSON object nor a string",
        ),
        (
            "{\n\"upn\": adele\n}".to_owned(),
            "Line 2 of x.json is not JSON",
        ),
    ] {
        let found = fault("x.json", text.as_bytes(), None);
        assert!(found.contains(said), "{text}: {found}");
    }
}

#[test]
fn a_field_within_another_is_named_with_a_dot() {
    let event = "{\"id\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"initiatedBy\":{\"user\":{\"userPrincipalName\":\"admin@c.example\"}},\"targetResources\":[{\"userPrincipalName\":\"adele@c.example\"}],\"a.b\":\"b@c.example\"}";
    let said = fault("x.json", event.as_bytes(), None);
    assert!(
        said.contains("targetResources.0.userPrincipalName") && said.contains("--column"),
        "{said}"
    );
    for (column, expected) in [
        ("targetResources.0.userPrincipalName", "adele@c.example"),
        ("InitiatedBy.User.UserPrincipalName", "admin@c.example"),
        ("a.b", "b@c.example"),
    ] {
        assert_eq!(keys("x.json", event, Some(column)), [expected]);
    }
    let monitor = "{\"time\":\"x\",\"properties\":{\"userPrincipalName\":\"adele@c.example\"}}";
    assert_eq!(
        keys("x.json", monitor, Some("properties.userPrincipalName")),
        ["adele@c.example"]
    );
    assert_eq!(keys("x.json", monitor, None), ["adele@c.example"]);
}

proptest::proptest! {
    /// However rows are parted, ended, quoted and encoded, the same users come out, and nobody else.
    #[test]
    fn a_table_gives_its_users_in_every_way_to_write_it(
        names in proptest::collection::vec("[ -~]{0,12}", 1..8),
        separator in proptest::sample::select(vec![',', ';', '\t']),
        end in proptest::sample::select(vec!["\n", "\r\n", "\r"]),
        encoding in 0_usize..4, has_line: bool,
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = if has_line { format!("sep={separator}{end}") } else { String::new() };
        text.push_str(&format!("displayName{separator}userPrincipalName{end}"));
        let mut expected = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let user = format!("user{number}@c.example");
            text.push_str(&format!("{}{separator}{}{end}", quoted(name), quoted(&user)));
            expected.push(user);
        }
        let bytes = match encoding {
            0 => text.clone().into_bytes(),
            1 => format!("\u{feff}{text}").into_bytes(),
            2 => utf16(&text, false, true),
            _ => utf16(&text, true, true),
        };
        let (read, _) = read("x.csv", &bytes, None);
        proptest::prop_assert_eq!(read, Ok(expected), "{:?}", text);
    }
}

#[test]
fn json_lines_are_objects_or_strings() {
    let text = "{\"displayName\":\"Adele\",\"userPrincipalName\":\"adele@c.example\"}\n\n\"b@c.example\"\n";
    assert_eq!(
        keys("users.jsonl", text, None),
        ["adele@c.example", "b@c.example"]
    );
    let text = "{\"a\":\"x\",\"b\":\"adele@c.example\"}\n{\"b\":null}\n";
    assert_eq!(keys("users", text, Some("B")), ["adele@c.example", ""]);
    assert_eq!(keys("users", text, None), ["adele@c.example", ""]);
    for (text, column, said) in [
        ("{\"a\":1}\n", None, "does not show which field"),
        (
            "{\"a\":1,\"z\":2}\n",
            Some("b"),
            "its fields are \"a\", \"z\"",
        ),
        (
            "{\"upn\":\"a@b\"}\n{\"x\":1}\n",
            None,
            "Line 2 of x.jsonl has no field \"upn\"",
        ),
        (
            "{\"upn\":\"a@b\"}\n{\"upn\":\n",
            None,
            "Line 2 of x.jsonl is not JSON",
        ),
        ("17\n", None, "neither a JSON object nor a string"),
    ] {
        let found = fault("x.jsonl", text.as_bytes(), column);
        assert!(found.contains(said), "{text:?}: {found}");
    }
}

#[test]
fn bad_text_is_named_by_its_line_in_every_format() {
    let mut lines = b"a@c.example\n".repeat(70_000);
    lines.extend_from_slice(b"\xffb@c.example\n");
    let said = fault("users.txt", &lines, None);
    assert!(
        said.starts_with("Line 70001 of users.txt is not valid UTF-8"),
        "{said}"
    );
    let said = fault(
        "users.csv",
        b"upn,x\na@b.example,1\n\xff@b.example,2\n",
        None,
    );
    assert!(said.starts_with("Line 3 of users.csv"), "{said}");
    for broken in [&[0x00, 0xD8][..], &[0x00, 0xDC], &[0x41]] {
        let mut text = utf16("a@c.example\nb", false, true);
        text.extend_from_slice(broken);
        let said = fault("users.txt", &text, None);
        assert!(
            said.starts_with("Line 2 of users.txt is not valid UTF-16"),
            "{said}"
        );
    }
}

#[test]
fn files_of_other_kinds_are_refused_by_what_they_are() {
    let long = [b"x".repeat(2 << 20), b"\n".to_vec()].concat();
    let unclosed = [b"upn,x\na@b.example,\"".to_vec(), b"y\n".repeat(1 << 20)].concat();
    for (name, bytes, said) in [
        ("users.xlsx", &b"PK\x03\x04..."[..], "CSV UTF-8"),
        ("users.xls", b"\xD0\xCF\x11\xE0\xA1\xB1", "workbook"),
        (
            "users.bin",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0",
            "users.bin is not text",
        ),
        ("users.bin", b"\xff\xfe\0\0a\0\0\0", "is not text"),
        (
            "users.txt",
            &long,
            "Line 1 of users.txt is longer than 1048576 bytes",
        ),
        ("users.csv", &long, "line 1 of users.csv is longer than"),
        (
            "users.csv",
            &unclosed,
            "The row that begins in line 2 of users.csv",
        ),
    ] {
        let found = fault(name, bytes, None);
        assert!(found.contains(said), "{name}: {found}");
    }
    let folder = tempfile::tempdir().unwrap();
    let said = open(folder.path(), Asked::of_users(None))
        .err()
        .map(|fault| fault.to_string());
    assert!(said.is_some_and(|said| said.contains("is a directory")));
    let said = open(&folder.path().join("missing"), Asked::of_users(None)).err();
    assert!(said.is_some_and(|said| said.to_string().contains("cannot be read")));
}

#[test]
fn an_empty_list_is_a_list_without_users() {
    for (name, text) in [
        ("x.txt", ""),
        ("x.txt", "\u{feff}"),
        ("x.txt", "\n\n# nobody\n"),
        ("x.csv", ""),
        ("x.csv", "upn,name\n"),
        ("x.jsonl", "\n"),
    ] {
        assert_eq!(keys(name, text, None), [""; 0], "{name} {text:?}");
    }
}
