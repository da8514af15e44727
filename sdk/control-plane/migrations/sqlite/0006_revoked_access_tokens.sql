-- Access tokens that were given back before their time, by the id in them, until they would have expired.
CREATE TABLE revoked_access_tokens (
    id TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
);
CREATE INDEX idx_revoked_access_tokens_expires ON revoked_access_tokens (expires_at);
