-- Where members of a workspace log in when not here.
CREATE TABLE sso_connections (
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
CREATE INDEX idx_sso_connections_workspace ON sso_connections (workspace_id, created_at, id);
CREATE INDEX idx_sso_connections_page ON sso_connections (created_at, id);
