-- The end of the audit chain.
CREATE TABLE audit_head (
    workspace_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (workspace_id)
) STRICT, WITHOUT ROWID;

-- The audit chain. Records are added, never changed.
CREATE TABLE audit_records (
    workspace_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor BLOB,
    credential TEXT NOT NULL,
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    details TEXT NOT NULL,
    personal TEXT NOT NULL,
    commitments BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (workspace_id, seq),
    UNIQUE (id, workspace_id)
) STRICT;

-- Messages from control that were received already.
CREATE TABLE outbox_seen (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Members, placeholders for people of an import, and those who left (their names stay in history).
-- status: active, placeholder, removed; only active ones have a role.
CREATE TABLE members (
    workspace_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    role TEXT,
    status TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;

-- Invitations; the token's hash is in control.
CREATE TABLE invitations (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    placeholder_id BLOB,
    invited_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, placeholder_id) REFERENCES members (workspace_id, user_id)
) STRICT;

-- Answers of creating requests that carried an Idempotency-Key, kept for 24 hours.
CREATE TABLE idempotency (
    workspace_id BLOB NOT NULL,
    principal BLOB NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    resource BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, principal, route, key)
) STRICT;

CREATE INDEX idempotency_by_time ON idempotency (workspace_id, at);

CREATE TABLE projects (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    lead_id BLOB,
    next_number INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (key, workspace_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES members (workspace_id, user_id)
) STRICT;

CREATE TABLE boards (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    name TEXT NOT NULL,
    position TEXT NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX boards_by_project ON boards (project_id, workspace_id, position, id);

-- Groups of a board: the columns of its kanban. color: palette class 1 to 10.
CREATE TABLE board_groups (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    board_id BLOB NOT NULL,
    name TEXT NOT NULL,
    position TEXT NOT NULL,
    color INTEGER,
    wip_limit INTEGER,
    archived_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, board_id) REFERENCES boards (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX board_groups_by_board ON board_groups (board_id, workspace_id, position, id);

-- Labels of a project. color: palette class 1 to 10.
CREATE TABLE labels (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    name TEXT NOT NULL,
    color INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX labels_by_project ON labels (project_id, workspace_id, name);

-- What a board's items hold grows without end, so the keys of these tables begin with what tells rows apart:
-- while a table is small, PostgreSQL takes any index that begins with the workspace to be as good as the right
-- one, and keeps the plan for as long as the connection lives.
-- Items. status: todo doing done cancelled; priority: 0 none to 4 urgent; dates: YYYY-MM-DD;
-- position: fractional index within the group; deleted_at: in the trash since.
-- due_key: due_on to sort by, '~' without one. labels, assignees: what item_labels and item_assignees
-- hold, as a list of ids ready to be shown, and the counts: a page of items is one statement.
-- Pages find the indexes of live items by (position, id); the two without id are for counting and for
-- places among all items, and must not be taken for pages: archived items would have to be passed over.
CREATE TABLE items (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    board_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    start_on TEXT,
    due_on TEXT,
    due_key TEXT NOT NULL,
    parent_id BLOB,
    position TEXT NOT NULL,
    labels TEXT NOT NULL,
    assignees TEXT NOT NULL,
    checklist_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    done_count INTEGER NOT NULL,
    update_count INTEGER NOT NULL,
    link_count INTEGER NOT NULL,
    archived_at INTEGER,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id, workspace_id),
    UNIQUE (project_id, workspace_id, number),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, board_id) REFERENCES boards (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, group_id) REFERENCES board_groups (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES items (workspace_id, id)
) STRICT;

CREATE INDEX items_live_by_board ON items (board_id, workspace_id, position, id) WHERE archived_at IS NULL AND deleted_at IS NULL;

CREATE INDEX items_live_by_group ON items (group_id, workspace_id, position, id) WHERE archived_at IS NULL AND deleted_at IS NULL;

CREATE INDEX items_live_by_number ON items (board_id, workspace_id, number, id) WHERE archived_at IS NULL AND deleted_at IS NULL;

CREATE INDEX items_live_by_title ON items (board_id, workspace_id, title, id) WHERE archived_at IS NULL AND deleted_at IS NULL;

CREATE INDEX items_live_by_due ON items (board_id, workspace_id, due_key, id) WHERE archived_at IS NULL AND deleted_at IS NULL;

CREATE INDEX items_live_by_change ON items (board_id, workspace_id, updated_at, id) WHERE archived_at IS NULL AND deleted_at IS NULL;

CREATE INDEX items_archived ON items (board_id, workspace_id, archived_at, id) WHERE archived_at IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX items_deleted ON items (board_id, workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX items_expired ON items (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX items_by_group ON items (group_id, workspace_id, position, archived_at, deleted_at);
CREATE INDEX items_by_board ON items (board_id, workspace_id, position, archived_at, deleted_at, status);
CREATE INDEX items_by_parent ON items (parent_id, workspace_id) WHERE parent_id IS NOT NULL;

CREATE TABLE item_labels (
    workspace_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    label_id BLOB NOT NULL,
    PRIMARY KEY (item_id, workspace_id, label_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX item_labels_by_label ON item_labels (label_id, workspace_id);

CREATE TABLE item_assignees (
    workspace_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (item_id, workspace_id, user_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_assignees_by_user ON item_assignees (user_id, workspace_id);

CREATE TABLE checklists (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    title TEXT NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX checklists_by_item ON checklists (item_id, workspace_id, position, id);

CREATE TABLE checklist_entries (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    checklist_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    text TEXT NOT NULL,
    done INTEGER NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, checklist_id) REFERENCES checklists (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX checklist_entries_by_checklist ON checklist_entries (checklist_id, workspace_id, position, id);
CREATE INDEX checklist_entries_by_item ON checklist_entries (item_id, workspace_id);

-- Links kept with an item (attachments of other systems; http and https only).
CREATE TABLE item_links (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX item_links_by_item ON item_links (item_id, workspace_id, created_at);

-- Updates: comments on an item, in Markdown.
CREATE TABLE updates (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    author_id BLOB,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, author_id) REFERENCES members (workspace_id, user_id)
) STRICT;

CREATE INDEX updates_by_item ON updates (item_id, workspace_id, created_at, id);
CREATE INDEX updates_by_author ON updates (author_id, workspace_id);

-- What happened to an item. old_value and new_value: JSON.
CREATE TABLE activity (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    actor_id BLOB,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    field TEXT,
    old_value TEXT,
    new_value TEXT,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX activity_by_item ON activity (item_id, workspace_id, at, id);
CREATE INDEX activity_by_actor ON activity (actor_id, workspace_id);

-- Imports. status: queued running done failed; done: steps of total, which is also where to go on;
-- report: JSON; spool_id, spool_key: the upload's encrypted file and its key, for as long as it is kept.
CREATE TABLE imports (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash BLOB NOT NULL,
    dry_run INTEGER NOT NULL,
    status TEXT NOT NULL,
    phase TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    created INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    report TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    project_id BLOB,
    board_id BLOB,
    spool_id BLOB,
    spool_key BLOB,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE INDEX imports_by_time ON imports (workspace_id, created_at, id);

-- What an imported thing became, so that a second import finds it.
CREATE TABLE import_refs (
    workspace_id BLOB NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id BLOB NOT NULL,
    PRIMARY KEY (source_id, workspace_id, source, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_refs_by_target ON import_refs (target_id, workspace_id);

