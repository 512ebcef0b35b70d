//! An opened item.

use kernel::Result;
use kernel::access::Caller;
use store::TenantTx;
use web::words::Words;

use super::feed::{self, FeedEntry, Reader};
use crate::activity::feed::Stretch;
use crate::checklists;
use crate::groups::{self, Group};
use crate::items::{self, ItemId, ItemRow};
use crate::links;
use crate::markdown;
use crate::page::board::{BoardHead, Setting};
use crate::page::card::{Card, Progress};
use crate::page::due::{Due, Today};
use crate::page::may::May;
use crate::page::people::People;

/// What the page of an item shows; `card` is its head.
pub(crate) struct Detail {
    pub card: Card,
    pub board: BoardHead,
    /// On this item: who files one may edit it.
    pub may: May,
    pub group: String,
    /// Cleaned HTML of the Markdown; empty when there is none.
    pub description_html: String,
    pub description: String,
    pub start: Option<Due>,
    pub checklists: Vec<Checklist>,
    pub attachments: Vec<Attachment>,
    /// Updates and activity in one order, oldest first.
    pub feed: Vec<FeedEntry>,
    /// Address of what came before: `/items/{id}/feed?before=…`.
    pub earlier: Option<String>,
    pub version: i64,
}

pub(crate) struct Checklist {
    pub id: String,
    pub title: String,
    pub progress: Progress,
    pub entries: Vec<Entry>,
}

pub(crate) struct Entry {
    pub id: String,
    pub text: String,
    pub done: bool,
}

pub(crate) struct Attachment {
    pub name: String,
    pub url: String,
    /// `trello.com`
    pub host: String,
}

/// All that is read for it, in one transaction.
pub(crate) struct Opened {
    pub item: ItemRow,
    pub setting: Setting,
    group: Group,
    checklists: Vec<checklists::Checklist>,
    links: Vec<links::Link>,
    feed: Stretch,
}

impl Opened {
    pub async fn load(tx: &mut TenantTx, id: ItemId) -> Result<Self> {
        let item = items::find(tx, id).await?;
        let setting = Setting::load(tx, item.board_id).await?;
        let group = groups::find(tx, item.board_id, item.group_id).await?;
        let checklists = checklists::of_item(tx, &item).await?;
        let links = links::of_item(tx, id).await?;
        let feed = feed::newest(tx, id, None).await?;
        Ok(Self { item, setting, group, checklists, links, feed })
    }

    /// The item as this caller sees it.
    pub async fn detail(self, caller: &Caller, today: &Today, w: &'static Words) -> Result<Detail> {
        let updates: usize = self.feed.entries.iter().map(feed::weight).sum();
        let (caller, today) = (caller.clone(), today.clone());
        feed::aside(self.item.description.len() + updates, move || self.draw(&caller, &today, w)).await
    }

    fn draw(self, caller: &Caller, today: &Today, w: &'static Words) -> Detail {
        let people = People::of(&self.setting.members);
        let card = self.setting.legend(&people, today, w).card(&self.item);
        let board = self.setting.head(caller, (0, 0));
        let may =
            if self.setting.is_archived() { board.may } else { May::on_item(caller, self.item.created_by) };
        let reader = Reader { people: &people, today, w, caller, may_write: may.comment };
        let (feed, earlier) = reader.entries(self.item.id, self.feed);
        Detail {
            card,
            board,
            may,
            group: self.group.name,
            description_html: markdown::render(&self.item.description),
            description: self.item.description,
            start: self.item.start_on.as_ref().map(|date| today.due(date.as_str(), true)),
            checklists: self.checklists.into_iter().map(checklist).collect(),
            attachments: self.links.into_iter().map(attachment).collect(),
            feed,
            earlier,
            version: self.item.version,
        }
    }
}

fn checklist(list: checklists::Checklist) -> Checklist {
    let entry =
        |entry: checklists::Entry| Entry { id: entry.id.to_string(), text: entry.text, done: entry.done };
    let done = list.entries.iter().filter(|entry| entry.done).count();
    Checklist {
        id: list.id.to_string(),
        title: list.title,
        progress: Progress { done, total: list.entries.len() },
        entries: list.entries.into_iter().map(entry).collect(),
    }
}

fn attachment(link: links::Link) -> Attachment {
    let rest = link.url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).to_owned();
    Attachment { name: link.name, host, url: link.url }
}
