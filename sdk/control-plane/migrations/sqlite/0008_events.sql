-- What happened, in the order it happened: one row per change, written with it. Streams and webhooks read on from the
-- last `seq` they have seen. No foreign keys, because an event outlives what it tells of.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    type TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    data TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX idx_events_workspace ON events (workspace_id, seq);
CREATE INDEX idx_events_resource ON events (resource_id, seq);
CREATE INDEX idx_events_created ON events (created_at);
