//! How long a token lives, in the ways in which endpoints say it: seconds, texts of numbers, and dates in four shapes.

use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Longer than any token lives; a larger number is garbage.
const LONGEST: i64 = 366 * 24 * 3600;

/// How long the token lives from now on: as the answer says, otherwise as the token itself claims. Otherwise what is
/// wrong with the answer, in words that repeat nothing of it. Times are the service's: `now` is to be by its clock.
pub(super) fn lifetime(
    expires_in: Option<&Value>,
    expires_on: Option<&Value>,
    claimed: Option<i64>,
    now: Timestamp,
) -> Result<SignedDuration, String> {
    let left = |end: i64| end.saturating_sub(now.as_second());
    let said = expires_in
        .and_then(number)
        .map(|seconds| (seconds, "its expires_in"))
        .or_else(|| Some((left(expires_on.and_then(moment)?), "its expires_on")))
        .or_else(|| Some((left(claimed?), "its own claims")));
    match said {
        Some((seconds, by)) if seconds <= 0 => Err(format!(
            "returned a token that has already expired, according to {by}"
        )),
        Some((seconds, by)) if seconds > LONGEST => Err(format!(
            "returned a token for more than a year, according to {by}"
        )),
        Some((seconds, _)) => Ok(SignedDuration::from_secs(seconds)),
        None => Err(match (expires_in, expires_on) {
            (None, None) => "does not say how long its token lives".to_owned(),
            (None, _) => {
                "says with an expires_on that is no time how long its token lives".to_owned()
            }
            _ => "says with an expires_in that is no number how long its token lives".to_owned(),
        }),
    }
}

/// A number, or a text that is one.
fn number(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    // Whole seconds are enough; what is far beyond them is cut, and refused as too long.
    number
        .filter(|number: &f64| number.is_finite())
        .map(|number| number as i64)
}

/// Seconds since 1970, or a date.
fn moment(value: &Value) -> Option<i64> {
    number(value).or_else(|| date(value.as_str()?.trim()))
}

/// ISO 8601, with `T` or a space, with an offset or in UTC; or as .NET writes it where nobody asks it for anything
/// else: `11/28/2026 4:05:06 PM +00:00`.
fn date(text: &str) -> Option<i64> {
    let iso = DateTimeParser::new();
    if let Ok(timestamp) = iso.parse_timestamp(text) {
        return Some(timestamp.as_second());
    }
    let utc = |date: DateTime| {
        let timestamp = TimeZone::UTC.to_timestamp(date).ok()?;
        Some(timestamp.as_second())
    };
    if let Ok(date) = iso.parse_datetime(text) {
        return utc(date);
    }
    utc(dotnet_date(text)?)
}

fn dotnet_date(text: &str) -> Option<DateTime> {
    let mut words = text.split_whitespace().peekable();
    let mut day = words.next()?.split('/').map(str::parse::<i16>);
    let (month, of_month, year) = (day.next()?.ok()?, day.next()?.ok()?, day.next()?.ok()?);
    let mut clock = words.next()?.split(':').map(str::parse::<i8>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    let half = words.next_if(|word| ["AM", "PM"].iter().any(|it| word.eq_ignore_ascii_case(it)));
    let hour = match half {
        None => hour,
        Some(half) if half.eq_ignore_ascii_case("AM") => hour % 12,
        // A clock of 24 hours with a PM all the same is seen as well.
        Some(_) => hour % 12 + 12,
    };
    let is_utc = words
        .next()
        .is_none_or(|zone| matches!(zone, "+00:00" | "Z" | "UTC" | "GMT"));
    if !is_utc || words.next().is_some() || day.next().is_some() || clock.next().is_some() {
        return None;
    }
    let narrow = |number: i16| i8::try_from(number).ok();
    DateTime::new(
        year,
        narrow(month)?,
        narrow(of_month)?,
        hour,
        minute,
        second,
        0,
    )
    .ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_read_by_the_clock_that_it_was_written_by() {
        let service: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        let end = json!("2026-11-28T11:00:00Z");
        let left = lifetime(None, Some(&end), None, service).map(|left| left.as_secs());
        assert_eq!(left, Ok(3600));
    }

    #[test]
    fn lifetimes_are_numbers_or_texts_of_numbers() {
        let seconds = |value: Value| {
            lifetime(Some(&value), None, None, Timestamp::now()).map(|it| it.as_secs())
        };
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
        assert!(lifetime(None, None, None, Timestamp::now()).is_err());
    }

    #[test]
    fn an_end_is_a_number_or_a_date_in_any_of_the_shapes_that_endpoints_write() {
        let end = |text: &str| moment(&json!(text));
        for text in [
            "1795881906",
            "2026-11-28T16:05:06Z",
            "2026-11-28T16:05:06.0000000+00:00",
            "2026-11-28T17:05:06+01:00",
            "2026-11-28 16:05:06Z",
            "2026-11-28 16:05:06",
            "2026-11-28T16:05:06",
            "11/28/2026 16:05:06 +00:00",
            "11/28/2026 4:05:06 PM +00:00",
            "11/28/2026 04:05:06 pm",
            "11/28/2026 16:05:06 PM +00:00",
        ] {
            assert_eq!(end(text), Some(1_795_881_906), "{text}");
        }
        assert_eq!(end("1/2/2027 12:00:00 AM +00:00"), Some(1_798_848_000));
        assert_eq!(end("01/02/2027 00:00:00 +00:00"), Some(1_798_848_000));
        for nonsense in [
            "soon",
            "28/11/2026 16:05:06 +00:00",
            "11/28/2026",
            "11/28/2026 16:05:06 +02:00",
            "11/28/2026 16:05:06 +00:00 more",
            "11/28/2026/1 16:05:06",
            "11/28/2026 25:05:06",
        ] {
            assert_eq!(end(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_tokens_own_end_counts_where_the_answer_does_not_tell() {
        let end = crate::outcome::now().as_second() + 100;
        for (expires_in, expires_on) in [
            (None, None),
            (Some(json!("soon")), None),
            (None, Some(json!("soon"))),
            (None, Some(json!(end))),
            (Some(json!(null)), Some(json!(end.to_string()))),
        ] {
            let left = lifetime(
                expires_in.as_ref(),
                expires_on.as_ref(),
                Some(end),
                Timestamp::now(),
            )
            .unwrap();
            assert!((98..=100).contains(&left.as_secs()), "{expires_on:?}");
        }
        assert!(lifetime(None, Some(&json!("1")), Some(end), Timestamp::now()).is_err());
    }
}
