//! Events as they go over the wire.

use bytes::Bytes;
use http::HeaderValue;
use kernel::event::Event;
use kernel::{Error, Result, WorkspaceId};
use serde::Serialize;

/// A place among the events of a workspace: `ws_….42`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) workspace: WorkspaceId,
    pub(crate) number: i64,
}

impl Place {
    pub(crate) fn text(self) -> String {
        format!("{}.{}", self.workspace, self.number)
    }

    fn parse(text: &str) -> Option<Self> {
        let (workspace, number) = text.rsplit_once('.')?;
        let number = number.parse().ok().filter(|number| *number >= 0)?;
        Some(Self { workspace: workspace.parse().ok()?, number })
    }

    /// The header's, which the browser keeps, before the query's, which the page began with.
    pub(super) fn of_request(header: Option<&HeaderValue>, query: Option<&str>) -> Result<Option<Self>> {
        let header = header.map(|value| value.to_str().unwrap_or("?")).filter(|text| !text.is_empty());
        let query = query.filter(|text| !text.is_empty());
        let Some(text) = header.or(query) else { return Ok(None) };
        let bad = || Error::malformed("bad_event_id", "This is not the id of an event.");
        Self::parse(text).map(Some).ok_or_else(bad)
    }
}

#[derive(Serialize)]
struct Data<'a> {
    resource: &'a str,
    at: String,
    actor: Option<kernel::UserId>,
    about: &'a serde_json::Value,
}

/// Where the stream begins, and how soon to come back after it broke off: one to five seconds, so that a restart
/// does not bring all of them back in one moment. Sets the last id and is no event.
pub(super) fn beginning(at: Place) -> Bytes {
    let retry = 1_000.0 + 4_000.0 * chance();
    format!("retry: {retry:.0}\nid: {}\n\n", at.text()).into()
}

/// From 0 to 1.
pub(super) fn chance() -> f64 {
    let [byte] = kernel::crypto::random::<1>();
    f64::from(byte) / 255.0
}

pub(super) fn event(event: &Event) -> Result<Bytes> {
    let Event { workspace, number, at, actor, kind, resource, about } = event;
    let data = Data { resource, at: crate::time::rfc3339(*at), actor: *actor, about };
    // JSON on one line, and kinds without one: nothing in it can begin a field of its own.
    let data = serde_json::to_string(&data).map_err(Error::internal)?;
    let id = Place { workspace: *workspace, number: *number }.text();
    Ok(format!("id: {id}\nevent: {kind}\ndata: {data}\n\n").into())
}

pub(super) fn reset(at: Place) -> Bytes {
    format!("id: {}\nevent: reset\ndata: {{}}\n\n", at.text()).into()
}

/// Sets the last id and is no event.
pub(super) fn place(at: Place) -> Bytes {
    format!("id: {}\n\n", at.text()).into()
}

pub(super) const BEAT: Bytes = Bytes::from_static(b":\n\n");

#[cfg(test)]
mod tests {
    use kernel::Timestamp;
    use serde_json::json;

    use super::*;

    fn workspace() -> WorkspaceId {
        WorkspaceId::from_uuid(uuid::Uuid::from_u128(1))
    }

    #[test]
    fn a_place_is_read_back() {
        let place = Place { workspace: workspace(), number: 42 };
        assert_eq!(Place::parse(&place.text()), Some(place));
        for wrong in ["", "42", "ws_x.1", &format!("{}.-1", workspace()), &format!("{}.", workspace())] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_header_goes_before_the_query() {
        let place = |number| Place { workspace: workspace(), number };
        let header = HeaderValue::try_from(place(7).text()).unwrap();
        assert_eq!(Place::of_request(Some(&header), Some(&place(3).text())).unwrap(), Some(place(7)));
        assert_eq!(Place::of_request(None, Some(&place(3).text())).unwrap(), Some(place(3)));
        let empty = HeaderValue::from_static("");
        assert_eq!(Place::of_request(Some(&empty), None).unwrap(), None);
        assert!(Place::of_request(None, Some("yesterday")).is_err());
    }

    #[test]
    fn an_event_is_one_block_of_lines() {
        let about = json!({ "board": "b\nid: 1" });
        let told = Event {
            workspace: workspace(),
            number: 3,
            at: Timestamp::from_micros(0),
            actor: None,
            kind: "item.moved".into(),
            resource: "item_1".into(),
            about,
        };
        let text = String::from_utf8(event(&told).unwrap().to_vec()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[0], format!("id: {}.3", workspace()));
        assert_eq!(lines[1], "event: item.moved");
        assert!(
            lines[2].starts_with("data: {\"resource\":\"item_1\",\"at\":\"1970-01-01T00:00:00"),
            "{text}"
        );
        assert_eq!(lines[3], "");
    }
}
