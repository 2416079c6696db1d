//! Reading the answer that brings a token.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::answered::{Answered, Asked};
use super::lifetime::lifetime;
use super::{Issued, Secret};
use crate::call::answer;
use crate::json;
use crate::outcome::Error;
use crate::token::AccessToken;

/// A token is renewed when a fifth of its life is left, and at most five minutes before its end.
const EARLY: (i64, SignedDuration) = (5, SignedDuration::from_mins(5));

/// It is not sent any more when a twentieth is left, at most half a minute: it must outlive the request.
const LATE: (i64, SignedDuration) = (20, SignedDuration::from_secs(30));

/// The answer of every kind of token endpoint; managed identities write numbers as texts.
#[derive(Deserialize)]
pub(super) struct TokenAnswer<'a> {
    #[serde(borrow)]
    access_token: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) refresh_token: Option<Cow<'a, str>>,
    expires_in: Option<Value>,
    expires_on: Option<Value>,
}

/// The token of a good answer.
pub(super) fn read(answered: &Answered, asked: &Asked<'_>) -> Result<Issued, Error> {
    read_both(answered, asked).map(|(issued, _)| issued)
}

/// The token of a good answer, and the refresh token where there is one.
pub(super) fn read_both(
    answered: &Answered,
    asked: &Asked<'_>,
) -> Result<(Issued, Option<Secret>), Error> {
    let senseless = |what: &str| asked.senseless(answered, what);
    let body = match answered.answer.body.whole() {
        Ok(body) => body,
        Err(unread) => return Err(senseless(&format!("answered, but {unread}"))),
    };
    let Ok(answer) = json::object::<TokenAnswer<'_>>(body) else {
        return Err(senseless("responded with something that is not a token"));
    };
    let Some(text) = answer.access_token.filter(|text| !text.is_empty()) else {
        return Err(senseless("responded without a token"));
    };
    let text = Zeroizing::new(text.into_owned());
    let token =
        AccessToken::new(&text).map_err(|_| senseless("responded with an invalid token"))?;
    let claimed = token.claims().and_then(|claims| claims.expires);
    let (within, until) = (answer.expires_in.as_ref(), answer.expires_on.as_ref());
    let now = answer::server_date(&answered.answer.headers).unwrap_or_else(crate::outcome::now);
    let lifetime = lifetime(within, until, claimed, now).map_err(|what| senseless(&what))?;
    let refresh_token = match answer.refresh_token {
        Some(text) => {
            let text = Zeroizing::new(text.into_owned());
            Secret::new(&text).ok()
        }
        None => None,
    };
    Ok((Issued::living(token, lifetime), refresh_token))
}

impl Issued {
    /// Says which credential brought the token.
    pub(super) fn by(mut self, credential: &str) -> Issued {
        self.token = Arc::new((*self.token).clone().by(credential));
        self
    }

    /// A token that lives so long from now on.
    pub(super) fn living(token: AccessToken, lifetime: SignedDuration) -> Issued {
        let end = |(part, most): (i64, SignedDuration)| {
            let left = SignedDuration::from_millis_i128(lifetime.as_millis() / i128::from(part));
            let before = left.min(most);
            crate::outcome::now()
                .checked_add(lifetime - before)
                .unwrap_or(Timestamp::MAX)
        };
        Issued {
            token: Arc::new(token.brought_by_a_credential()),
            renew_from: end(EARLY),
            unusable_from: end(LATE),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_its_end() {
        let left = |lifetime: i64| {
            let token = AccessToken::new("opaque").unwrap();
            let issued = Issued::living(token, SignedDuration::from_secs(lifetime));
            let seconds = |time: Timestamp| (time - Timestamp::now()).as_secs() + 1;
            (
                lifetime - seconds(issued.renew_from),
                lifetime - seconds(issued.unusable_from),
            )
        };
        assert_eq!(left(3600), (300, 30));
        assert_eq!(left(100), (20, 5));
    }
}
