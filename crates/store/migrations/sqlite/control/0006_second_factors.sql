-- A workspace may ask for a second factor of all its members.
ALTER TABLE workspaces ADD COLUMN require_2fa INTEGER NOT NULL DEFAULT 0;

-- Where an admin has put aside a member's second factor: there, and only there, it is not asked for.
ALTER TABLE memberships ADD COLUMN factor_reset_at INTEGER;

-- The factor that a session was begun with, by its scope.
ALTER TABLE sessions ADD COLUMN factor BLOB;

-- Authenticators (RFC 6238). scope: the workspace that it counts in, or zeros where it counts in all. secret is sealed.
-- Until it is confirmed it opens nothing, and is offered to one session. last_step is the latest time step whose code was used.
CREATE TABLE totp_factors (
    user_id BLOB NOT NULL,
    scope BLOB NOT NULL,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL,
    offered_to BLOB,
    PRIMARY KEY (user_id, scope),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

-- What stands for an authenticator that is lost; only hashes, and each is used once.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL,
    scope BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user_id, scope, code_hash),
    FOREIGN KEY (user_id, scope) REFERENCES totp_factors (user_id, scope) ON DELETE CASCADE
) STRICT;
