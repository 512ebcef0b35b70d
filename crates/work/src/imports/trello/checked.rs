//! An export that was found right as a whole, and what can be read from it, chunk by chunk.

use super::actions::{self, Outcome};
use super::cards;
use super::error::{ErrorKind, ImportError};
use super::field::Field;
use super::index::{ActionAt, CardAt, ChecklistAt, Span};
use super::known::Known;
use super::limits::Limits;
use super::model::{Activity, Board, Card, Chunk, Comment, Group, Label, Person};
use super::shape::Section;
use super::source::Source;
use super::sweep::{Stop, sweep};
use super::tally::{Summary, Tally};

type Read<T> = Result<T, ImportError>;

/// The plan of an import: small things in memory, cards and history as an index into the file.
///
/// Write groups, labels and people first, then cards, then comments and activity. Every chunk is
/// addressed by the place of its first item, the same on every run over the same file, so that an
/// import that stopped goes on where its last chunk ended. It takes some 40 bytes a card,
/// checklist or action.
#[derive(Debug)]
pub struct Checked {
    pub(super) summary: Summary,
    pub(super) groups: Vec<Group>,
    pub(super) labels: Vec<Label>,
    pub(super) people: Vec<Person>,
    pub(super) known: Known,
    pub(super) cards: Vec<CardAt>,
    pub(super) checklists: Vec<ChecklistAt>,
    pub(super) comments: Vec<ActionAt>,
    pub(super) activity: Vec<ActionAt>,
    pub(super) limits: Limits,
}

