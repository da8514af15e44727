CREATE TABLE promotions (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Number of the look that is due next; jobs that come for another one have nothing to do.
    look INTEGER NOT NULL DEFAULT 0,
    release_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.release_id')) VIRTUAL,
    operation TEXT GENERATED ALWAYS AS (json_extract(document, '$.operation')) VIRTUAL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL,
    completed_at TEXT GENERATED ALWAYS AS (json_extract(document, '$.completed_at')) VIRTUAL
);
CREATE INDEX idx_promotions_environment ON promotions (environment_id, created_at, id);
CREATE INDEX idx_promotions_page ON promotions (created_at, id);
CREATE INDEX idx_promotions_workspace ON promotions (workspace_id);

CREATE TABLE environment_releases (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL,
    promotion_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.promotion_id')) VIRTUAL,
    UNIQUE (environment_id)
);
CREATE INDEX idx_environment_releases_environment ON environment_releases (environment_id, created_at, id);
CREATE INDEX idx_environment_releases_page ON environment_releases (created_at, id);
CREATE INDEX idx_environment_releases_workspace ON environment_releases (workspace_id);

-- Plans that were shown, so that whoever comes with a digest can be told what has changed since.
CREATE TABLE promotion_plans (
    digest TEXT NOT NULL,
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    inputs TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (environment_id, digest)
);
CREATE INDEX idx_promotion_plans_age ON promotion_plans (created_at);
