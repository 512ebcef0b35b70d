-- Everybody with an account. E-mail addresses are kept in lower case.
CREATE TABLE users (
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    password_hash TEXT,
    superadmin INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
) STRICT;

-- The index of workspaces; what is in them lies behind the other door.
CREATE TABLE workspaces (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;

-- Who is in which workspace; their roles are the workspace's own.
CREATE TABLE memberships (
    user_id BLOB NOT NULL,
    workspace_id BLOB NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, workspace_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_workspace ON memberships (workspace_id, user_id);

-- Browser sessions: only the hash of the token is here.
CREATE TABLE sessions (
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    workspace_id BLOB,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sudo_until INTEGER,
    ip TEXT,
    user_agent TEXT,
    PRIMARY KEY (id),
    UNIQUE (token_hash),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Tokens of links: first run, invitations, recovery. Only hashes; each is used once.
CREATE TABLE link_tokens (
    token_hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    workspace_id BLOB,
    subject_id BLOB,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash)
) STRICT;

CREATE INDEX link_tokens_by_subject ON link_tokens (kind, subject_id);

-- Failed checks of a secret, counted an account and network; old ones are deleted.
CREATE TABLE login_failures (
    id BLOB NOT NULL,
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE INDEX login_failures_by_account ON login_failures (account, network, at);
CREATE INDEX login_failures_by_time ON login_failures (at);

-- Messages to workspaces, waiting to be received.
CREATE TABLE outbox (
    id BLOB NOT NULL,
    workspace_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE INDEX outbox_by_workspace ON outbox (workspace_id, id);

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
    UNIQUE (workspace_id, id)
) STRICT;

