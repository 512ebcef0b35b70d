-- What was erased, by its id alone: a restored backup erases it again. kind: workspace.
CREATE TABLE erasures (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
