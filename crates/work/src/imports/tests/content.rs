//! All that a workspace's boards hold, as lines without ids: two imports of one file have the same.

use kernel::access::Caller;
use store::{TenantTx, params};

use super::Home;

store::statements! {
    tenant PROJECTS = "SELECT key, name, description, next_number FROM projects WHERE workspace_id = $1 ORDER BY key, id";
    tenant BOARDS = "SELECT b.name, b.position, b.archived_at, p.key FROM boards b
        JOIN projects p ON p.workspace_id = b.workspace_id AND p.id = b.project_id
        WHERE b.workspace_id = $1 ORDER BY p.key, b.position, b.id";
    tenant GROUPS = "SELECT b.name, g.name, g.position, g.archived_at FROM board_groups g
        JOIN boards b ON b.workspace_id = g.workspace_id AND b.id = g.board_id
        WHERE g.workspace_id = $1 ORDER BY b.name, g.position, g.id";
    tenant LABELS = "SELECT p.key, l.name, l.color FROM labels l
        JOIN projects p ON p.workspace_id = l.workspace_id AND p.id = l.project_id
        WHERE l.workspace_id = $1 ORDER BY p.key, l.name, l.color, l.id";
    tenant MEMBERS = "SELECT name, status, role, email FROM members WHERE workspace_id = $1 ORDER BY name, status, user_id";
    tenant ITEMS = "SELECT g.name, i.number, i.title, i.description, i.status, i.start_on, i.due_on, i.due_key
        FROM items i JOIN board_groups g ON g.workspace_id = i.workspace_id AND g.id = i.group_id
        WHERE i.workspace_id = $1 ORDER BY i.number, i.id";
    tenant MORE_OF_ITEMS = "SELECT i.number, i.position, i.archived_at, i.created_at, i.updated_at, m.name, i.version, i.priority
        FROM items i LEFT JOIN members m ON m.workspace_id = i.workspace_id AND m.user_id = i.created_by
        WHERE i.workspace_id = $1 ORDER BY i.number, i.id";
    tenant COUNTS = "SELECT number, checklist_count, entry_count, done_count, update_count, link_count
        FROM items WHERE workspace_id = $1 ORDER BY number, id";
    tenant ITEM_LABELS = "SELECT i.number, l.name, l.color FROM item_labels x
        JOIN items i ON i.workspace_id = x.workspace_id AND i.id = x.item_id
        JOIN labels l ON l.workspace_id = x.workspace_id AND l.id = x.label_id
        WHERE x.workspace_id = $1 ORDER BY i.number, l.name, l.color, l.id";
    tenant ASSIGNEES = "SELECT i.number, m.name FROM item_assignees x
        JOIN items i ON i.workspace_id = x.workspace_id AND i.id = x.item_id
        JOIN members m ON m.workspace_id = x.workspace_id AND m.user_id = x.user_id
        WHERE x.workspace_id = $1 ORDER BY i.number, m.name, m.user_id";
    tenant ENTRIES = "SELECT i.number, c.position, c.title, e.position, e.text, e.done FROM checklists c
        JOIN items i ON i.workspace_id = c.workspace_id AND i.id = c.item_id
        LEFT JOIN checklist_entries e ON e.workspace_id = c.workspace_id AND e.checklist_id = c.id
        WHERE c.workspace_id = $1 ORDER BY i.number, c.position, c.id, e.position, e.id";
    tenant LINKS = "SELECT i.number, l.name, l.url, l.created_at FROM item_links l
        JOIN items i ON i.workspace_id = l.workspace_id AND i.id = l.item_id
        WHERE l.workspace_id = $1 ORDER BY i.number, l.created_at, l.url, l.id";
    tenant UPDATES = "SELECT i.number, m.name, u.body, u.created_at, u.edited_at FROM updates u
        JOIN items i ON i.workspace_id = u.workspace_id AND i.id = u.item_id
        LEFT JOIN members m ON m.workspace_id = u.workspace_id AND m.user_id = u.author_id
        WHERE u.workspace_id = $1 ORDER BY i.number, u.created_at, u.body, u.id";
    tenant ACTIVITY = "SELECT i.number, a.at, m.name, a.kind, a.field, a.old_value, a.new_value FROM activity a
        JOIN items i ON i.workspace_id = a.workspace_id AND i.id = a.item_id
        LEFT JOIN members m ON m.workspace_id = a.workspace_id AND m.user_id = a.actor_id
        WHERE a.workspace_id = $1 ORDER BY i.number, a.at, a.kind, a.field, a.old_value, a.new_value, a.id";
    tenant LISTS_IN_ROWS = "SELECT i.number, i.labels, i.assignees FROM items i WHERE i.workspace_id = $1 ORDER BY i.number, i.id";
}

