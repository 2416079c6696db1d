//! `$batch`: up to twenty requests in one, and the answer to each (<https://learn.microsoft.com/graph/json-batching>).

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use bytes::Bytes;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::json;

/// The most requests that the service takes in one batch.
pub(super) const MOST_ITEMS: usize = 20;

/// The answer to one request of a batch.
#[derive(Debug)]
pub(super) struct ItemAnswer<'a> {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: &'a [u8],
}

/// What came back for the requests of a batch, in their order.
#[derive(Debug)]
pub(super) struct BatchAnswer<'a> {
    /// `None` where the answer is missing, or where there are two that differ.
    pub(super) items: Vec<Option<ItemAnswer<'a>>>,
    /// Answers to nothing that was asked.
    pub(super) strays: usize,
}

/// One request of a batch.
#[derive(Debug)]
pub(super) struct Asked {
    /// Below the version, and percent-encoded already.
    pub(super) address: String,
    pub(super) is_eventual: bool,
}

/// Writes the batch that asks for these.
///
/// The service refuses a whole batch when an item that writes has no Content-Type or body, so each has both.
pub(super) fn write(method: &Method, requests: &[Asked]) -> Bytes {
    let writes = method == Method::POST;
    let mut text = String::with_capacity(32 + requests.len() * 200);
    text.push_str("{\"requests\":[");
    for (index, asked) in requests.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        // Percent-encoded addresses hold nothing that JSON would want escaped.
        let _ = write!(
            text,
            "{{\"id\":\"{index}\",\"method\":\"{method}\",\"url\":\""
        );
        text.push_str(&asked.address);
        text.push('"');
        text.push_str(if writes {
            ",\"headers\":{\"Content-Type\":\"application/json\"},\"body\":{}}"
        } else if asked.is_eventual {
            ",\"headers\":{\"ConsistencyLevel\":\"eventual\"}}"
        } else {
            "}"
        });
    }
    text.push_str("]}");
    Bytes::from(text)
}

/// Reads the answer to a batch of so many requests; `None` where it is no answer to a batch at all.
pub(super) fn read(body: &[u8], count: usize) -> Option<BatchAnswer<'_>> {
    #[derive(Deserialize)]
    struct Answers<'a> {
        #[serde(borrow)]
        responses: Vec<&'a RawValue>,
    }
    let answers: Answers<'_> = json::object(body).ok()?;
    let mut read = BatchAnswer {
        items: std::iter::repeat_with(|| None).take(count).collect(),
        strays: 0,
    };
    let mut contradicted = vec![false; count];
    for raw in answers.responses {
        match read_item(raw) {
            Some((index, answer)) if index < count => match &read.items[index] {
                // The same answer twice is one answer.
                Some(first) if first.status == answer.status => {}
                Some(_) => contradicted[index] = true,
                None => read.items[index] = Some(answer),
            },
            _ => read.strays += 1,
        }
    }
    for (item, contradicted) in read.items.iter_mut().zip(contradicted) {
        if contradicted {
            *item = None;
        }
    }
    Some(read)
}

/// The headers of an item. A number, such as a Retry-After in seconds, may stand without quotes.
#[derive(Default)]
struct Headers(HeaderMap);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Headers, D::Error> {
        deserializer.deserialize_map(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("headers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut headers = HeaderMap::new();
        while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            // Of several values some gateways make a list.
            let values = match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
                Ok(values) => values,
                Err(_) => vec![value],
            };
            for value in values {
                let value = match serde_json::from_str::<Cow<'_, str>>(value.get()) {
                    Ok(text) => HeaderValue::from_str(&text),
                    Err(_) => HeaderValue::from_str(value.get()),
                };
                if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_ref()), value) {
                    headers.append(name, value);
                }
            }
        }
        Ok(Headers(headers))
    }
}

