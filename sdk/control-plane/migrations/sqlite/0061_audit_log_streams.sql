CREATE TABLE audit_log_streams (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_audit_log_streams_page ON audit_log_streams (created_at, id);

-- How far each stream is. `epoch` grows with every time the stream is enabled.
CREATE TABLE audit_log_stream_cursors (
    stream_id TEXT PRIMARY KEY REFERENCES audit_log_streams (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_error TEXT,
    last_delivered_at TEXT
);
