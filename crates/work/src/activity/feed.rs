//! Updates and activity of an item in one order, as its page shows them.

use ::store::TenantTx;
use kernel::{Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Activity, ActivityId};
use crate::items::ItemId;
use crate::updates::{self, Update, UpdateId};

/// One entry.
#[derive(Debug, Clone)]
pub enum Entry {
    Update(Update),
    Activity(Activity),
}

/// Where a stretch of the feed begins, for asking what came before. A cursor's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    at: i64,
    id: Uuid,
}

/// A stretch of the feed, oldest first.
#[derive(Debug, Clone)]
pub struct Stretch {
    pub entries: Vec<Entry>,
    /// Where to ask for what came before; none at the beginning.
    pub earlier: Option<Place>,
}

impl Entry {
    pub(crate) fn place(&self) -> Place {
        let (at, id) = match self {
            Self::Update(update) => (update.created_at.0, update.id.uuid()),
            Self::Activity(activity) => (activity.at.0, activity.id.uuid()),
        };
        Place { at: at.micros(), id }
    }
}

/// The newest `limit` entries before a place. The item's existence is the caller's question.
pub async fn before(tx: &mut TenantTx, item: ItemId, place: Option<Place>, limit: usize) -> Result<Stretch> {
    let fetch = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let at = |place: Place| Timestamp::from_micros(place.at);
    let updates =
        updates::latest(tx, item, place.map(|place| (at(place), UpdateId::from_uuid(place.id))), fetch)
            .await?;
    let activity =
        super::page(tx, item, place.map(|place| (at(place), ActivityId::from_uuid(place.id))), fetch).await?;
    let mut entries: Vec<Entry> =
        updates.into_iter().map(Entry::Update).chain(activity.into_iter().map(Entry::Activity)).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let earlier = entries.last().filter(|_| more).map(Entry::place);
    entries.reverse();
    Ok(Stretch { entries, earlier })
}
