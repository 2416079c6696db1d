//! Values as people write them.

use std::net::SocketAddr;
use std::time::Duration;

use graph_invalidate::Rate;
use jiff::Timestamp;

pub(super) fn read_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = [
        ("ms", 0.001),
        ("d", 86400.0),
        ("h", 3600.0),
        ("m", 60.0),
        ("s", 1.0),
    ]
    .iter()
    .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))
    .unwrap_or((text, 1.0));
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * unit).ok())
        .ok_or_else(|| "write 500ms, 30s, 2m, 1h, 3d, or seconds".to_owned())
}

/// An address to listen at; a port alone is this machine's.
pub(super) fn read_address(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix(':').unwrap_or(text);
    let port = port.strip_prefix("localhost:").unwrap_or(port);
    let on_this_machine = port
        .parse()
        .ok()
        .map(|port: u16| SocketAddr::from(([127, 0, 0, 1], port)));
    on_this_machine
        .or_else(|| text.parse().ok())
        .ok_or_else(|| {
            "write a port, such as 8080, or an address with its port, such as 127.0.0.1:8080"
                .to_owned()
        })
}

/// A header as HTTP writes it. Which ones may be set, the library knows.
pub(super) fn read_header(text: &str) -> Result<(String, String), String> {
    text.split_once(':')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "write 'Name: value'".to_owned())
}

pub(super) fn read_concurrency(text: &str) -> Result<u32, String> {
    read_number(text, 256)
        .ok_or_else(|| "write a number of requests from 1 to 256, or 0 for the default".to_owned())
}

pub(super) fn read_batch_size(text: &str) -> Result<u32, String> {
    read_number(text, 20)
        .ok_or_else(|| "write a number of users from 1 to 20, or 0 for the default".to_owned())
}

pub(super) fn read_ahead(text: &str) -> Result<u32, String> {
    read_number(text, i32::MAX as u32)
        .ok_or_else(|| "write a number of users, such as 100, or 0 for the default".to_owned())
}

fn read_number(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| *number <= most)
}

/// A time with its offset, as outcomes have it.
pub(super) fn read_time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write a time with its offset, such as 2026-11-28T09:30:00Z".to_owned())
}

pub(super) fn read_rate(text: &str) -> Result<Rate, String> {
    if text == "unlimited" {
        return Ok(Rate::Unlimited);
    }
    text.parse::<f64>()
        .ok()
        .filter(|rate| *rate >= 0.0 && rate.is_finite())
        .map(|rate| match rate {
            0.0 => Rate::PublishedQuota,
            rate => Rate::PerSecond(rate),
        })
        .ok_or_else(|| {
            "write a number of users per second, such as 5 or 0.5, or unlimited".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_write_them() {
        assert_eq!(read_duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(read_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(read_duration("3h"), Ok(Duration::from_secs(10_800)));
        assert_eq!(read_duration("2d"), Ok(Duration::from_secs(172_800)));
        assert_eq!(read_duration("50ms"), Ok(Duration::from_millis(50)));
        assert_eq!(read_duration("1.5"), Ok(Duration::from_millis(1500)));
        for nonsense in ["", "-1", "soon", "s", "m", "inf", "NaN"] {
            assert!(read_duration(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn an_address_may_be_a_port_alone() {
        let local = Ok(SocketAddr::from(([127, 0, 0, 1], 8080)));
        for text in ["8080", ":8080", "localhost:8080", "127.0.0.1:8080"] {
            assert_eq!(read_address(text), local, "{text}");
        }
        assert!(read_address("[::1]:0").is_ok());
        for nonsense in ["", "here", "70000", "127.0.0.1"] {
            assert!(read_address(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(read_header("x-trace: a:b "), pair("x-trace", "a:b"));
        assert!(read_header("x-trace").is_err());
    }

    #[test]
    fn a_number_keeps_within_what_the_service_takes() {
        assert_eq!(read_batch_size("20"), Ok(20));
        assert_eq!(read_concurrency("256"), Ok(256));
        assert_eq!(read_ahead("2147483647"), Ok(2_147_483_647));
        for nonsense in ["", "-1", "21", "1.5", "many"] {
            assert!(read_batch_size(nonsense).is_err(), "{nonsense}");
        }
        assert!(read_concurrency("257").is_err() && read_ahead("2147483648").is_err());
    }

    #[test]
    fn a_time_has_an_offset() {
        assert!(read_time("2026-11-28T09:30:00Z").is_ok());
        assert!(read_time("2026-11-28T09:30:00+02:00").is_ok());
        for nonsense in ["", "yesterday", "2026-11-28", "2026-11-28T09:30:00"] {
            assert!(read_time(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn zero_is_the_default() {
        assert_eq!(read_rate("0"), Ok(Rate::PublishedQuota));
        assert_eq!(read_duration("0"), Ok(Duration::ZERO));
    }

    #[test]
    fn a_rate_is_a_number_or_unlimited() {
        assert_eq!(read_rate("5"), Ok(Rate::PerSecond(5.0)));
        assert_eq!(read_rate("0.5"), Ok(Rate::PerSecond(0.5)));
        assert_eq!(read_rate("unlimited"), Ok(Rate::Unlimited));
        for nonsense in ["", "-1", "fast", "inf", "NaN"] {
            assert!(read_rate(nonsense).is_err(), "{nonsense}");
        }
    }
}
