-- What happened, in the order it happened: one row per change, written with it. Streams and webhooks read on from the
-- last `seq` they have seen. No foreign keys, because an event outlives what it tells of.
CREATE TABLE events (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL,
    correlation_id TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX idx_events_workspace ON events (workspace_id, seq);
CREATE INDEX idx_events_resource ON events (resource_id, seq);
CREATE INDEX idx_events_created ON events (created_at);
