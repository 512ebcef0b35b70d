//! Updates and activity of an item, in one order.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::{Area, Caller, Level};
use kernel::{Error, Result};
use serde::Deserialize;
use store::TenantTx;
use web::page::{Page, Person, Time};
use web::words::Words;
use web::{Answer, App, Cursor, Html, Params, PathId, Signed, Visit};

use super::sentence;
use crate::activity::feed::{Entry, Place, Stretch, before};
use crate::items::{self, ItemId};
use crate::markdown;
use crate::members;
use crate::page::card::url;
use crate::page::due::Today;
use crate::page::people::People;
use crate::updates;

/// Entries at a time, and bytes of Markdown in them.
const MANY: usize = 40;
const HEAVIEST: usize = 200_000;

pub(crate) enum FeedEntry {
    Update(Update),
    Activity(Activity),
}

pub(crate) struct Update {
    pub id: String,
    pub author: Person,
    pub at: Time,
    pub edited: bool,
    pub html: String,
    pub markdown: String,
    pub may_edit: bool,
    pub may_delete: bool,
}

pub(crate) struct Activity {
    pub actor: Person,
    pub at: Time,
    /// `changed the status from To do to Doing`
    pub text: String,
}

/// GET /items/{id}/feed?before=…: earlier entries, oldest first.
#[derive(Template)]
#[template(path = "items/feed_page.html")]
struct FeedPage {
    page: Page,
    feed: Vec<FeedEntry>,
    earlier: Option<String>,
}

/// The newest entries before a place: as many as one reads at a time.
pub(super) async fn newest(tx: &mut TenantTx, item: ItemId, place: Option<Place>) -> Result<Stretch> {
    Ok(bounded(before(tx, item, place, MANY).await?))
}

/// Without the older ones where there is too much text; there is always one.
fn bounded(mut stretch: Stretch) -> Stretch {
    let mut left = HEAVIEST;
    let heavy = stretch.entries.iter().rev().take_while(|entry| {
        left = left.saturating_sub(weight(entry));
        left > 0
    });
    let kept = heavy.count().max(1);
    let gone = stretch.entries.len().saturating_sub(kept);
    if gone > 0 {
        stretch.entries.drain(..gone);
        stretch.earlier = stretch.entries.first().map(Entry::place);
    }
    stretch
}

/// Bytes of Markdown in it.
pub(super) fn weight(entry: &Entry) -> usize {
    match entry {
        Entry::Update(update) => update.body.len(),
        Entry::Activity(_) => 0,
    }
}

/// Who reads a feed, and what they know.
pub(super) struct Reader<'a> {
    pub people: &'a People,
    pub today: &'a Today,
    pub w: &'static Words,
    pub caller: &'a Caller,
    pub may_write: bool,
}

impl Reader<'_> {
    /// The entries, and the address of what came before.
    pub fn entries(&self, item: ItemId, stretch: Stretch) -> (Vec<FeedEntry>, Option<String>) {
        let earlier = stretch.earlier.and_then(|place| Cursor::write(&place).ok());
        let earlier = earlier.map(|place| format!("{}/feed?before={place}", url(item)));
        (stretch.entries.into_iter().map(|entry| self.entry(entry)).collect(), earlier)
    }

    fn entry(&self, entry: Entry) -> FeedEntry {
        match entry {
            Entry::Update(update) => FeedEntry::Update(self.update(update)),
            Entry::Activity(activity) => FeedEntry::Activity(Activity {
                actor: self.people.actor(activity.actor.as_ref(), self.w),
                at: self.today.time(activity.at.0),
                text: sentence::of(&activity, self.people, self.today, self.w),
            }),
        }
    }

    fn update(&self, update: updates::Update) -> Update {
        let own = update.author.as_ref().is_some_and(|author| author.id == self.caller.user());
        let all = self.caller.may(Area::Tasks, Level::Full);
        Update {
            id: update.id.to_string(),
            author: self.people.actor(update.author.as_ref(), self.w),
            at: self.today.time(update.created_at.0),
            edited: update.edited_at.is_some(),
            html: markdown::render(&update.body),
            markdown: update.body,
            may_edit: self.may_write && own,
            may_delete: self.may_write && (own || all),
        }
    }
}

/// Bytes of Markdown that are read at once; more would keep a worker from answering others.
const LIGHT: usize = 16_000;

/// Draws what has `weight` bytes of Markdown in it.
pub(super) async fn aside<T: Send + 'static>(
    weight: usize,
    draw: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    if weight <= LIGHT {
        return Ok(draw());
    }
    tokio::task::spawn_blocking(draw).await.map_err(Error::internal)
}

#[derive(Deserialize)]
pub(super) struct Earlier {
    before: Option<String>,
}

pub(super) async fn earlier(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<ItemId>,
    Params(query): Params<Earlier>,
) -> Answer<Response> {
    let bad = || Error::malformed("bad_cursor", "The cursor is not one that this list gave.");
    let place: Option<Place> =
        query.before.as_deref().map(|text| Cursor::read(text).ok_or_else(bad)).transpose()?;
    let (stretch, members) = app
        .store
        .tenant(&caller)
        .read(async move |tx| {
            items::find(tx, id).await?;
            Ok((newest(tx, id, place).await?, members::everybody(tx).await?))
        })
        .await?;
    let page = visit.fragment(&app);
    let (w, today) = (page.w, Today::at(app.now(), visit.zone(&page)));
    let weight = stretch.entries.iter().map(weight).sum();
    let draw = move || {
        let people = People::of(&members);
        let may_write = caller.may(Area::Tasks, Level::Limited);
        Reader { people: &people, today: &today, w, caller: &caller, may_write }.entries(id, stretch)
    };
    let (feed, earlier) = aside(weight, draw).await?;
    Ok(Html(FeedPage { page, feed, earlier }).into_response())
}
