-- Access tokens that were given back before their time, by the id in them, until they would have expired.
CREATE TABLE revoked_access_tokens (
    id TEXT COLLATE "C" PRIMARY KEY,
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX idx_revoked_access_tokens_expires ON revoked_access_tokens (expires_at);
