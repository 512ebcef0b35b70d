SET LOCAL search_path = tenant;

-- The number of the newest event.
ALTER TABLE audit_head ADD COLUMN events bigint NOT NULL DEFAULT 0;

-- What happened, for those who look on. The oldest are deleted.
CREATE TABLE events (
    workspace_id uuid NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    actor uuid,
    kind text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    about text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON events
    USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
    WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);

-- Events are added, read and forgotten, never changed.
GRANT SELECT, INSERT, DELETE ON events TO trackhold_tenant;
