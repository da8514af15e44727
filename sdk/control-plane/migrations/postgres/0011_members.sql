-- People of a workspace. `memberships` has those who are let in; here are also those who are invited or suspended.
CREATE TABLE workspace_members (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    email TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    user_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{user_id}') STORED,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED,
    UNIQUE (workspace_id, email)
);
CREATE INDEX idx_workspace_members_workspace ON workspace_members (workspace_id, created_at, id);
CREATE INDEX idx_workspace_members_page ON workspace_members (created_at, id);
CREATE INDEX idx_workspace_members_email ON workspace_members (email);
CREATE INDEX idx_workspace_members_user ON workspace_members (user_id);

WITH people AS MATERIALIZED (
    SELECT gen_random_uuid()::text AS id,
        m.workspace_id, m.user_id, m.created_at, lower(u.email) AS email,
        (SELECT coalesce(json_agg(r.role_id), '[]')::text FROM member_roles r
            WHERE r.workspace_id = m.workspace_id AND r.user_id = m.user_id) AS role_ids
    FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.user_id = m.user_id)
)
INSERT INTO workspace_members (id, workspace_id, email, document, etag, version, created_at, updated_at)
SELECT id, workspace_id, email,
    '{"created_at":"' || created_at || '","email":' || to_json(email)::text || ',"id":"' || id || '","labels":{},"role_ids":' ||
    role_ids || ',"status":"active","updated_at":"' || created_at || '","user_id":"' || user_id ||
    '","workspace_id":"' || workspace_id || '"}',
    '"1-migrated"', 1, created_at, created_at
FROM people;

-- A service account is an object like any other, and the line of `users` with its id is who it is when it calls.
CREATE TABLE client_secrets (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_hash BYTEA NOT NULL
);
INSERT INTO client_secrets (user_id, secret_hash) SELECT user_id, secret_hash FROM service_accounts;
CREATE TABLE service_accounts_as_objects (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    client_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{client_id}') STORED,
    UNIQUE (workspace_id, name)
);
INSERT INTO service_accounts_as_objects (id, workspace_id, name, document, etag, version, created_at, updated_at)
SELECT s.user_id, s.workspace_id, s.name,
    '{"client_id":"' || s.client_id || '","created_at":"' || s.created_at || '","description":null,"id":"' || s.user_id ||
    '","labels":{},"name":"' || s.name || '","role_ids":' ||
    (SELECT coalesce(json_agg(r.role_id), '[]')::text FROM member_roles r
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
