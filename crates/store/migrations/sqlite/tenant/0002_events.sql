-- The number of the newest event.
ALTER TABLE audit_head ADD COLUMN events INTEGER NOT NULL DEFAULT 0;

-- What happened, for those who look on. The oldest are deleted.
CREATE TABLE events (
    workspace_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor BLOB,
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,
    about TEXT NOT NULL,
    PRIMARY KEY (workspace_id, number)
) STRICT, WITHOUT ROWID;
