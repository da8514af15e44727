CREATE TABLE variable_sets (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_variable_sets_page ON variable_sets (created_at, id);

-- One row per edge, from a set to a project or to an environment.
CREATE TABLE variable_set_attachments (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    variable_set_id TEXT COLLATE "C" NOT NULL REFERENCES variable_sets (id),
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    environment_id TEXT COLLATE "C" REFERENCES environments (id),
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (project_id, variable_set_id),
    UNIQUE (environment_id, variable_set_id)
);
CREATE INDEX idx_variable_set_attachments_set ON variable_set_attachments (variable_set_id, created_at, id);
CREATE INDEX idx_variable_set_attachments_page ON variable_set_attachments (created_at, id);
CREATE INDEX idx_variable_set_attachments_workspace ON variable_set_attachments (workspace_id);

-- `tenant_id` is the workspace that the row is in. Of the four ids that follow it one is there: the scope.
CREATE TABLE variables (
    id TEXT COLLATE "C" PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    workspace_id TEXT COLLATE "C" REFERENCES workspaces (id),
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    environment_id TEXT COLLATE "C" REFERENCES environments (id),
    variable_set_id TEXT COLLATE "C" REFERENCES variable_sets (id),
    key TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (workspace_id, key),
    UNIQUE (project_id, key),
    UNIQUE (environment_id, key),
    UNIQUE (variable_set_id, key)
);
CREATE INDEX idx_variables_page ON variables (created_at, id);
CREATE INDEX idx_variables_tenant ON variables (tenant_id);

-- As variables, with the value sealed beside the document instead of in it.
CREATE TABLE secrets (
    id TEXT COLLATE "C" PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    workspace_id TEXT COLLATE "C" REFERENCES workspaces (id),
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    environment_id TEXT COLLATE "C" REFERENCES environments (id),
    variable_set_id TEXT COLLATE "C" REFERENCES variable_sets (id),
    key TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    sealed BYTEA,
    sealed_by TEXT COLLATE "C",
    UNIQUE (workspace_id, key),
    UNIQUE (project_id, key),
    UNIQUE (environment_id, key),
    UNIQUE (variable_set_id, key)
);
CREATE INDEX idx_secrets_page ON secrets (created_at, id);
CREATE INDEX idx_secrets_tenant ON secrets (tenant_id);
CREATE INDEX idx_secrets_sealed_by ON secrets (sealed_by);
