-- What members may do. Whoever has a line in `memberships` is in the workspace; what they may do there comes from their roles,
-- which are here by the name of a built-in one or by the id of a workspace's own, and from role bindings.
CREATE TABLE member_roles (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    role_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, user_id, role_id)
);
CREATE INDEX idx_member_roles_user ON member_roles (user_id);
CREATE INDEX idx_member_roles_role ON member_roles (role_id);
INSERT INTO member_roles (workspace_id, user_id, role_id) SELECT workspace_id, user_id, role FROM memberships;
ALTER TABLE memberships DROP COLUMN role;

-- What a workspace asks of whoever comes in, where SQL has to see it.
ALTER TABLE workspaces ADD COLUMN allowed_cidrs TEXT
    GENERATED ALWAYS AS (document::jsonb #>> '{security,allowed_cidrs}') STORED;
ALTER TABLE workspaces ADD COLUMN session_ttl_seconds BIGINT
    GENERATED ALWAYS AS ((document::jsonb #>> '{security,session_ttl_seconds}')::BIGINT) STORED;

CREATE TABLE roles (
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
CREATE INDEX idx_roles_workspace ON roles (workspace_id, created_at, id);
CREATE INDEX idx_roles_page ON roles (created_at, id);

CREATE TABLE teams (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    slug TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    parent_team_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{parent_team_id}') STORED,
    UNIQUE (workspace_id, slug)
);
CREATE INDEX idx_teams_workspace ON teams (workspace_id, created_at, id);
CREATE INDEX idx_teams_page ON teams (created_at, id);
CREATE INDEX idx_teams_parent ON teams (parent_team_id);

-- One line per edge.
CREATE TABLE team_memberships (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    team_id TEXT COLLATE "C" NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (team_id, user_id)
);
CREATE INDEX idx_team_memberships_team ON team_memberships (team_id, created_at, id);
CREATE INDEX idx_team_memberships_page ON team_memberships (created_at, id);
CREATE INDEX idx_team_memberships_user ON team_memberships (user_id);
CREATE INDEX idx_team_memberships_workspace ON team_memberships (workspace_id);

CREATE TABLE role_bindings (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    role_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{role_id}') STORED,
    principal_type TEXT GENERATED ALWAYS AS (document::jsonb #>> '{principal,type}') STORED,
    principal_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{principal,id}') STORED,
    scope_type TEXT GENERATED ALWAYS AS (document::jsonb #>> '{scope,type}') STORED,
    scope_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{scope,id}') STORED
);
CREATE INDEX idx_role_bindings_workspace ON role_bindings (workspace_id, created_at, id);
CREATE INDEX idx_role_bindings_page ON role_bindings (created_at, id);
CREATE INDEX idx_role_bindings_principal ON role_bindings (principal_id);
CREATE INDEX idx_role_bindings_scope ON role_bindings (scope_id);
CREATE INDEX idx_role_bindings_role ON role_bindings (role_id);
