-- The secret of a channel and that of a webhook are sealed beside the document instead of in it.
CREATE TABLE notification_channels (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    sealed BYTEA,
    sealed_by TEXT COLLATE "C",
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_notification_channels_page ON notification_channels (created_at, id);
CREATE INDEX idx_notification_channels_sealed_by ON notification_channels (sealed_by);

CREATE TABLE notification_rules (
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
CREATE INDEX idx_notification_rules_page ON notification_rules (created_at, id);

-- `failures` counts deliveries that failed in a row.
CREATE TABLE webhooks (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    url TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    sealed BYTEA,
    sealed_by TEXT COLLATE "C",
    UNIQUE (workspace_id, url)
);
CREATE INDEX idx_webhooks_page ON webhooks (created_at, id);
CREATE INDEX idx_webhooks_sealed_by ON webhooks (sealed_by);

-- Events on their way. One of `webhook_id` and `channel_id` is there; a delivery goes when its recipient goes.
CREATE TABLE deliveries (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" REFERENCES webhooks (id) ON DELETE CASCADE,
    channel_id TEXT COLLATE "C" REFERENCES notification_channels (id) ON DELETE CASCADE,
    event_id BIGINT NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    response_status BIGINT,
    error TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    next_attempt_at TEXT COLLATE "C",
    completed_at TEXT COLLATE "C"
);
CREATE INDEX idx_deliveries_webhook ON deliveries (webhook_id, created_at, id);
CREATE INDEX idx_deliveries_channel ON deliveries (channel_id, created_at, id);
CREATE INDEX idx_deliveries_completed ON deliveries (completed_at);
