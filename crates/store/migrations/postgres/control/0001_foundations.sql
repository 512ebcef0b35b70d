SET LOCAL search_path = control;

-- Everybody with an account. E-mail addresses are kept in lower case.
CREATE TABLE users (
    id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    email_verified boolean NOT NULL,
    name text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C",
    superadmin boolean NOT NULL,
    disabled boolean NOT NULL,
    created_at bigint NOT NULL,
    password_changed_at bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
);

-- The index of workspaces; what is in them lies behind the other door.
CREATE TABLE workspaces (
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_by uuid,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);

-- Who is in which workspace; their roles are the workspace's own.
CREATE TABLE memberships (
    user_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    joined_at bigint NOT NULL,
    PRIMARY KEY (user_id, workspace_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
CREATE INDEX memberships_by_workspace ON memberships (workspace_id, user_id);

-- Browser sessions: only the hash of the token is here.
CREATE TABLE sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    workspace_id uuid,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    sudo_until bigint,
    ip text COLLATE "C",
    user_agent text COLLATE "C",
    PRIMARY KEY (id),
    UNIQUE (token_hash),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Tokens of links: first run, invitations, recovery. Only hashes; each is used once.
CREATE TABLE link_tokens (
    token_hash bytea NOT NULL,
    kind text COLLATE "C" NOT NULL,
    workspace_id uuid,
    subject_id uuid,
    expires_at bigint NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX link_tokens_by_subject ON link_tokens (kind, subject_id);

-- Failed checks of a secret, counted an account and network; old ones are deleted.
CREATE TABLE login_failures (
    id uuid NOT NULL,
    account text COLLATE "C" NOT NULL,
    network text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX login_failures_by_account ON login_failures (account, network, at);
CREATE INDEX login_failures_by_time ON login_failures (at);

-- Messages to workspaces, waiting to be received.
CREATE TABLE outbox (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX outbox_by_workspace ON outbox (workspace_id, id);

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
    UNIQUE (workspace_id, id)
);

-- Keys of the instance, wrapped by the master key; the embedded engine keeps them in files.
CREATE TABLE keys (
    purpose text COLLATE "C" NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (purpose)
);
INSERT INTO audit_head (workspace_id, seq, hash)
VALUES ('00000000-0000-0000-0000-000000000000', 0, decode(repeat('00', 32), 'hex'));
