-- Registrations of the last minute, by a keyed hash of the address they came from; old ones are deleted.
CREATE TABLE registrations (
    id BLOB NOT NULL,
    address TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX registrations_by_address ON registrations (address, at);
CREATE INDEX registrations_by_time ON registrations (at);
