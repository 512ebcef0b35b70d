//! Cards with their attachments, and the checklists that hang on them.

use std::collections::HashSet;

use super::board::{UNNAMED, duplicate, name};
use super::error::{ErrorKind, ImportError};
use super::field::Field;
use super::ident::SourceId;
use super::known::Known;
use super::limits::Limits;
use super::model::{Card, Checklist, Entry, Link};
use super::tally::{Fitting, Kind, Reason, Tally};
use super::text;

type Read<T> = Result<T, ImportError>;

/// A card without what other elements tell of it: rank, creator and checklists.
pub(super) fn card(card: &Field<'_, '_>, known: &Known, limits: &Limits, tally: &mut Tally) -> Read<Card> {
    let id = card.get("id").id()?;
    let (name, description) = title(card, limits, tally)?;
    if card.get("isTemplate").flag()? {
        tally.fit(Kind::Cards, Fitting::TemplateAsCard);
    }
    leave_behind(card, limits, tally)?;
    tally.take(Kind::Cards, 1);
    Ok(Card {
        id,
        number: card.get("idShort").maybe_whole()?,
        name,
        description,
        closed: card.get("closed").flag()?,
        due: card.get("due").maybe_time()?,
        due_complete: card.get("dueComplete").flag()?,
        start: card.get("start").maybe_time()?,
        group: group(&card.get("idList"), known)?,
        rank: 0,
        labels: labels(&card.get("idLabels"), known)?,
        members: members(&card.get("idMembers"))?,
        attachments: attachments(&card.get("attachments"), limits, tally)?,
        created: id.made_at(),
        creator: None,
        checklists: Vec::new(),
    })
}

