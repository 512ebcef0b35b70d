//! A board around its items: where they stand, what they are called, and what the caller may do.

use kernel::Result;
use kernel::access::Caller;
use store::{TenantTx, params};
use web::words::Words;

use super::card::{Legend, whole};
use super::choice::palette;
use super::due::Today;
use super::may::May;
use super::people::People;
use crate::boards::{self, Board, BoardId};
use crate::groups;
use crate::items::list;
use crate::labels::{self, Label};
use crate::members::{self, Member};
use crate::projects::{self, Project};

store::statements! {
    tenant PEOPLE = "SELECT count(*) FROM members WHERE workspace_id = $1 AND status = 'active'";
}

pub(crate) struct BoardHead {
    pub id: String,
    pub name: String,
    pub url: String,
    pub project: ProjectRef,
    pub may: May,
    /// People who can open it, for the button "Who can see this".
    pub people: usize,
    pub archived_items: usize,
}

impl BoardHead {
    pub fn table_url(&self) -> String {
        format!("{}/table", self.url)
    }
}

pub(crate) struct ProjectRef {
    pub name: String,
    pub url: String,
}

/// A group as it is shown; its cards are those of this page.
pub(crate) struct Group {
    pub id: String,
    pub name: String,
    pub tag: u8,
    /// Of all items that pass the filter, shown or not.
    pub count: usize,
    pub wip_limit: Option<usize>,
    pub cards: Vec<super::card::Card>,
    /// Address of the next cards.
    pub more: Option<String>,
}

impl Group {
    pub fn empty(group: &groups::Group, count: i64) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name.clone(),
            tag: palette(group.color),
            count: whole(count),
            wip_limit: group.wip_limit.map(whole),
            cards: Vec::new(),
            more: None,
        }
    }

    pub fn over_limit(&self) -> bool {
        self.wip_limit.is_some_and(|limit| self.count > limit)
    }
}

/// A board and what its items speak of.
pub(crate) struct Setting {
    pub board: Board,
    pub project: Project,
    pub labels: Vec<Label>,
    pub members: Vec<Member>,
}

impl Setting {
    pub async fn load(tx: &mut TenantTx, board: BoardId) -> Result<Self> {
        let board = boards::find(tx, board).await?;
        let project = projects::find(tx, board.project_id).await?;
        let labels = labels::of_project(tx, project.id).await?;
        Ok(Self { board, project, labels, members: members::everybody(tx).await? })
    }

    /// The counts that stand in the bar of a board's pages: people, archived items.
    pub async fn counts(&self, tx: &mut TenantTx) -> Result<(usize, usize)> {
        let workspace = tx.workspace();
        let (people,): (i64,) = tx.one(&PEOPLE, params![workspace]).await?;
        let archived = list::archived_count(tx, self.board.id).await?;
        Ok((whole(people), whole(archived)))
    }

    pub fn legend<'a>(&'a self, people: &'a People, today: &'a Today, w: &'static Words) -> Legend<'a> {
        let labels = self.labels.iter().map(|label| (label.id, label)).collect();
        Legend { w, key: &self.project.key, labels, people, today }
    }

    /// What is archived takes nothing new.
    pub fn is_archived(&self) -> bool {
        self.board.archived || self.project.archived
    }

    pub fn head(&self, caller: &Caller, (people, archived_items): (usize, usize)) -> BoardHead {
        BoardHead {
            id: self.board.id.to_string(),
            name: self.board.name.clone(),
            url: url(self.board.id),
            project: ProjectRef {
                name: self.project.name.clone(),
                url: projects::page::url(self.project.id),
            },
            may: if self.is_archived() { May::default() } else { May::on_board(caller) },
            people,
            archived_items,
        }
    }
}

pub(crate) fn url(id: BoardId) -> String {
    format!("/boards/{id}")
}
