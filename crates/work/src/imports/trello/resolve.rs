//! The second pass: every field is right, every reference leads somewhere, everything is counted.

use std::collections::{HashMap, HashSet};

use super::actions::{self, Outcome};
use super::cards;
use super::checked::Checked;
use super::document::{Found, Sink};
use super::error::ImportError;
use super::ident::SourceId;
use super::identify::Identified;
use super::index::{ActionAt, CardAt, ChecklistAt, Span, oldest_first};
use super::limits::Limits;
use super::model::{Activity, Change};
use super::node::Node;
use super::shape::Section;
use super::tally::Kind;

type Read<T> = Result<T, ImportError>;

pub(super) struct Resolve<'a> {
    limits: &'a Limits,
    known: Identified,
    cards: Vec<CardAt>,
    /// Of each card its group and sort key.
    places: Vec<(u32, f64)>,
    archived: u64,
    /// When and by whom cards were made, by their place in the file.
    births: HashMap<u32, (i64, Option<SourceId>)>,
    checklists: Vec<ChecklistAt>,
    comments: Vec<ActionAt>,
    activity: Vec<ActionAt>,
    /// People whom something names that is taken.
    used: HashSet<SourceId>,
}

impl<'a> Resolve<'a> {
    pub fn new(limits: &'a Limits, known: Identified) -> Self {
        Self {
            limits,
            known,
            cards: Vec::new(),
            places: Vec::new(),
            archived: 0,
            births: HashMap::new(),
            checklists: Vec::new(),
            comments: Vec::new(),
            activity: Vec::new(),
            used: HashSet::new(),
        }
    }

    pub fn finish(self) -> Checked {
        let Self { known, mut cards, places, births, mut checklists, .. } = self;
        let Identified { board, groups, labels, people, known, mut tally } = known;
        for (card, (at, person)) in births {
            if let Some(card) = cards.get_mut(card as usize) {
                (card.created, card.creator) = (at, person);
            }
        }
        rank(&mut cards, &places);
        checklists.sort_by(|a, b| {
            a.card.cmp(&b.card).then(a.pos.total_cmp(&b.pos)).then(a.span.index.cmp(&b.span.index))
        });
        let (mut comments, mut activity) = (self.comments, self.activity);
        oldest_first(&mut comments);
        oldest_first(&mut activity);
        let people = people.finish(&self.used, &mut tally);
        let archived_lists = groups.iter().filter(|group| group.closed).count() as u64;
        Checked {
            summary: tally.summary(board, self.archived, archived_lists),
            groups,
            labels,
            people,
            known,
            cards,
            checklists,
            comments,
            activity,
            limits: self.limits.clone(),
        }
    }

    fn card(&mut self, found: &Found<'_>) -> Read<()> {
        let Identified { known, tally, .. } = &mut self.known;
        let card = cards::card(&found.field, known, self.limits, tally)?;
        let place = found.field.get("pos").maybe_number()?.unwrap_or(f64::MAX);
        let group = known.groups.get(&card.group).copied().unwrap_or_default();
        self.used.extend(card.members);
        self.archived += u64::from(card.closed);
        self.places.push((group, place));
        let (created, creator) = (card.created, None);
        self.cards.push(CardAt { span: found.span(), rank: 0, created, creator });
        Ok(())
    }

    fn checklist(&mut self, found: &Found<'_>) -> Read<()> {
        let mut counted = super::tally::Tally::default();
        let checklist = cards::checklist(&found.field, self.limits, &mut counted)?;
        let pos = found.field.get("pos").maybe_number()?.unwrap_or(f64::MAX);
        let card = found.field.get("idCard").id()?;
        match self.known.known.cards.get(&card) {
            Some(&card) => {
                self.known.tally.add(counted);
                self.checklists.push(ChecklistAt { span: found.span(), card, pos });
            }
            None => cards::loose_checklist(&checklist, &mut self.known.tally),
        }
        Ok(())
    }

    fn action(&mut self, found: &Found<'_>) -> Read<()> {
        let Identified { known, tally, .. } = &mut self.known;
        match actions::action(&found.field, known, self.limits)? {
            Outcome::LeftOut(kind, reason) => tally.leave(kind, reason, 1),
            Outcome::Comment(comment) => {
                tally.take(Kind::Comments, 1);
                self.used.extend(comment.author);
                self.comments.push(ActionAt { span: found.span(), at: comment.at });
            }
            Outcome::Activity(activity) => {
                tally.take(Kind::Activity, 1);
                self.activity.push(ActionAt { span: found.span(), at: activity.at });
                self.note(&activity);
            }
        }
        Ok(())
    }

    /// Keeps whom an activity names, and whose birth it tells.
    fn note(&mut self, activity: &Activity) {
        self.used.extend(activity.person);
        for change in &activity.changes {
            match change {
                Change::MemberAdded { person } | Change::MemberRemoved { person } => {
                    self.used.insert(*person);
                }
                Change::Created { .. } => {
                    if let Some(card) = self.known.known.cards.get(&activity.card) {
                        self.births.insert(*card, (activity.at, activity.person));
                    }
                }
                _ => {}
            }
        }
    }
}

impl Sink for Resolve<'_> {
    fn wants(&mut self, section: Section) -> bool {
        matches!(section, Section::Actions | Section::Cards | Section::Checklists)
    }

    fn header(&mut self, _key: &'static str, _node: Node) -> Read<()> {
        Ok(())
    }

    fn element(&mut self, found: Found<'_>) -> Read<()> {
        match found.section {
            Section::Actions => self.action(&found),
            Section::Cards => self.card(&found),
            Section::Checklists => self.checklist(&found),
            Section::Labels | Section::Lists | Section::Members => Ok(()),
        }
    }
}

impl Found<'_> {
    fn span(&self) -> Span {
        Span { offset: self.offset, length: self.length, index: self.index }
    }
}

/// Gives every card its place in its group: by sort key, then as in the file.
fn rank(cards: &mut [CardAt], places: &[(u32, f64)]) {
    let mut order: Vec<u32> = (0..).take(places.len()).collect();
    let place = |card: u32| places.get(card as usize).copied().unwrap_or_default();
    order.sort_by(|a, b| {
        let ((group_a, key_a), (group_b, key_b)) = (place(*a), place(*b));
        group_a.cmp(&group_b).then(key_a.total_cmp(&key_b)).then(a.cmp(b))
    });
    let (mut rank, mut last) = (0, None);
    for card in order {
        let group = place(card).0;
        rank = if last == Some(group) { rank + 1 } else { 0 };
        last = Some(group);
        if let Some(card) = cards.get_mut(card as usize) {
            card.rank = rank;
        }
    }
}
