//! Lists, labels and people: the few things that are held in memory as a whole.

use std::collections::{HashMap, HashSet};

use super::colour;
use super::error::{ErrorKind, ImportError};
use super::field::Field;
use super::ident::SourceId;
use super::limits::Limits;
use super::model::{Board, Group, Label, Person};
use super::tally::{Fitting, Kind, Reason, Tally};
use super::text;

type Read<T> = Result<T, ImportError>;

/// A name that always has something in it; counts what had to be done for that.
pub(super) fn name(
    field: &Field<'_, '_>,
    limits: &Limits,
    kind: Kind,
    tally: &mut Tally,
    fallback: &str,
) -> Read<String> {
    let raw = field.maybe_text(limits.text_chars)?.unwrap_or_default();
    let (name, cut) = text::name(raw, limits.name_chars);
    if cut {
        tally.fit(kind, Fitting::NameCut);
    }
    if name.is_empty() {
        tally.fit(kind, Fitting::NameGiven);
        return Ok(fallback.to_owned());
    }
    Ok(name)
}

/// What Trello calls a list, checklist or card that somebody left without a name.
pub(super) const UNNAMED: &str = "(no name)";

/// A list, ranked later, with its sort key.
pub(super) fn group(list: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<(f64, Group)> {
    let group = Group {
        id: list.get("id").id()?,
        name: name(&list.get("name"), limits, Kind::Lists, tally, UNNAMED)?,
        closed: list.get("closed").flag()?,
        rank: 0,
    };
    // A list without a place stands where the file has it: at the end.
    Ok((list.get("pos").maybe_number()?.unwrap_or(f64::MAX), group))
}

pub(super) fn label(label: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<Label> {
    let id = label.get("id").id()?;
    let colour = label.get("color").maybe_text(limits.text_chars)?;
    let raw = label.get("name").maybe_text(limits.text_chars)?.unwrap_or_default();
    let (mut name, cut) = text::name(raw, limits.name_chars);
    if cut {
        tally.fit(Kind::Labels, Fitting::NameCut);
    }
    if name.is_empty() {
        tally.fit(Kind::Labels, Fitting::LabelNamed);
        name = match colour.map(colour::base) {
            None | Some("") => UNNAMED.to_owned(),
            Some(base) => text::name(base, limits.name_chars).0,
        };
    }
    Ok(Label { id, name, palette: colour::palette(colour) })
}

/// The fields of the export itself that are no sections.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub id: Option<SourceId>,
    name: Option<String>,
    description: String,
    closed: bool,
    /// `idBoard` or `idList` stand here: this is one card.
    pub one_card: bool,
}

impl Header {
    pub fn take(
        &mut self,
        key: &'static str,
        field: &Field<'_, '_>,
        limits: &Limits,
        tally: &mut Tally,
    ) -> Read<()> {
        let mut leave = |kind, reason| -> Read<()> {
            tally.leave(kind, reason, field.length()?);
            Ok(())
        };
        match key {
            "id" => self.id = Some(field.id()?),
            "name" => {
                let (name, cut) = text::name(field.text(limits.text_chars)?, limits.name_chars);
                if cut {
                    tally.fit(Kind::Board, Fitting::NameCut);
                }
                self.name = Some(name);
            }
            "desc" => {
                self.description = text::body(field.maybe_text(limits.text_chars)?.unwrap_or_default());
            }
            "closed" => self.closed = field.flag()?,
            "prefs" => {
                field.maybe_object()?;
                let backgrounds = u64::from(field.get("background").is_some());
                tally.leave(Kind::BoardBackground, Reason::NoCounterpart, backgrounds);
            }
            "powerUps" => leave(Kind::PowerUps, Reason::PowerUpsOwn)?,
            "pluginData" => leave(Kind::PowerUpData, Reason::PowerUpsOwn)?,
            "customFields" => leave(Kind::CustomFields, Reason::NoCounterpart)?,
            "memberships" => leave(Kind::BoardRoles, Reason::RolesByInvitation)?,
            "idBoard" | "idList" => self.one_card = true,
            _ => {}
        }
        Ok(())
    }

    pub fn board(self) -> Option<Board> {
        let name = self.name.filter(|name| !name.is_empty()).unwrap_or_else(|| UNNAMED.to_owned());
        Some(Board { id: self.id?, name, description: self.description, closed: self.closed })
    }
}

/// Everybody whom the export names, members of the board first.
#[derive(Debug, Default)]
pub(super) struct People {
    members: Vec<Person>,
    /// In the order in which they were first named.
    named: Vec<Person>,
    index: HashMap<SourceId, Known>,
}

#[derive(Debug, Clone, Copy)]
enum Known {
    Member,
    Named(usize),
}

impl People {
    /// An entry of the section `members`.
    pub fn member(&mut self, member: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<()> {
        let person = person(member, limits, true)?;
        if matches!(self.index.insert(person.id, Known::Member), Some(Known::Member)) {
            return Err(duplicate(&member.get("id"), "member"));
        }
        self.room(member, limits)?;
        if person.full_name.is_empty() {
            tally.fit(Kind::Members, Fitting::PersonUnknown);
        }
        self.members.push(person);
        Ok(())
    }

    /// An object such as `memberCreator`, which may be missing.
    pub fn name(&mut self, field: &Field<'_, '_>, limits: &Limits) -> Read<()> {
        if !field.maybe_object()? {
            return Ok(());
        }
        let Some(id) = field.get("id").maybe_id()? else { return Ok(()) };
        let known = match self.index.get(&id) {
            Some(Known::Member) => return Ok(()),
            Some(Known::Named(at)) => Some(*at),
            None => None,
        };
        let Some(at) = known else { return self.add(person(field, limits, false)?, field, limits) };
        if let Some(nameless) = self.named.get_mut(at).filter(|known| known.full_name.is_empty()) {
            *nameless = person(field, limits, false)?;
        }
        Ok(())
    }

    /// An id of somebody, which may be missing.
    pub fn mention(&mut self, field: &Field<'_, '_>, limits: &Limits) -> Read<()> {
        let Some(id) = field.maybe_id()? else { return Ok(()) };
        if self.index.contains_key(&id) {
            return Ok(());
        }
        let nobody = Person {
            id,
            full_name: String::new(),
            username: String::new(),
            initials: String::new(),
            on_board: false,
        };
        self.add(nobody, field, limits)
    }

    fn add(&mut self, person: Person, field: &Field<'_, '_>, limits: &Limits) -> Read<()> {
        self.index.insert(person.id, Known::Named(self.named.len()));
        self.named.push(person);
        self.room(field, limits)
    }

    fn room(&self, field: &Field<'_, '_>, limits: &Limits) -> Read<()> {
        if self.index.len() > limits.people as usize {
            let message = format!("the export names more than {} people", limits.people);
            return Err(field.fail(ErrorKind::TooLarge, message));
        }
        Ok(())
    }

    /// Members, then those others whom `used` has: of people whose doings stay behind, nothing is
    /// kept.
    pub fn finish(self, used: &HashSet<SourceId>, tally: &mut Tally) -> Vec<Person> {
        let Self { mut members, named, index } = self;
        tally.take(Kind::Members, members.len() as u64);
        for person in named {
            if matches!(index.get(&person.id), Some(Known::Member)) {
                continue;
            }
            if !used.contains(&person.id) {
                tally.leave(Kind::FormerMembers, Reason::NothingByThem, 1);
                continue;
            }
            tally.take(Kind::FormerMembers, 1);
            if person.full_name.is_empty() {
                tally.fit(Kind::FormerMembers, Fitting::PersonUnknown);
            }
            members.push(person);
        }
        for person in members.iter_mut().filter(|person| person.full_name.is_empty()) {
            person.full_name = NOBODY.to_owned();
        }
        members
    }
}

/// The name of somebody of whom the export has nothing but an id.
const NOBODY: &str = "Former Trello member";

fn person(field: &Field<'_, '_>, limits: &Limits, on_board: bool) -> Read<Person> {
    let line = |key| -> Read<String> {
        let raw = field.get(key).maybe_text(limits.text_chars)?.unwrap_or_default();
        Ok(text::name(raw, limits.name_chars).0)
    };
    let username = line("username")?;
    let mut full_name = line("fullName")?;
    if full_name.is_empty() {
        full_name.clone_from(&username);
    }
    let mut initials: String = line("initials")?.chars().take(4).collect();
    if initials.is_empty() {
        initials = text::initials(&full_name);
    }
    Ok(Person { id: field.get("id").id()?, full_name, username, initials, on_board })
}

pub(super) fn duplicate(field: &Field<'_, '_>, what: &str) -> ImportError {
    field.fail(ErrorKind::Duplicate, format!("another {what} has the same id"))
}
