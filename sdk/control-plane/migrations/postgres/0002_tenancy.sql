-- `document` is the object exactly as the API answers it. The other columns are what SQL has to find or order by;
-- generated ones are there for reports and cannot disagree with the document.
CREATE TABLE workspaces (
    id TEXT COLLATE "C" PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    name TEXT GENERATED ALWAYS AS (document::jsonb #>> '{name}') STORED,
    owner_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{owner_id}') STORED REFERENCES users (id)
);
CREATE INDEX idx_workspaces_page ON workspaces (created_at, id);

CREATE TABLE memberships (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX idx_memberships_user ON memberships (user_id);

-- A service account is a user without a password that belongs to one workspace.
CREATE TABLE service_accounts (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id),
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL UNIQUE,
    secret_hash BYTEA NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (workspace_id, name)
);
