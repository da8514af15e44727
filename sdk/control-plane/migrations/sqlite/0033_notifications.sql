-- The secret of a channel and that of a webhook are sealed beside the document instead of in it.
CREATE TABLE notification_channels (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    sealed BLOB,
    sealed_by TEXT,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_notification_channels_page ON notification_channels (created_at, id);
CREATE INDEX idx_notification_channels_sealed_by ON notification_channels (sealed_by);

CREATE TABLE notification_rules (
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
CREATE INDEX idx_notification_rules_page ON notification_rules (created_at, id);

-- `failures` counts deliveries that failed in a row.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    url TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    sealed BLOB,
    sealed_by TEXT,
    UNIQUE (workspace_id, url)
);
CREATE INDEX idx_webhooks_page ON webhooks (created_at, id);
CREATE INDEX idx_webhooks_sealed_by ON webhooks (sealed_by);

-- Events on their way. One of `webhook_id` and `channel_id` is there; a delivery goes when its recipient goes.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    webhook_id TEXT REFERENCES webhooks (id) ON DELETE CASCADE,
    channel_id TEXT REFERENCES notification_channels (id) ON DELETE CASCADE,
    event_id INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    event TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    response_status INTEGER,
    error TEXT,
    created_at TEXT NOT NULL,
    next_attempt_at TEXT,
    completed_at TEXT
);
CREATE INDEX idx_deliveries_webhook ON deliveries (webhook_id, created_at, id);
CREATE INDEX idx_deliveries_channel ON deliveries (channel_id, created_at, id);
CREATE INDEX idx_deliveries_completed ON deliveries (completed_at);
