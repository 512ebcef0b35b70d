SET LOCAL search_path = control;

-- Registrations of the last minute, by a keyed hash of the address they came from; old ones are deleted.
CREATE TABLE registrations (
    id uuid NOT NULL,
    address text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX registrations_by_address ON registrations (address, at);
CREATE INDEX registrations_by_time ON registrations (at);
