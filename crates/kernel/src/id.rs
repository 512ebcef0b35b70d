//! Typed ids: a UUIDv7 (RFC 9562 section 5.7) inside, `prefix_` and 26 characters of Crockford's
//! base 32 outside (`item_01jd3k…`), so that an id of one kind is never taken for another's.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::clock::Timestamp;

/// What an id stands for; gives the prefix of its text.
pub trait Kind: 'static {
    /// Lower-case letters, without the underscore.
    const PREFIX: &'static str;
}

/// Makes a kind and its id type: `kernel::id!(pub ItemId, Item, "item");`
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $vis:vis $name:ident, $kind:ident, $prefix:literal) => {
        #[doc = concat!("The kind behind ids that begin with `", $prefix, "_`.")]
        $vis enum $kind {}
        impl $crate::id::Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        $vis type $name = $crate::id::Id<$kind>;
    };
}

id!(pub WorkspaceId, Workspace, "ws");
id!(pub UserId, User, "user");
id!(pub SessionId, Session, "ses");
id!(pub RequestId, Request, "req");
id!(pub AuditId, AuditRecord, "aud");

/// The id of one thing of kind `K`.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// A new id that sorts by `now` (to the millisecond) and is otherwise random.
    pub fn new(now: Timestamp) -> Self {
        let random = crate::crypto::random::<10>();
        let millis = u64::try_from(now.micros() / 1_000).unwrap_or(0);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The time that [`Id::new`] was given, to the millisecond; none for a UUID of another version.
    pub fn made_at(self) -> Option<Timestamp> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        let seconds = Timestamp::from_seconds(i64::try_from(seconds).ok()?);
        Some(seconds.plus(Duration::from_nanos(nanos.into())))
    }
}

/// The text was not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not an id of the right kind")
    }
}

impl std::error::Error for NotAnId {}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LENGTH: usize = 26;
/// Bytes of an id with a prefix of up to 13 letters.
const LONGEST: usize = 40;

fn encode(uuid: Uuid) -> [u8; TEXT_LENGTH] {
    let mut rest = uuid.as_u128();
    let mut text = [0; TEXT_LENGTH];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    text
}

/// Only the one canonical spelling is taken, so that two texts never name one thing.
fn decode(text: &[u8]) -> Option<Uuid> {
    if text.len() != TEXT_LENGTH || text[0] > b'7' {
        return None;
    }
    text.iter()
        .try_fold(0u128, |value, letter| {
            let digit = ALPHABET.iter().position(|known| known == letter)?;
            Some((value << 5) | digit as u128)
        })
        .map(Uuid::from_u128)
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = encode(self.0);
        write!(f, "{}_{}", K::PREFIX, std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .and_then(|rest| decode(rest.as_bytes()))
            .map(Self::from_uuid)
            .ok_or(NotAnId)
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Through a formatter it would take several times as long, and lists are full of ids.
        let (prefix, id) = (K::PREFIX.as_bytes(), encode(self.0));
        let mut text = [b'_'; LONGEST];
        match text.get_mut(..prefix.len() + 1 + TEXT_LENGTH) {
            Some(text) => {
                text[..prefix.len()].copy_from_slice(prefix);
                text[prefix.len() + 1..].copy_from_slice(&id);
                serializer.serialize_str(std::str::from_utf8(text).unwrap_or_default())
            }
            None => serializer.collect_str(self),
        }
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| de::Error::custom(format_args!("must be an id like {}_…", K::PREFIX)))
    }
}

impl<K: Kind> utoipa::PartialSchema for Id<K> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", K::PREFIX)))
            .into()
    }
}

impl<K: Kind> utoipa::ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}_id", K::PREFIX).into()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_id_are_the_same_thing() {
        let id = UserId::new(Timestamp::from_micros(1_760_000_000_000_000));
        let text = id.to_string();
        assert!(text.starts_with("user_") && text.len() == 5 + TEXT_LENGTH, "{text}");
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(serde_json::from_str::<UserId>(&format!("\"{text}\"")).unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
    }

    #[test]
    fn only_the_canonical_spelling_of_the_right_kind_is_an_id() {
        let id = UserId::from_uuid(Uuid::from_u128(u128::MAX));
        let text = id.to_string();
        assert_eq!(text, "user_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        for wrong in [
            text.to_uppercase(),
            text.replace("user_", "ws_"),
            text.replace("user_", "user"),
            text.replace("_7", "_8"),
            text.replace('z', "l"),
            format!("{text}0"),
            String::new(),
        ] {
            assert_eq!(wrong.parse::<UserId>(), Err(NotAnId), "{wrong}");
        }
    }

    #[test]
    fn ids_sort_by_time() {
        let early = UserId::new(Timestamp::from_micros(1_000_000));
        let late = UserId::new(Timestamp::from_micros(2_000_000));
        assert!(early < late);
    }

    #[test]
    fn an_id_says_when_it_was_made() {
        let now = Timestamp::from_micros(1_760_000_000_123_000);
        assert_eq!(UserId::new(now).made_at(), Some(now));
        assert_eq!(UserId::from_uuid(Uuid::from_u128(u128::MAX)).made_at(), None);
    }
}
