-- What was erased, by its id alone: a restored backup erases it again. kind: workspace, or replaced on
-- PostgreSQL, where a restore put another state of a workspace in its place.
CREATE TABLE erasures (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id, kind, at)
) STRICT;
