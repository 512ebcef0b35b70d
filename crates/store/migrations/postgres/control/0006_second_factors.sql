SET LOCAL search_path = control;

-- A workspace may ask for a second factor of all its members.
ALTER TABLE workspaces ADD COLUMN require_2fa boolean NOT NULL DEFAULT false;

-- Where an admin has put aside a member's second factor: there, and only there, it is not asked for.
ALTER TABLE memberships ADD COLUMN factor_reset_at bigint;

-- The factor that a session was begun with, by its scope.
ALTER TABLE sessions ADD COLUMN factor uuid;

-- Authenticators (RFC 6238). scope: the workspace that it counts in, or zeros where it counts in all. secret is sealed.
-- Until it is confirmed it opens nothing, and is offered to one session. last_step is the latest time step whose code was used.
CREATE TABLE totp_factors (
    user_id uuid NOT NULL,
    scope uuid NOT NULL,
    secret bytea NOT NULL,
    created_at bigint NOT NULL,
    confirmed_at bigint,
    last_step bigint NOT NULL,
    offered_to uuid,
    PRIMARY KEY (user_id, scope),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE
);

-- What stands for an authenticator that is lost; only hashes, and each is used once.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL,
    scope uuid NOT NULL,
    code_hash bytea NOT NULL,
    PRIMARY KEY (user_id, scope, code_hash),
    FOREIGN KEY (user_id, scope) REFERENCES totp_factors (user_id, scope) ON DELETE CASCADE
        DEFERRABLE INITIALLY IMMEDIATE
);