fn read_item(raw: &RawValue) -> Option<(usize, ItemAnswer<'_>)> {
    #[derive(Deserialize)]
    struct Item<'a> {
        #[serde(borrow)]
        id: Cow<'a, str>,
        status: u16,
        #[serde(default)]
        headers: Option<Headers>,
        #[serde(borrow, default)]
        body: Option<&'a RawValue>,
    }
    let item: Item<'_> = json::object(raw.get().as_bytes()).ok()?;
    // "007" and "+7" are none of ours.
    let index: usize = item.id.parse().ok()?;
    (index.to_string() == item.id).then_some((
        index,
        ItemAnswer {
            status: item.status,
            headers: item.headers.unwrap_or_default().0,
            body: item.body.map_or(&[], |body| body.get().as_bytes()),
        },
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn asked(address: &str) -> Asked {
        Asked {
            address: address.to_owned(),
            is_eventual: false,
        }
    }

    fn addresses(count: usize) -> Vec<Asked> {
        (0..count)
            .map(|index| format!("/users/user{index}%40contoso.example/invalidateAllRefreshTokens"))
            .map(|address| asked(&address))
            .collect()
    }

    #[test]
    fn every_item_that_writes_has_a_body_and_its_type() {
        let written: Value = serde_json::from_slice(&write(&Method::POST, &addresses(20))).unwrap();
        let requests = written["requests"].as_array().unwrap();
        assert_eq!(requests.len(), 20);
        for (index, request) in requests.iter().enumerate() {
            assert_eq!(request["id"], index.to_string());
            assert_eq!(request["method"], "POST");
            assert_eq!(request["body"], json!({}));
            assert_eq!(request["headers"]["Content-Type"], "application/json");
        }
        let awkward = [asked(
            "/users('%24o%27%27b%40c')/invalidateAllRefreshTokens",
        )];
        let written: Value = serde_json::from_slice(&write(&Method::POST, &awkward)).unwrap();
        assert_eq!(written["requests"][0]["url"], awkward[0].address);
        let written: Value =
            serde_json::from_slice(&write(&Method::GET, &[asked("/me?$select=id")])).unwrap();
        assert_eq!(
            written["requests"][0],
            json!({"id": "0", "method": "GET", "url": "/me?$select=id"})
        );
        let mut eventual = asked("/me");
        eventual.is_eventual = true;
        let written: Value = serde_json::from_slice(&write(&Method::GET, &[eventual])).unwrap();
        assert_eq!(
            written["requests"][0]["headers"]["ConsistencyLevel"],
            "eventual"
        );
    }

    #[test]
    fn answers_are_told_apart_whatever_their_order() {
        let body = json!({"responses": [
            {"id": "2", "status": 429, "headers": {"retry-AFTER": "2.5"}, "body": {"error": {"code": "TooManyRequests"}}},
            {"id": "0", "status": 200, "body": {"value": true}},
            {"id": "1", "status": 204, "body": null},
        ]})
        .to_string();
        let answer = read(body.as_bytes(), 3).unwrap();
        let statuses: Vec<u16> = answer
            .items
            .iter()
            .map(|item| item.as_ref().unwrap().status)
            .collect();
        assert_eq!(statuses, [200, 204, 429]);
        assert_eq!(
            answer.items[2].as_ref().unwrap().headers["Retry-After"],
            "2.5"
        );
        assert_eq!(answer.strays, 0);
    }

    #[test]
    fn missing_repeated_contradicting_and_unknown_answers_are_noticed() {
        let body = json!({"responses": [
            {"id": "0", "status": 200}, {"id": "0", "status": 200},
            {"id": "1", "status": 200}, {"id": "1", "status": 404}, {"id": "1", "status": 200},
            {"id": "9", "status": 200}, {"id": "x", "status": 200}, {"id": "02", "status": 200},
            {"status": 200}, {"id": "2"}, 7, null,
        ]})
        .to_string();
        let answer = read(body.as_bytes(), 3).unwrap();
        assert!(answer.items[0].is_some());
        assert!(answer.items[1].is_none());
        assert!(answer.items[2].is_none());
        assert_eq!(answer.strays, 7);
    }

    #[test]
    fn what_is_no_answer_to_a_batch_is_none() {
        for body in [
            &b""[..],
            b"null",
            b"[]",
            b"{}",
            b"{\"responses\":7}",
            b"\xff",
            b"{\"responses\":[{]}",
        ] {
            assert!(read(body, 3).is_none(), "{body:?}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z0-9]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map("(id|status|headers|body|x)", inner, 0..5)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn arbitrary_answers_never_invent_an_item(responses in prop::collection::vec(any_json(), 0..12), count in 0_usize..21) {
            let asked: Vec<String> = (0..count).map(|index| index.to_string()).collect();
            let body = json!({"responses": responses}).to_string();
            if let Some(answer) = read(body.as_bytes(), count) {
                prop_assert_eq!(answer.items.len(), count);
                for (id, item) in asked.iter().zip(&answer.items) {
                    let named = responses.iter().any(|response| response["id"] == id.as_str());
                    prop_assert!(item.is_none() || named);
                }
            }
        }

        #[test]
        fn arbitrary_bytes_are_read_without_harm(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&body, 20);
        }
    }
}
