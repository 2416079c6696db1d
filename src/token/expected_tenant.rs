//! The one tenant in which a client may act: a script that meets another one must not go on.

use crate::environment::Environment;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;

/// The variable that names it where no option does.
pub(crate) const VARIABLE: &str = "GRAPH_INVALIDATE_EXPECT_TENANT";

/// How messages name the option.
const OPTION: &str = "the option expect_tenant";

/// A tenant's id, in lower case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExpectedTenant(String);

impl ExpectedTenant {
    /// The tenant that the option names, or else the environment.
    pub(crate) fn choose(
        option: Option<&str>,
        environment: &Environment,
    ) -> Result<Option<ExpectedTenant>, Error> {
        if let Some(text) = option {
            return ExpectedTenant::read(OPTION, text).map(Some);
        }
        // Set to nothing is not the same as not set: whoever set it wished to be protected.
        let Some((_, text)) = environment.first_of(&[VARIABLE]) else {
            return Ok(None);
        };
        let text = text.map_err(|_| not_an_id(VARIABLE))?;
        if text.trim().is_empty() {
            return Err(Error::new(
                Status::EmptyArgument,
                format!("{VARIABLE} is set but empty, so it would protect nothing."),
            )
            .hint("Set it to the tenant's id, a GUID, or remove the variable; nothing was sent."));
        }
        ExpectedTenant::read(VARIABLE, &text).map(Some)
    }

    fn read(name: &str, text: &str) -> Result<ExpectedTenant, Error> {
        let id = uuid::Uuid::parse_str(text.trim()).map_err(|_| not_an_id(name))?;
        Ok(ExpectedTenant(id.hyphenated().to_string()))
    }

    /// Refuses a token of another tenant, and one that does not tell.
    pub(crate) fn judge(&self, token: &AccessToken) -> Result<(), Error> {
        let tenant = token
            .claims()
            .and_then(|claims| claims.tenant_id.as_deref());
        let message = match tenant {
            Some(tenant) if tenant.eq_ignore_ascii_case(&self.0) => return Ok(()),
            Some(tenant) => format!(
                "The token is for tenant {tenant}, but tenant {} is expected.",
                self.0
            ),
            None => format!(
                "The token does not name its tenant, but tenant {} is expected.",
                self.0
            ),
        };
        Err(Error::new(Status::TokenWrongTenant, message).hint(
            "Sign in to the expected tenant, or correct the expected tenant; nothing was sent.",
        ))
    }
}

fn not_an_id(name: &str) -> Error {
    Error::new(
        Status::InvalidOption,
        format!("The text of {name} is not the id of a tenant."),
    )
    .hint("Give the tenant's id, a GUID: tokens name their tenant only by its id.")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";

    fn expecting(text: &str) -> Result<ExpectedTenant, Error> {
        ExpectedTenant::choose(Some(text), &Environment::default()).map(Option::unwrap)
    }

    #[test]
    fn a_tenant_is_expected_by_its_id() {
        for text in [
            TENANT,
            "C0FFEE00-1111-4222-8333-444455556666",
            " {c0ffee00-1111-4222-8333-444455556666} ",
        ] {
            let expected = expecting(text).unwrap();
            assert_eq!(expected.0, TENANT, "{text}");
        }
        for text in ["", "contoso.com", "c0ffee00"] {
            let error = expecting(text).unwrap_err();
            assert_eq!(error.status(), Status::InvalidOption, "{text}");
        }
    }

    #[test]
    fn a_variable_that_is_set_to_nothing_is_refused() {
        for (text, status) in [
            ("", Status::EmptyArgument),
            (" \t", Status::EmptyArgument),
            ("contoso.com", Status::InvalidOption),
        ] {
            let variable = (VARIABLE.to_owned(), text.to_owned());
            let environment = Environment::of(vec![variable]);
            let error = ExpectedTenant::choose(None, &environment).unwrap_err();
            assert_eq!(error.status(), status, "{text:?}");
            assert!(error.to_string().contains(VARIABLE), "{error}");
            // What the caller says itself counts, whatever the environment has.
            assert!(ExpectedTenant::choose(Some(TENANT), &environment).is_ok());
        }
        let nothing = Environment::of(Vec::new());
        assert_eq!(ExpectedTenant::choose(None, &nothing), Ok(None));
    }

    #[test]
    fn a_token_that_does_not_tell_its_tenant_is_refused() {
        let expected = expecting(TENANT).unwrap();
        let error = expected
            .judge(&AccessToken::new("opaque").unwrap())
            .unwrap_err();
        assert_eq!(error.status(), Status::TokenWrongTenant);
        assert!(error.to_string().contains("does not name"));
    }
}
