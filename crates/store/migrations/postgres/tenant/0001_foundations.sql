SET LOCAL search_path = tenant;

-- The end of the audit chain.
CREATE TABLE audit_head (
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- The audit chain. Records are added, never changed.
CREATE TABLE audit_records (
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    at bigint NOT NULL,
    actor uuid,
    credential text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    details text COLLATE "C" NOT NULL,
    personal text COLLATE "C" NOT NULL,
    commitments bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (workspace_id, seq),
    UNIQUE (id, workspace_id)
);

-- Messages from control that were received already.
CREATE TABLE outbox_seen (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Members, placeholders for people of an import, and those who left (their names stay in history).
-- status: active, placeholder, removed; only active ones have a role.
CREATE TABLE members (
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    role text COLLATE "C",
    status text COLLATE "C" NOT NULL,
    joined_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

-- Invitations; the token's hash is in control.
CREATE TABLE invitations (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    placeholder_id uuid,
    invited_by uuid,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    accepted_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, placeholder_id) REFERENCES members (workspace_id, user_id)
);

-- Answers of creating requests that carried an Idempotency-Key, kept for 24 hours.
CREATE TABLE idempotency (
    workspace_id uuid NOT NULL,
    principal uuid NOT NULL,
    route text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body_hash bytea NOT NULL,
    resource uuid NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (workspace_id, principal, route, key)
);
CREATE INDEX idempotency_by_time ON idempotency (workspace_id, at);

CREATE TABLE projects (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    lead_id uuid,
    next_number bigint NOT NULL,
    archived_at bigint,
    version bigint NOT NULL,
    created_by uuid,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (key, workspace_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES members (workspace_id, user_id)
);

CREATE TABLE boards (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    archived_at bigint,
    version bigint NOT NULL,
    created_by uuid,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX boards_by_project ON boards (project_id, workspace_id, position, id);

-- Groups of a board: the columns of its kanban. color: palette class 1 to 10.
CREATE TABLE board_groups (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    board_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    color bigint,
    wip_limit bigint,
    archived_at bigint,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, board_id) REFERENCES boards (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX board_groups_by_board ON board_groups (board_id, workspace_id, position, id);

-- Labels of a project. color: palette class 1 to 10.
CREATE TABLE labels (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    color bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE
);
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
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    board_id uuid NOT NULL,
    group_id uuid NOT NULL,
    number bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    priority bigint NOT NULL,
    start_on text COLLATE "C",
    due_on text COLLATE "C",
    due_key text COLLATE "C" NOT NULL,
    parent_id uuid,
    position text COLLATE "C" NOT NULL,
    labels text COLLATE "C" NOT NULL,
    assignees text COLLATE "C" NOT NULL,
    checklist_count bigint NOT NULL,
    entry_count bigint NOT NULL,
    done_count bigint NOT NULL,
    update_count bigint NOT NULL,
    link_count bigint NOT NULL,
    archived_at bigint,
    deleted_at bigint,
    version bigint NOT NULL,
    created_by uuid,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (id, workspace_id),
    UNIQUE (project_id, workspace_id, number),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, board_id) REFERENCES boards (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, group_id) REFERENCES board_groups (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES items (workspace_id, id)
);
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
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    label_id uuid NOT NULL,
    PRIMARY KEY (item_id, workspace_id, label_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX item_labels_by_label ON item_labels (label_id, workspace_id);

CREATE TABLE item_assignees (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (item_id, workspace_id, user_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);
CREATE INDEX item_assignees_by_user ON item_assignees (user_id, workspace_id);

CREATE TABLE checklists (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX checklists_by_item ON checklists (item_id, workspace_id, position, id);

CREATE TABLE checklist_entries (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    checklist_id uuid NOT NULL,
    item_id uuid NOT NULL,
    text text COLLATE "C" NOT NULL,
    done boolean NOT NULL,
    position text COLLATE "C" NOT NULL,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, checklist_id) REFERENCES checklists (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX checklist_entries_by_checklist ON checklist_entries (checklist_id, workspace_id, position, id);
CREATE INDEX checklist_entries_by_item ON checklist_entries (item_id, workspace_id);

-- Links kept with an item (attachments of other systems; http and https only).
CREATE TABLE item_links (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    created_by uuid,
    created_at bigint NOT NULL,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX item_links_by_item ON item_links (item_id, workspace_id, created_at);

-- Updates: comments on an item, in Markdown.
CREATE TABLE updates (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    author_id uuid,
    body text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    edited_at bigint,
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, author_id) REFERENCES members (workspace_id, user_id)
);
CREATE INDEX updates_by_item ON updates (item_id, workspace_id, created_at, id);
CREATE INDEX updates_by_author ON updates (author_id, workspace_id);

-- What happened to an item. old_value and new_value: JSON.
CREATE TABLE activity (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    actor_id uuid,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    field text COLLATE "C",
    old_value text COLLATE "C",
    new_value text COLLATE "C",
    PRIMARY KEY (id, workspace_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX activity_by_item ON activity (item_id, workspace_id, at, id);
CREATE INDEX activity_by_actor ON activity (actor_id, workspace_id);

-- Imports. status: queued running done failed; done: steps of total, which is also where to go on;
-- report: JSON; spool_id, spool_key: the upload's encrypted file and its key, for as long as it is kept.
CREATE TABLE imports (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    source text COLLATE "C" NOT NULL,
    file_name text COLLATE "C" NOT NULL,
    file_hash bytea NOT NULL,
    dry_run boolean NOT NULL,
    status text COLLATE "C" NOT NULL,
    phase text COLLATE "C" NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    created bigint NOT NULL,
    skipped bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    project_id uuid,
    board_id uuid,
    spool_id uuid,
    spool_key bytea,
    created_by uuid,
    created_at bigint NOT NULL,
    finished_at bigint,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX imports_by_time ON imports (workspace_id, created_at, id);

-- What an imported thing became, so that a second import finds it.
CREATE TABLE import_refs (
    workspace_id uuid NOT NULL,
    source text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    target_id uuid NOT NULL,
    PRIMARY KEY (source_id, workspace_id, source, kind)
);
CREATE INDEX import_refs_by_target ON import_refs (target_id, workspace_id);

-- The wall below the statements: without a workspace, or with another one, there is nothing here.
ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_head FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON audit_head
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON audit_records
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE outbox_seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_seen FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON outbox_seen
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON members
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON invitations
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON idempotency
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON projects
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE boards ENABLE ROW LEVEL SECURITY;
ALTER TABLE boards FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON boards
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE board_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON board_groups
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE labels FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON labels
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON items
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE item_labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE item_labels FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON item_labels
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE item_assignees ENABLE ROW LEVEL SECURITY;
ALTER TABLE item_assignees FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON item_assignees
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE checklists ENABLE ROW LEVEL SECURITY;
ALTER TABLE checklists FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON checklists
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE checklist_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE checklist_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON checklist_entries
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE item_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE item_links FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON item_links
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE updates ENABLE ROW LEVEL SECURITY;
ALTER TABLE updates FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON updates
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON activity
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON imports
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
ALTER TABLE import_refs ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_refs FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON import_refs
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON audit_head, outbox_seen, members, invitations, idempotency, projects, boards, board_groups, labels, items, item_labels, item_assignees, checklists, checklist_entries, item_links, updates, activity, imports, import_refs TO trackhold_tenant;
-- Audit records are added and read, nothing else.
GRANT SELECT, INSERT ON audit_records TO trackhold_tenant;