type Text = Option<String>;
type At = Option<i64>;

/// Lines that begin with what they are of.
pub async fn content(home: &Home, caller: &Caller) -> Vec<String> {
    let door = home.store.tenant(caller);
    let mut lines = Vec::new();
    macro_rules! take {
        ($what:literal, $sql:ident, $row:ty) => {
            let rows: Vec<$row> = door.all(&$sql, params![door.workspace()]).await.unwrap();
            lines.extend(rows.into_iter().map(|row| anonymous(&format!(concat!($what, " {:?}"), row))));
        };
    }
    take!("project", PROJECTS, (String, String, String, i64));
    take!("board", BOARDS, (String, String, At, String));
    take!("group", GROUPS, (String, String, String, At));
    take!("label", LABELS, (String, String, i64));
    take!("member", MEMBERS, (String, String, Text, Text));
    take!("item", ITEMS, (String, i64, String, String, String, Text, Text, String));
    take!("item", MORE_OF_ITEMS, (i64, String, At, i64, i64, Text, i64, i64));
    take!("counts", COUNTS, (i64, i64, i64, i64, i64, i64));
    take!("on item", ITEM_LABELS, (i64, String, i64));
    take!("assigned", ASSIGNEES, (i64, String));
    take!("entry", ENTRIES, (i64, String, String, Text, Text, Option<bool>));
    take!("link", LINKS, (i64, String, String, i64));
    take!("update", UPDATES, (i64, Text, String, i64, At));
    take!("activity", ACTIVITY, (i64, i64, Text, String, Text, Text, Text));
    lines
}

/// Lines of one kind.
pub async fn of(home: &Home, caller: &Caller, what: &str) -> Vec<String> {
    let lines = content(home, caller).await.into_iter();
    lines.filter_map(|line| line.strip_prefix(what)?.strip_prefix(' ').map(str::to_owned)).collect()
}

/// Whether rows of items say the same as the tables beside them.
pub async fn assert_rows_agree(home: &Home, caller: &Caller) {
    let door = home.store.tenant(caller);
    let rows: Vec<(i64, String, String)> = door.all(&LISTS_IN_ROWS, params![door.workspace()]).await.unwrap();
    let labels: Vec<(i64, String, i64)> = door.all(&ITEM_LABELS, params![door.workspace()]).await.unwrap();
    let people: Vec<(i64, String)> = door.all(&ASSIGNEES, params![door.workspace()]).await.unwrap();
    for (number, label_list, people_list) in rows {
        let count = |text: &str, prefix: &str| {
            assert!(text.is_empty() || text.ends_with(' '), "{text:?}");
            text.split_terminator(' ').filter(|id| id.starts_with(prefix)).count()
        };
        assert_eq!(
            count(&label_list, "lbl_"),
            labels.iter().filter(|row| row.0 == number).count(),
            "{number}"
        );
        assert_eq!(
            count(&people_list, "user_"),
            people.iter().filter(|row| row.0 == number).count(),
            "{number}"
        );
    }
    // What the items' own code reads has to be readable.
    door.read(async |tx: &mut TenantTx| {
        for (number,) in tx.all::<(i64,)>(&NUMBERS, params![tx.workspace()]).await? {
            let (id,): (crate::items::ItemId,) = tx.one(&BY_NUMBER, params![tx.workspace(), number]).await?;
            let item = crate::items::find(tx, id).await?;
            assert_eq!(item.number, number);
            crate::activity::feed::before(tx, id, None, 100).await?;
            crate::checklists::of_item(tx, &item).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

store::statements! {
    tenant NUMBERS = "SELECT number FROM items WHERE workspace_id = $1 ORDER BY number, id";
    tenant BY_NUMBER = "SELECT id FROM items WHERE workspace_id = $1 AND number = $2";
}

/// Ids become their prefixes, and times of the import itself (files are older) `now`.
fn anonymous(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(place) = ["prj_", "brd_", "grp_", "user_", "lbl_", "item_"]
        .iter()
        .filter_map(|prefix| rest.find(prefix).map(|at| at + prefix.len()))
        .min()
    {
        let (before, after) = rest.split_at(place);
        out.push_str(before);
        let id = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
        rest = if id == 26 { &after[26..] } else { after };
    }
    let text = out + rest;
    let is_now =
        |word: &&str| word.len() == 16 && word.parse().is_ok_and(|at: i64| at > 1_750_000_000_000_000);
    let now = text.split(|letter: char| !letter.is_ascii_digit()).find(is_now).map(str::to_owned);
    now.map_or(text.clone(), |now| text.replace(&now, "now"))
}
