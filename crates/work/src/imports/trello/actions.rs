//! The history: comments, and what actions say of cards.

use super::error::ImportError;
use super::field::Field;
use super::ident::SourceId;
use super::known::Known;
use super::limits::Limits;
use super::model::{Activity, Change, Comment, ListThen};
use super::tally::{Kind, Reason};
use super::text;

type Read<T> = Result<T, ImportError>;

#[derive(Debug)]
pub(super) enum Outcome {
    Comment(Comment),
    Activity(Activity),
    LeftOut(Kind, Reason),
}

/// What becomes of one action.
pub(super) fn action(action: &Field<'_, '_>, known: &Known, limits: &Limits) -> Read<Outcome> {
    let id = action.get("id").id()?;
    let at = action.get("date").time()?;
    let kind = action.get("type");
    let kind = kind.text(limits.text_chars)?;
    let data = action.get("data");
    data.maybe_object()?;
    let card = data.get("card");
    let card = card.get("id").maybe_id()?;
    let person = author(action)?;

    if matches!(kind, "commentCard" | "copyCommentCard") {
        return comment(id, at, person, card, &data, known, limits);
    }
    let left_out = |reason| Ok(Outcome::LeftOut(Kind::Activity, reason));
    if is_board_history(kind) {
        return left_out(Reason::BoardHistory);
    }
    let Some(card) = card else { return left_out(Reason::CardNotNamed) };
    if !known.cards.contains_key(&card) {
        return left_out(Reason::CardGone);
    }
    match changes(kind, action, &data, limits)? {
        Ok(changes) => Ok(Outcome::Activity(Activity { id, card, person, at, changes })),
        Err(reason) => left_out(reason),
    }
}

fn author(action: &Field<'_, '_>) -> Read<Option<SourceId>> {
    match action.get("idMemberCreator").maybe_id()? {
        Some(id) => Ok(Some(id)),
        None => action.get("memberCreator").get("id").maybe_id(),
    }
}

fn comment(
    id: SourceId,
    at: i64,
    person: Option<SourceId>,
    card: Option<SourceId>,
    data: &Field<'_, '_>,
    known: &Known,
    limits: &Limits,
) -> Read<Outcome> {
    let left_out = |reason| Ok(Outcome::LeftOut(Kind::Comments, reason));
    let edited = data.get("dateLastEdited").maybe_time()?;
    let text = text::body(data.get("text").maybe_text(limits.text_chars)?.unwrap_or_default());
    // A comment copied with its card is still its first author's.
    let author = data.get("idOriginalCommenter").maybe_id()?.or(person);
    let Some(card) = card else { return left_out(Reason::CardNotNamed) };
    if !known.cards.contains_key(&card) {
        return left_out(Reason::CardGone);
    }
    if text.trim().is_empty() {
        return left_out(Reason::EmptyText);
    }
    Ok(Outcome::Comment(Comment { id, card, author, at, edited, text }))
}

/// Actions on boards, lists and members, which name no card, or one by the way.
fn is_board_history(kind: &str) -> bool {
    (kind.ends_with("Board") && !kind.starts_with("moveCard"))
        || kind.ends_with("BoardInvitation")
        || kind.ends_with("Organization")
        || kind.ends_with("List")
        || kind.ends_with("PowerUp")
        || kind.ends_with("CustomField")
        || kind.ends_with("Label")
        || matches!(kind, "memberJoinedTrello" | "updateMember" | "enablePlugin" | "disablePlugin")
}

type Changes = Result<Vec<Change>, Reason>;

fn changes(kind: &str, action: &Field<'_, '_>, data: &Field<'_, '_>, limits: &Limits) -> Read<Changes> {
    let named = |key| line(&data.get(key).get("name"), limits);
    let one = |change| Ok(Ok(vec![change]));
    match kind {
        "createCard" | "copyCard" | "emailCard" | "convertToCardFromCheckItem" => {
            one(Change::Created { list: list_then(&data.get("list"), limits)? })
        }
        "moveCardToBoard" => one(Change::Arrived { board: named("boardSource")? }),
        "updateCard" => updated(data, limits),
        "addMemberToCard" => Ok(member(action, data)?
            .map(|person| vec![Change::MemberAdded { person }])
            .ok_or(Reason::Incomplete)),
        "removeMemberFromCard" => Ok(member(action, data)?
            .map(|person| vec![Change::MemberRemoved { person }])
            .ok_or(Reason::Incomplete)),
        "addLabelToCard" => one(Change::LabelAdded { name: named("label")? }),
        "removeLabelFromCard" => one(Change::LabelRemoved { name: named("label")? }),
        "addChecklistToCard" | "copyChecklist" => one(Change::ChecklistAdded { name: named("checklist")? }),
        "removeChecklistFromCard" => one(Change::ChecklistRemoved { name: named("checklist")? }),
        "updateChecklist" if data.get("old").get("name").present() => {
            let from = line(&data.get("old").get("name"), limits)?;
            one(Change::ChecklistRenamed { from, to: named("checklist")? })
        }
        "updateCheckItemStateOnCard" => entry_state(data, limits),
        "addAttachmentToCard" => {
            let url = data.get("attachment");
            let url = url.get("url").maybe_text(usize::MAX)?.map(str::trim);
            let url = url.filter(|url| text::is_web_link(url) && url.chars().count() <= limits.link_chars);
            one(Change::AttachmentAdded { name: named("attachment")?, url: url.map(str::to_owned) })
        }
        "deleteAttachmentFromCard" => one(Change::AttachmentRemoved { name: named("attachment")? }),
        "updateChecklist"
        | "createCheckItem"
        | "updateCheckItem"
        | "deleteCheckItem"
        | "voteOnCard"
        | "updateCustomFieldItem"
        | "addStickerToCard"
        | "removeStickerFromCard"
        | "updateCardRecurrence"
        | "moveCardFromBoard" => Ok(Err(Reason::OtherChange)),
        _ => Ok(Err(Reason::UnknownAction)),
    }
}

