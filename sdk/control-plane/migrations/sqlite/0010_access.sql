-- What members may do. Whoever has a line in `memberships` is in the workspace; what they may do there comes from their roles,
-- which are here by the name of a built-in one or by the id of a workspace's own, and from role bindings.
CREATE TABLE member_roles (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id),
    role_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, role_id)
);
CREATE INDEX idx_member_roles_user ON member_roles (user_id);
CREATE INDEX idx_member_roles_role ON member_roles (role_id);
INSERT INTO member_roles (workspace_id, user_id, role_id) SELECT workspace_id, user_id, role FROM memberships;
ALTER TABLE memberships DROP COLUMN role;

-- What a workspace asks of whoever comes in, where SQL has to see it.
ALTER TABLE workspaces ADD COLUMN allowed_cidrs TEXT
    GENERATED ALWAYS AS (json_extract(document, '$.security.allowed_cidrs')) VIRTUAL;
ALTER TABLE workspaces ADD COLUMN session_ttl_seconds INTEGER
    GENERATED ALWAYS AS (json_extract(document, '$.security.session_ttl_seconds')) VIRTUAL;

CREATE TABLE roles (
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
CREATE INDEX idx_roles_workspace ON roles (workspace_id, created_at, id);
CREATE INDEX idx_roles_page ON roles (created_at, id);

CREATE TABLE teams (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    parent_team_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.parent_team_id')) VIRTUAL,
    UNIQUE (workspace_id, slug)
);
CREATE INDEX idx_teams_workspace ON teams (workspace_id, created_at, id);
CREATE INDEX idx_teams_page ON teams (created_at, id);
CREATE INDEX idx_teams_parent ON teams (parent_team_id);

-- One line per edge.
CREATE TABLE team_memberships (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id),
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (team_id, user_id)
);
CREATE INDEX idx_team_memberships_team ON team_memberships (team_id, created_at, id);
CREATE INDEX idx_team_memberships_page ON team_memberships (created_at, id);
CREATE INDEX idx_team_memberships_user ON team_memberships (user_id);
CREATE INDEX idx_team_memberships_workspace ON team_memberships (workspace_id);

CREATE TABLE role_bindings (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    role_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.role_id')) VIRTUAL,
    principal_type TEXT GENERATED ALWAYS AS (json_extract(document, '$.principal.type')) VIRTUAL,
    principal_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.principal.id')) VIRTUAL,
    scope_type TEXT GENERATED ALWAYS AS (json_extract(document, '$.scope.type')) VIRTUAL,
    scope_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.scope.id')) VIRTUAL
);
CREATE INDEX idx_role_bindings_workspace ON role_bindings (workspace_id, created_at, id);
CREATE INDEX idx_role_bindings_page ON role_bindings (created_at, id);
CREATE INDEX idx_role_bindings_principal ON role_bindings (principal_id);
CREATE INDEX idx_role_bindings_scope ON role_bindings (scope_id);
CREATE INDEX idx_role_bindings_role ON role_bindings (role_id);
