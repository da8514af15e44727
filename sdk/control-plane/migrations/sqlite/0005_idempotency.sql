-- Answers to creating requests, kept for 24 hours so that a repeated request is answered, not repeated.
CREATE TABLE idempotency_keys (
    user_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT NOT NULL,
    revision INTEGER NOT NULL,
    location TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
);
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);