/// The title within its limit, and the description, which then begins with the whole title.
fn title(card: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<(String, String)> {
    let raw = card.get("name").text(limits.text_chars)?;
    let description = text::body(card.get("desc").maybe_text(limits.text_chars)?.unwrap_or_default());
    let (title, cut) = text::name(raw, limits.name_chars);
    if title.is_empty() {
        tally.fit(Kind::Cards, Fitting::NameGiven);
        return Ok((UNNAMED.to_owned(), description));
    }
    if !cut {
        return Ok((title, description));
    }
    tally.fit(Kind::Cards, Fitting::TitleCut);
    let whole = text::body(raw);
    let whole = whole.trim();
    if description.is_empty() {
        return Ok((title, whole.to_owned()));
    }
    Ok((title, format!("{whole}\n\n{description}")))
}

fn group(field: &Field<'_, '_>, known: &Known) -> Read<SourceId> {
    let id = field.id()?;
    if known.groups.contains_key(&id) {
        return Ok(id);
    }
    Err(field.fail(ErrorKind::Dangling, format!("the file has no list with the id {id}")))
}

fn labels(field: &Field<'_, '_>, known: &Known) -> Read<Vec<SourceId>> {
    let mut labels = Vec::new();
    for label in field.list()? {
        let id = label.id()?;
        if !known.labels.contains(&id) {
            let message = format!("the file has no label with the id {id}");
            return Err(label.fail(ErrorKind::Dangling, message));
        }
        if !labels.contains(&id) {
            labels.push(id);
        }
    }
    Ok(labels)
}

/// Members need not be in the file's `members`: they may have left the board.
fn members(field: &Field<'_, '_>) -> Read<Vec<SourceId>> {
    let mut members = Vec::new();
    for member in field.list()? {
        let id = member.id()?;
        if !members.contains(&id) {
            members.push(id);
        }
    }
    Ok(members)
}

fn attachments(field: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<Vec<Link>> {
    let mut links = Vec::new();
    let mut ids = HashSet::new();
    for attachment in field.list()? {
        attachment.object()?;
        let id = attachment.get("id").id()?;
        if !ids.insert(id) {
            return Err(duplicate(&attachment.get("id"), "attachment of the card"));
        }
        let date = attachment.get("date").maybe_time()?;
        let url = attachment.get("url").maybe_text(usize::MAX)?.unwrap_or_default().trim();
        let title = attachment.get("name").maybe_text(limits.text_chars)?.unwrap_or_default();
        let uploaded = attachment.get("isUpload").flag()?;
        if !text::is_web_link(url) {
            tally.leave(Kind::Attachments, Reason::NotAWebLink, 1);
            continue;
        }
        if url.chars().count() > limits.link_chars {
            tally.leave(Kind::Attachments, Reason::LinkTooLong, 1);
            continue;
        }
        let (mut title, cut) = text::name(title, limits.name_chars);
        if cut {
            tally.fit(Kind::Attachments, Fitting::NameCut);
        }
        if title.is_empty() {
            title = text::name(url, limits.name_chars).0;
        }
        if uploaded {
            tally.fit(Kind::Attachments, Fitting::FileNotCopied);
        }
        tally.take(Kind::Attachments, 1);
        links.push(Link { id, name: title, url: url.to_owned(), date });
    }
    Ok(links)
}

/// Counts what a card has that Trackhold has no place for.
fn leave_behind(card: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<()> {
    tally.leave(Kind::Stickers, Reason::NoCounterpart, card.get("stickers").length()?);
    let values = card.get("customFieldItems").length()?;
    tally.leave(Kind::CustomFieldValues, Reason::NoCounterpart, values);
    tally.leave(Kind::PowerUpData, Reason::PowerUpsOwn, card.get("pluginData").length()?);

    // Boards that hide who voted still count.
    let counted = card.get("badges").get("votes").maybe_whole()?.unwrap_or_default();
    let votes = card.get("idMembersVoted").length()?.max(u64::from(counted));
    tally.leave(Kind::Votes, Reason::NoCounterpart, votes);

    // -1 says: no reminder.
    if card.get("dueReminder").maybe_number()?.is_some_and(|minutes| minutes >= 0.0) {
        tally.leave(Kind::DueReminders, Reason::NoCounterpart, 1);
    }
    let cover = card.get("cover");
    let parts = ["color", "idAttachment", "idUploadedBackground", "sharedSourceUrl"];
    let old_cover = card.get("idAttachmentCover").maybe_text(limits.text_chars)?;
    if parts.iter().any(|part| cover.get(part).is_some()) || old_cover.is_some_and(|id| !id.is_empty()) {
        tally.leave(Kind::Covers, Reason::NoCounterpart, 1);
    }
    let place = ["coordinates", "address", "locationName"];
    if place.iter().any(|part| card.get(part).is_some()) {
        tally.leave(Kind::Locations, Reason::NoCounterpart, 1);
    }
    Ok(())
}

/// A checklist with its entries in their order.
pub(super) fn checklist(checklist: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<Checklist> {
    let id = checklist.get("id").id()?;
    let name = name(&checklist.get("name"), limits, Kind::Checklists, tally, UNNAMED)?;
    let mut entries = Vec::new();
    for entry in checklist.get("checkItems").list()? {
        entry.object()?;
        let place = entry.get("pos").maybe_number()?.unwrap_or(f64::MAX);
        entries.push((place, self::entry(&entry, limits, tally)?));
    }
    tally.take(Kind::Checklists, 1);
    tally.take(Kind::ChecklistEntries, entries.len() as u64);
    entries.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    Ok(Checklist { id, name, entries: entries.into_iter().map(|(_, entry)| entry).collect() })
}

fn entry(entry: &Field<'_, '_>, limits: &Limits, tally: &mut Tally) -> Read<Entry> {
    let state = entry.get("state");
    let done = match state.maybe_text(limits.text_chars)? {
        Some("complete") => true,
        Some("incomplete") | None => false,
        Some(_) => {
            return Err(state.fail(ErrorKind::Invalid, "must be `complete` or `incomplete`"));
        }
    };
    let raw = entry.get("name").maybe_text(limits.text_chars)?.unwrap_or_default();
    let mut text = text::name(raw, limits.text_chars).0;
    if text.is_empty() {
        tally.fit(Kind::ChecklistEntries, Fitting::NameGiven);
        text = UNNAMED.to_owned();
    }
    if entry.get("due").maybe_time()?.is_some() {
        tally.leave(Kind::EntryDueDates, Reason::NoCounterpart, 1);
    }
    if entry.get("idMember").maybe_id()?.is_some() {
        tally.leave(Kind::EntryMembers, Reason::NoCounterpart, 1);
    }
    Ok(Entry { id: entry.get("id").id()?, text, done })
}

/// A checklist whose card the export does not have; Trello leaves such behind when a board with
/// archived lists is copied.
pub(super) fn loose_checklist(checklist: &Checklist, tally: &mut Tally) {
    tally.leave(Kind::Checklists, Reason::LooseChecklist, 1);
    tally.leave(Kind::ChecklistEntries, Reason::LooseChecklist, checklist.entries.len() as u64);
}
