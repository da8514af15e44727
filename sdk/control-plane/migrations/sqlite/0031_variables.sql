CREATE TABLE variable_sets (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_variable_sets_page ON variable_sets (created_at, id);

-- One row per edge, from a set to a project or to an environment.
CREATE TABLE variable_set_attachments (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    variable_set_id TEXT NOT NULL REFERENCES variable_sets (id),
    project_id TEXT REFERENCES projects (id),
    environment_id TEXT REFERENCES environments (id),
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (project_id, variable_set_id),
    UNIQUE (environment_id, variable_set_id)
);
CREATE INDEX idx_variable_set_attachments_set ON variable_set_attachments (variable_set_id, created_at, id);
CREATE INDEX idx_variable_set_attachments_page ON variable_set_attachments (created_at, id);
CREATE INDEX idx_variable_set_attachments_workspace ON variable_set_attachments (workspace_id);

-- `tenant_id` is the workspace that the row is in. Of the four ids that follow it one is there: the scope.
CREATE TABLE variables (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES workspaces (id),
    workspace_id TEXT REFERENCES workspaces (id),
    project_id TEXT REFERENCES projects (id),
    environment_id TEXT REFERENCES environments (id),
    variable_set_id TEXT REFERENCES variable_sets (id),
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (workspace_id, key),
    UNIQUE (project_id, key),
    UNIQUE (environment_id, key),
    UNIQUE (variable_set_id, key)
);
CREATE INDEX idx_variables_page ON variables (created_at, id);
CREATE INDEX idx_variables_tenant ON variables (tenant_id);

-- As variables, with the value sealed beside the document instead of in it.
CREATE TABLE secrets (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES workspaces (id),
    workspace_id TEXT REFERENCES workspaces (id),
    project_id TEXT REFERENCES projects (id),
    environment_id TEXT REFERENCES environments (id),
    variable_set_id TEXT REFERENCES variable_sets (id),
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    sealed BLOB,
    sealed_by TEXT,
    UNIQUE (workspace_id, key),
    UNIQUE (project_id, key),
    UNIQUE (environment_id, key),
    UNIQUE (variable_set_id, key)
);
CREATE INDEX idx_secrets_page ON secrets (created_at, id);
CREATE INDEX idx_secrets_tenant ON secrets (tenant_id);
CREATE INDEX idx_secrets_sealed_by ON secrets (sealed_by);
