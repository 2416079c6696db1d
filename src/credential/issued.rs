//! Reading the answer that brings a token.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::exchange::{Answered, Asked};
use super::{Issued, Secret};
use crate::outcome::Error;
use crate::token::AccessToken;
use crate::transport::Body;

/// A token is renewed when a fifth of its life is left, and at most five minutes before its end.
const EARLY: (i64, SignedDuration) = (5, SignedDuration::from_mins(5));

/// It is not sent any more when a twentieth is left, at most half a minute: it must outlive the request.
const LATE: (i64, SignedDuration) = (20, SignedDuration::from_secs(30));

/// Longer than any token lives; a larger number is garbage.
const LONGEST_LIFE: i64 = 366 * 24 * 3600;

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
    let Body::Whole(body) = &answered.answer.body else {
        return Err(senseless("answered with more than any token is long"));
    };
    let Ok(answer) = serde_json::from_slice::<TokenAnswer<'_>>(body) else {
        return Err(senseless("answered with something that is not a token"));
    };
    let Some(text) = answer.access_token.filter(|text| !text.is_empty()) else {
        return Err(senseless("answered without a token"));
    };
    let text = Zeroizing::new(text.into_owned());
    let token =
        AccessToken::new(&text).map_err(|_| senseless("answered with what no token can be"))?;
    let lifetime = lifetime(answer.expires_in.as_ref(), answer.expires_on.as_ref())
        .map_err(|what| senseless(&what))?;
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
    /// A token that lives so long from now on.
    pub(super) fn living(token: AccessToken, lifetime: SignedDuration) -> Issued {
        let end = |(part, most): (i64, SignedDuration)| {
            let left = SignedDuration::from_millis_i128(lifetime.as_millis() / i128::from(part));
            let before = left.min(most);
            Timestamp::now()
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

/// How long the token lives; otherwise what is wrong with the answer.
fn lifetime(
    expires_in: Option<&Value>,
    expires_on: Option<&Value>,
) -> Result<SignedDuration, String> {
    let (name, value, from) = match (expires_in, expires_on) {
        (Some(value), _) => ("expires_in", value, 0),
        (None, Some(value)) => ("expires_on", value, Timestamp::now().as_second()),
        (None, None) => return Err("does not say how long its token lives".to_owned()),
    };
    let nonsense = || format!("says {name} {value}, which is no time");
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    // Whole seconds are enough; what is no number at all becomes 0 and is refused below.
    let seconds = number
        .filter(|number| number.is_finite())
        .ok_or_else(nonsense)? as i64;
    let seconds = seconds.saturating_sub(from);
    if seconds <= 0 {
        return Err(format!("says {name} {value}: its token is over already"));
    }
    if seconds > LONGEST_LIFE {
        return Err(nonsense());
    }
    Ok(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lifetimes_are_numbers_or_texts_of_numbers() {
        let seconds = |value: Value| lifetime(Some(&value), None).map(|it| it.as_secs());
        assert_eq!(seconds(json!(3599)), Ok(3599));
        assert_eq!(seconds(json!("86399")), Ok(86399));
        assert_eq!(seconds(json!(3599.0)), Ok(3599));
        for nonsense in [
            json!(0),
            json!(-1),
            json!("soon"),
            json!(""),
            json!(null),
            json!([1]),
            json!("NaN"),
            json!(1e300),
        ] {
            assert!(seconds(nonsense.clone()).is_err(), "{nonsense}");
        }
        assert!(lifetime(None, None).is_err());
        let end = Timestamp::now().as_second() + 100;
        let left = lifetime(None, Some(&json!(end.to_string()))).unwrap();
        assert!((99..=100).contains(&left.as_secs()));
        assert!(lifetime(None, Some(&json!("1"))).is_err());
    }

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
