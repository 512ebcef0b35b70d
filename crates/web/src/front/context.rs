//! What is known of a request from its first moment on; shared by the front and the extractors.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Uri};
use kernel::access::{Caller, Origin};
use kernel::{RequestId, Timestamp};

use crate::limits::Budget;
use crate::listener::Peer;
use crate::network;
use crate::routes::{Kind, RouteInfo};
use crate::settings::Settings;

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
/// RFC 9110 has no limit for `User-Agent`; the audit log has.
const USER_AGENT_CHARACTERS: usize = 256;

pub(crate) struct Context {
    pub(crate) id: RequestId,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) client: Option<IpAddr>,
    pub(crate) htmx: bool,
    pub(crate) route: OnceLock<Arc<RouteInfo>>,
    pub(crate) caller: OnceLock<Caller>,
    pub(crate) budget: OnceLock<Budget>,
}

impl Context {
    pub(crate) fn new(settings: &Settings, parts: &Parts, now: Timestamp) -> Arc<Self> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
        Arc::new(Self {
            id: request_id(now),
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            client: peer.map(|peer| network::client(peer, &settings.behind_proxy, &parts.headers)),
            htmx: parts.headers.get(HX_REQUEST).is_some_and(|value| value == "true"),
            route: OnceLock::new(),
            caller: OnceLock::new(),
            budget: OnceLock::new(),
        })
    }

    pub(crate) fn of(parts: &Parts) -> Option<Arc<Self>> {
        parts.extensions.get::<Arc<Self>>().cloned()
    }

    pub(crate) fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// Programs and htmx get a problem, people a page.
    pub(crate) fn wants_problem(&self) -> bool {
        self.htmx
            || match self.route.get() {
                Some(route) => route.kind != Kind::Page,
                None => self.uri.path().starts_with("/api/"),
            }
    }

    pub(crate) fn origin(&self, headers: &HeaderMap) -> Origin {
        let user_agent = headers
            .get(http::header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(USER_AGENT_CHARACTERS).collect());
        Origin { ip: self.client, user_agent }
    }
}

/// Request ids name, they do not protect: a counter under one random start, without a system call
/// for each request.
fn request_id(now: Timestamp) -> RequestId {
    static START: LazyLock<[u64; 2]> = LazyLock::new(|| {
        let bytes = kernel::crypto::random::<16>();
        let (high, low) = bytes.split_at(8);
        [high, low].map(|half| half.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = START[0].wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed));
    let mixed = (count ^ (count >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ START[1];
    let mut random = [0; 10];
    random[..8].copy_from_slice(&mixed.to_be_bytes());
    random[8..].copy_from_slice(&START[1].to_be_bytes()[..2]);
    let millis = u64::try_from(now.micros() / 1_000).unwrap_or(0);
    RequestId::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}
