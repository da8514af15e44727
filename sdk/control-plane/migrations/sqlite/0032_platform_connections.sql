-- The token is sealed beside the document instead of in it.
CREATE TABLE platform_connections (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    sealed BLOB,
    sealed_by TEXT,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_platform_connections_page ON platform_connections (created_at, id);
CREATE INDEX idx_platform_connections_sealed_by ON platform_connections (sealed_by);
