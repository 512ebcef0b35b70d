//! The first pass: that the file is whole, and what ids it has.

use std::collections::HashSet;

use super::board::{self, Header, People, duplicate};
use super::document::{Found, Sink};
use super::error::{ErrorKind, ImportError};
use super::field::Field;
use super::foreign;
use super::ident::SourceId;
use super::known::Known;
use super::limits::Limits;
use super::model::{Board, Group, Label};
use super::node::Node;
use super::shape::Section;
use super::tally::{Kind, Tally};

type Read<T> = Result<T, ImportError>;

/// What the first pass leaves to the second.
pub(super) struct Identified {
    pub board: Board,
    /// In their order on the board.
    pub groups: Vec<Group>,
    pub labels: Vec<Label>,
    pub people: People,
    pub known: Known,
    pub tally: Tally,
}

pub(super) struct Identify<'a> {
    limits: &'a Limits,
    header: Header,
    groups: Vec<(f64, Group)>,
    labels: Vec<Label>,
    /// Labels as cards carry them, by the order in which they were met: Trello's own export may
    /// stop at 50 labels of a board.
    carried: Vec<(Label, Tally)>,
    carried_ids: HashSet<SourceId>,
    people: People,
    known: Known,
    tally: Tally,
    checklists: HashSet<SourceId>,
    entries: HashSet<SourceId>,
    actions: HashSet<SourceId>,
    has_lists: bool,
    has_cards: bool,
}

impl<'a> Identify<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            header: Header::default(),
            groups: Vec::new(),
            labels: Vec::new(),
            carried: Vec::new(),
            carried_ids: HashSet::new(),
            people: People::default(),
            known: Known::default(),
            tally: Tally::default(),
            checklists: HashSet::new(),
            entries: HashSet::new(),
            actions: HashSet::new(),
            has_lists: false,
            has_cards: false,
        }
    }

    pub fn finish(self) -> Read<Identified> {
        let Self { header, mut groups, mut labels, people, mut known, mut tally, .. } = self;
        for (has, name) in [(self.has_lists, "lists"), (self.has_cards, "cards")] {
            if !has {
                return Err(foreign::no_board(name, header.one_card));
            }
        }
        let Some(board) = header.board() else { return Err(foreign::no_board("id", false)) };
        groups.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
        for (rank, group) in (0..).zip(&mut groups) {
            group.rank = rank;
            known.groups.insert(group.id, rank);
        }
        for (label, fitted) in self.carried {
            if known.labels.insert(label.id) {
                labels.push(label);
                tally.add(fitted);
            }
        }
        tally.take(Kind::Board, 1);
        tally.take(Kind::Lists, groups.len() as u64);
        tally.take(Kind::Labels, labels.len() as u64);
        Ok(Identified { board, groups, labels, people, known, tally })
    }

    fn most(&self, section: Section) -> u32 {
        match section {
            Section::Actions => self.limits.actions,
            Section::Cards => self.limits.cards,
            Section::Checklists => self.limits.checklists,
            Section::Labels => self.limits.labels,
            Section::Lists => self.limits.lists,
            Section::Members => self.limits.people,
        }
    }

    fn list(&mut self, list: &Field<'_, '_>) -> Read<()> {
        let (place, group) = board::group(list, self.limits, &mut self.tally)?;
        if self.known.groups.insert(group.id, 0).is_some() {
            return Err(duplicate(&list.get("id"), "list"));
        }
        self.groups.push((place, group));
        Ok(())
    }

    fn label(&mut self, label: &Field<'_, '_>) -> Read<()> {
        let made = board::label(label, self.limits, &mut self.tally)?;
        if !self.known.labels.insert(made.id) {
            return Err(duplicate(&label.get("id"), "label"));
        }
        self.labels.push(made);
        Ok(())
    }

    fn card(&mut self, card: &Field<'_, '_>, index: u32) -> Read<()> {
        if self.known.cards.insert(card.get("id").id()?, index).is_some() {
            return Err(duplicate(&card.get("id"), "card"));
        }
        for member in card.get("idMembers").list()? {
            self.people.mention(&member, self.limits)?;
        }
        for label in card.get("labels").list()? {
            self.carry(&label)?;
        }
        Ok(())
    }

    fn carry(&mut self, label: &Field<'_, '_>) -> Read<()> {
        label.object()?;
        let Some(id) = label.get("id").maybe_id()? else { return Ok(()) };
        if self.known.labels.contains(&id) || !self.carried_ids.insert(id) {
            return Ok(());
        }
        if self.carried.len() >= self.limits.labels as usize {
            let message = format!("the export has more than {} labels", self.limits.labels);
            return Err(label.fail(ErrorKind::TooLarge, message));
        }
        let mut fitted = Tally::default();
        self.carried.push((board::label(label, self.limits, &mut fitted)?, fitted));
        Ok(())
    }

    fn checklist(&mut self, checklist: &Field<'_, '_>) -> Read<()> {
        if !self.checklists.insert(checklist.get("id").id()?) {
            return Err(duplicate(&checklist.get("id"), "checklist"));
        }
        for entry in checklist.get("checkItems").list()? {
            let id = entry.get("id");
            if !self.entries.insert(id.id()?) {
                return Err(duplicate(&id, "checklist entry"));
            }
            if self.entries.len() > self.limits.entries as usize {
                let message = format!("the export has more than {} entries", self.limits.entries);
                return Err(entry.fail(ErrorKind::TooLarge, message));
            }
        }
        Ok(())
    }

    fn action(&mut self, action: &Field<'_, '_>) -> Read<()> {
        if !self.actions.insert(action.get("id").id()?) {
            return Err(duplicate(&action.get("id"), "action"));
        }
        for named in ["memberCreator", "member"] {
            self.people.name(&action.get(named), self.limits)?;
        }
        let data = action.get("data");
        data.maybe_object()?;
        self.people.mention(&action.get("idMemberCreator"), self.limits)?;
        self.people.mention(&data.get("idMember"), self.limits)?;
        self.people.mention(&data.get("member").get("id"), self.limits)?;
        self.people.mention(&data.get("idOriginalCommenter"), self.limits)
    }
}

impl Sink for Identify<'_> {
    fn wants(&mut self, section: Section) -> bool {
        self.has_lists |= section == Section::Lists;
        self.has_cards |= section == Section::Cards;
        true
    }

    fn header(&mut self, key: &'static str, node: Node) -> Read<()> {
        let field = Field::top(key, Some(&node));
        self.header.take(key, &field, self.limits, &mut self.tally)
    }

    fn element(&mut self, found: Found<'_>) -> Read<()> {
        let most = self.most(found.section);
        if found.index >= most {
            let message = format!("the export has more than {most} {}", found.section.key());
            return Err(found.field.fail(ErrorKind::TooLarge, message));
        }
        match found.section {
            Section::Actions => self.action(&found.field),
            Section::Cards => self.card(&found.field, found.index),
            Section::Checklists => self.checklist(&found.field),
            Section::Labels => self.label(&found.field),
            Section::Lists => self.list(&found.field),
            Section::Members => self.people.member(&found.field, self.limits, &mut self.tally),
        }
    }
}
