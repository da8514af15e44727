-- People of a workspace. `memberships` has those who are let in; here are also those who are invited or suspended.
CREATE TABLE workspace_members (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    user_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.user_id')) VIRTUAL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL,
    UNIQUE (workspace_id, email)
);
CREATE INDEX idx_workspace_members_workspace ON workspace_members (workspace_id, created_at, id);
CREATE INDEX idx_workspace_members_page ON workspace_members (created_at, id);
CREATE INDEX idx_workspace_members_email ON workspace_members (email);
CREATE INDEX idx_workspace_members_user ON workspace_members (user_id);

WITH people AS MATERIALIZED (
    SELECT lower(
            hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' ||
            substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
        ) AS id,
        m.workspace_id, m.user_id, m.created_at, lower(u.email) AS email,
        (SELECT json_group_array(r.role_id) FROM member_roles r
            WHERE r.workspace_id = m.workspace_id AND r.user_id = m.user_id) AS role_ids
    FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.user_id = m.user_id)
)
INSERT INTO workspace_members (id, workspace_id, email, document, etag, version, created_at, updated_at)
SELECT id, workspace_id, email,
    '{"created_at":"' || created_at || '","email":' || json_quote(email) || ',"id":"' || id || '","labels":{},"role_ids":' ||
    role_ids || ',"status":"active","updated_at":"' || created_at || '","user_id":"' || user_id ||
    '","workspace_id":"' || workspace_id || '"}',
    '"1-migrated"', 1, created_at, created_at
FROM people;

-- A service account is an object like any other, and the line of `users` with its id is who it is when it calls.
CREATE TABLE client_secrets (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_hash BLOB NOT NULL
);
INSERT INTO client_secrets (user_id, secret_hash) SELECT user_id, secret_hash FROM service_accounts;
CREATE TABLE service_accounts_as_objects (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    client_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.client_id')) VIRTUAL,
    UNIQUE (workspace_id, name)
);
INSERT INTO service_accounts_as_objects (id, workspace_id, name, document, etag, version, created_at, updated_at)
SELECT s.user_id, s.workspace_id, s.name,
    '{"client_id":"' || s.client_id || '","created_at":"' || s.created_at || '","description":null,"id":"' || s.user_id ||
    '","labels":{},"name":"' || s.name || '","role_ids":' ||
    (SELECT json_group_array(r.role_id) FROM member_roles r
        WHERE r.workspace_id = s.workspace_id AND r.user_id = s.user_id) ||
    ',"secret_rotated_at":"' || s.created_at || '","updated_at":"' || s.created_at ||
    '","workspace_id":"' || s.workspace_id || '"}',
    '"1-migrated"', 1, s.created_at, s.created_at
FROM service_accounts s;
DROP TABLE service_accounts;
ALTER TABLE service_accounts_as_objects RENAME TO service_accounts;
CREATE INDEX idx_service_accounts_workspace ON service_accounts (workspace_id, created_at, id);
CREATE INDEX idx_service_accounts_page ON service_accounts (created_at, id);
CREATE UNIQUE INDEX idx_service_accounts_client ON service_accounts (client_id);
