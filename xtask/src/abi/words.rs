//! Documentation as the source has it, taken apart.

/// The doc comments of an item, as lines without the leading space.
pub(super) fn documentation(attributes: &[syn::Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) => match &pair.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    lines.join("\n").trim().to_owned()
}

/// The sentence of a field's documentation that says what its zero means, and the rest.
///
/// Such a sentence begins with `NULL:`, `0:` or `NULL with NAME_len 0:`, and goes on to the next full stop.
pub(super) fn split_zero(documentation: &str) -> (String, Option<String>) {
    let text = documentation
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for (begin, _) in text.match_indices(['N', '0']) {
        let at_a_sentence =
            begin == 0 || text[..begin].ends_with(". ") || text[..begin].ends_with("; ");
        let rest = &text[begin..];
        let Some(colon) = rest.find(": ") else {
            continue;
        };
        let head = &rest[..colon];
        let is_zero = head == "NULL"
            || head == "0"
            || (head.starts_with("NULL with ") && head.ends_with("_len 0"));
        if !at_a_sentence || !is_zero {
            continue;
        }
        let body = &rest[colon + 2..];
        let end = body
            .match_indices('.')
            .map(|(at, _)| at)
            .find(|at| body[at + 1..].is_empty() || body[at + 1..].starts_with(' '))
            .unwrap_or(body.len());
        let zero = body[..end].trim().to_owned();
        let before = text[..begin].trim().trim_end_matches(';').to_owned();
        let after = body.get(end + 1..).unwrap_or_default().trim();
        let mut doc = before;
        if !doc.is_empty() && !doc.ends_with(['.', ':']) {
            doc.push('.');
        }
        if !after.is_empty() {
            doc.push(' ');
            doc.push_str(after);
        }
        return (doc.trim().to_owned(), Some(zero));
    }
    (text, None)
}

/// `UserNotFound` as `USER_NOT_FOUND`.
pub(super) fn upper(name: &str) -> String {
    let mut upper = String::new();
    for (index, letter) in name.char_indices() {
        if index > 0 && letter.is_ascii_uppercase() {
            upper.push('_');
        }
        upper.push(letter.to_ascii_uppercase());
    }
    upper
}
