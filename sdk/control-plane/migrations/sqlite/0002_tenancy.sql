-- `document` is the object exactly as the API answers it. The other columns are what SQL has to find or order by;
-- generated ones are there for reports and cannot disagree with the document.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    name TEXT GENERATED ALWAYS AS (json_extract(document, '$.name')) VIRTUAL,
    owner_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.owner_id')) VIRTUAL REFERENCES users (id)
);
CREATE INDEX idx_workspaces_page ON workspaces (created_at, id);

CREATE TABLE memberships (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX idx_memberships_user ON memberships (user_id);

-- A service account is a user without a password that belongs to one workspace.
CREATE TABLE service_accounts (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (workspace_id, name)
);