impl Checked {
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.summary.board
    }

    /// Counts, what stays behind and why: the answer to a dry run.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// In their order on the board.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Members of the board first; everybody whom cards, comments and activity name is here.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    #[must_use]
    pub fn card_count(&self) -> usize {
        self.cards.len()
    }

    #[must_use]
    pub fn comment_count(&self) -> usize {
        self.comments.len()
    }

    #[must_use]
    pub fn activity_count(&self) -> usize {
        self.activity.len()
    }

    /// At most `most` cards with their checklists, in the order of the file, from place `from`.
    /// Ends sooner where a chunk would hold too much; one card always comes, unless all are done.
    ///
    /// # Errors
    /// [`ErrorKind::Unreadable`], or [`ErrorKind::Changed`] if the source is not the checked one.
    pub fn cards(&self, source: &dyn Source, from: usize, most: usize) -> Read<Chunk<Card>> {
        let wanted = self.cards.get(from..).unwrap_or_default();
        let weight = |place: usize, card: &CardAt| {
            let lists = self.checklists_of(place).iter();
            lists.map(|list| u64::from(list.span.length)).sum::<u64>() + u64::from(card.span.length)
        };
        let count = self.fitting(wanted.iter().zip(from..).map(|(card, at)| weight(at, card)), most);
        let wanted = wanted.get(..count).unwrap_or_default();

        let mut stops = Vec::new();
        for (slot, card) in wanted.iter().enumerate() {
            stops.push(Job::Card(slot).at(card.span));
            let lists = self.checklists_of(from + slot).iter().enumerate();
            stops.extend(lists.map(|(nth, list)| Job::Checklist(slot, nth).at(list.span)));
        }
        let mut cards: Vec<Option<Card>> = wanted.iter().map(|_| None).collect();
        let mut lists = Vec::new();
        let mut uncounted = Tally::default();
        self.sweep(source, stops, |job, field| {
            match job {
                Job::Card(slot) => {
                    let card = cards::card(field, &self.known, &self.limits, &mut uncounted)?;
                    if let Some(place) = cards.get_mut(slot) {
                        *place = Some(card);
                    }
                }
                Job::Checklist(slot, nth) => {
                    let list = cards::checklist(field, &self.limits, &mut uncounted)?;
                    lists.push((slot, nth, list));
                }
                Job::Action(_) => {}
            }
            Ok(())
        })?;

        let mut cards: Vec<Card> = cards.into_iter().flatten().collect();
        for (card, at) in cards.iter_mut().zip(wanted) {
            (card.rank, card.created, card.creator) = (at.rank, at.created, at.creator);
        }
        lists.sort_by_key(|(slot, nth, _)| (*slot, *nth));
        for (slot, _, list) in lists {
            if let Some(card) = cards.get_mut(slot) {
                card.checklists.push(list);
            }
        }
        Ok(Chunk { items: cards, next: from + count })
    }

    /// At most `most` comments, oldest first, from place `from`; their cards may be in any chunk.
    ///
    /// # Errors
    /// As [`Checked::cards`].
    pub fn comments(&self, source: &dyn Source, from: usize, most: usize) -> Read<Chunk<Comment>> {
        self.history(source, &self.comments, from, most, |outcome| match outcome {
            Outcome::Comment(comment) => Some(comment),
            _ => None,
        })
    }

    /// At most `most` activities, oldest first, from place `from`.
    ///
    /// # Errors
    /// As [`Checked::cards`].
    pub fn activity(&self, source: &dyn Source, from: usize, most: usize) -> Read<Chunk<Activity>> {
        self.history(source, &self.activity, from, most, |outcome| match outcome {
            Outcome::Activity(activity) => Some(activity),
            _ => None,
        })
    }

    fn history<T>(
        &self,
        source: &dyn Source,
        all: &[ActionAt],
        from: usize,
        most: usize,
        pick: impl Fn(Outcome) -> Option<T>,
    ) -> Read<Chunk<T>> {
        let wanted = all.get(from..).unwrap_or_default();
        let count = self.fitting(wanted.iter().map(|action| u64::from(action.span.length)), most);
        let wanted = wanted.get(..count).unwrap_or_default();
        let stops = wanted.iter().enumerate().map(|(slot, at)| Job::Action(slot).at(at.span));
        let mut items: Vec<Option<T>> = wanted.iter().map(|_| None).collect();
        self.sweep(source, stops.collect(), |job, field| {
            let picked = pick(actions::action(field, &self.known, &self.limits)?);
            if let Job::Action(slot) = job
                && let Some(place) = items.get_mut(slot)
            {
                *place = picked;
            }
            Ok(())
        })?;
        let items: Vec<T> = items.into_iter().flatten().collect();
        if items.len() != count {
            return Err(changed("an action is not what it was"));
        }
        Ok(Chunk { items, next: from + count })
    }

    /// How many of the elements with these source lengths make one chunk.
    fn fitting(&self, lengths: impl Iterator<Item = u64>, most: usize) -> usize {
        let mut room = self.limits.chunk_bytes;
        let mut count = 0;
        for length in lengths.take(most.max(1)) {
            match room.checked_sub(length) {
                Some(left) => room = left,
                None if count > 0 => break,
                None => room = 0,
            }
            count += 1;
        }
        count
    }

    fn checklists_of(&self, card: usize) -> &[ChecklistAt] {
        let card = u32::try_from(card).unwrap_or(u32::MAX);
        let start = self.checklists.partition_point(|list| list.card < card);
        let rest = self.checklists.get(start..).unwrap_or_default();
        let count = rest.partition_point(|list| list.card == card);
        rest.get(..count).unwrap_or_default()
    }

    fn sweep(
        &self,
        source: &dyn Source,
        stops: Vec<Stop<Job>>,
        each: impl FnMut(Job, &Field<'_, '_>) -> Read<()>,
    ) -> Read<()> {
        sweep(source, &self.limits, stops, each).map_err(|e| match e.kind {
            ErrorKind::Unreadable => e,
            _ => changed(&e.to_string()),
        })
    }
}

/// An element to read, and where it goes in the chunk.
#[derive(Debug, Clone, Copy)]
enum Job {
    Card(usize),
    /// Of the card in that slot, its nth.
    Checklist(usize, usize),
    Action(usize),
}

impl Job {
    fn at(self, span: Span) -> Stop<Self> {
        let section = match self {
            Self::Card(_) => Section::Cards,
            Self::Checklist(..) => Section::Checklists,
            Self::Action(_) => Section::Actions,
        };
        Stop { span, section, job: self }
    }
}

fn changed(what: &str) -> ImportError {
    ImportError::whole(ErrorKind::Changed, format!("the upload is not the one that was checked: {what}"))
}
