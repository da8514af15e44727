CREATE TABLE promotions (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    -- Number of the look that is due next; jobs that come for another one have nothing to do.
    look BIGINT NOT NULL DEFAULT 0,
    release_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{release_id}') STORED,
    operation TEXT GENERATED ALWAYS AS (document::jsonb #>> '{operation}') STORED,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED,
    completed_at TEXT GENERATED ALWAYS AS (document::jsonb #>> '{completed_at}') STORED
);
CREATE INDEX idx_promotions_environment ON promotions (environment_id, created_at, id);
CREATE INDEX idx_promotions_page ON promotions (created_at, id);
CREATE INDEX idx_promotions_workspace ON promotions (workspace_id);

CREATE TABLE environment_releases (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED,
    promotion_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{promotion_id}') STORED,
    UNIQUE (environment_id)
);
CREATE INDEX idx_environment_releases_environment ON environment_releases (environment_id, created_at, id);
CREATE INDEX idx_environment_releases_page ON environment_releases (created_at, id);
CREATE INDEX idx_environment_releases_workspace ON environment_releases (workspace_id);

-- Plans that were shown, so that whoever comes with a digest can be told what has changed since.
CREATE TABLE promotion_plans (
    digest TEXT COLLATE "C" NOT NULL,
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    inputs TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (environment_id, digest)
);
CREATE INDEX idx_promotion_plans_age ON promotion_plans (created_at);