/// The changes of an `updateCard`: one for each field under `old` that Trackhold knows.
fn updated(data: &Field<'_, '_>, limits: &Limits) -> Read<Changes> {
    let (old, new) = (data.get("old"), data.get("card"));
    if !old.maybe_object()? {
        return Ok(Err(Reason::Incomplete));
    }
    let mut changes = Vec::new();
    if old.get("name").present() {
        let (from, to) = (line(&old.get("name"), limits)?, line(&new.get("name"), limits)?);
        changes.push(Change::Renamed { from, to });
    }
    if old.get("desc").present() {
        let body = |field: Field<'_, '_>| -> Read<String> {
            Ok(text::body(field.maybe_text(limits.text_chars)?.unwrap_or_default()))
        };
        changes.push(Change::Described { from: body(old.get("desc"))?, to: body(new.get("desc"))? });
    }
    if old.get("idList").present() {
        changes.push(moved(data, limits)?);
    }
    if old.get("closed").present() {
        let was_closed = old.get("closed").flag()?;
        new.get("closed").flag()?;
        changes.push(if was_closed { Change::Restored } else { Change::Archived });
    }
    if old.get("due").present() {
        let (from, to) = (old.get("due").maybe_time()?, new.get("due").maybe_time()?);
        changes.push(Change::Due { from, to });
    }
    if old.get("dueComplete").present() {
        let was_done = old.get("dueComplete").flag()?;
        new.get("dueComplete").flag()?;
        changes.push(Change::DueComplete { done: !was_done });
    }
    if old.get("start").present() {
        let (from, to) = (old.get("start").maybe_time()?, new.get("start").maybe_time()?);
        changes.push(Change::Start { from, to });
    }
    if !changes.is_empty() {
        return Ok(Ok(changes));
    }
    Ok(Err(if old.get("pos").present() {
        Reason::PositionMove
    } else if old.get("cover").present() || old.get("idAttachmentCover").present() {
        Reason::CoverChange
    } else {
        Reason::OtherChange
    }))
}

fn moved(data: &Field<'_, '_>, limits: &Limits) -> Read<Change> {
    let (old, new) = (data.get("old"), data.get("card"));
    let side = |named: Field<'_, '_>, id: Field<'_, '_>| -> Read<ListThen> {
        match list_then(&named, limits)? {
            Some(list) => Ok(list),
            None => Ok(ListThen { id: id.maybe_id()?, name: String::new() }),
        }
    };
    Ok(Change::Moved {
        from: side(data.get("listBefore"), old.get("idList"))?,
        to: side(data.get("listAfter"), new.get("idList"))?,
    })
}

fn entry_state(data: &Field<'_, '_>, limits: &Limits) -> Read<Changes> {
    let (checklist, entry) = (data.get("checklist"), data.get("checkItem"));
    let done = match entry.get("state").maybe_text(limits.text_chars)? {
        Some("complete") => true,
        Some("incomplete") => false,
        _ => return Ok(Err(Reason::Incomplete)),
    };
    Ok(Ok(vec![Change::EntryDone {
        checklist: line(&checklist.get("name"), limits)?,
        entry: line(&entry.get("name"), limits)?,
        done,
    }]))
}

/// Who was added or removed: exports of different years name them in different places.
fn member(action: &Field<'_, '_>, data: &Field<'_, '_>) -> Read<Option<SourceId>> {
    if let Some(id) = data.get("idMember").maybe_id()? {
        return Ok(Some(id));
    }
    if let Some(id) = data.get("member").get("id").maybe_id()? {
        return Ok(Some(id));
    }
    action.get("member").get("id").maybe_id()
}

fn list_then(list: &Field<'_, '_>, limits: &Limits) -> Read<Option<ListThen>> {
    if !list.maybe_object()? {
        return Ok(None);
    }
    let id = list.get("id").maybe_id()?;
    Ok(Some(ListThen { id, name: line(&list.get("name"), limits)? }))
}

fn line(field: &Field<'_, '_>, limits: &Limits) -> Read<String> {
    let raw = field.maybe_text(limits.text_chars)?.unwrap_or_default();
    Ok(text::name(raw, limits.name_chars).0)
}
