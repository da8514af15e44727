-- The token is sealed beside the document instead of in it.
CREATE TABLE platform_connections (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    sealed BYTEA,
    sealed_by TEXT COLLATE "C",
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_platform_connections_page ON platform_connections (created_at, id);
CREATE INDEX idx_platform_connections_sealed_by ON platform_connections (sealed_by);
