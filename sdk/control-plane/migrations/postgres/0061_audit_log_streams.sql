CREATE TABLE audit_log_streams (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_audit_log_streams_page ON audit_log_streams (created_at, id);

-- How far each stream is. `epoch` grows with every time the stream is enabled.
CREATE TABLE audit_log_stream_cursors (
    stream_id TEXT COLLATE "C" PRIMARY KEY REFERENCES audit_log_streams (id) ON DELETE CASCADE,
    epoch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_error TEXT COLLATE "C",
    last_delivered_at TEXT COLLATE "C"
);
