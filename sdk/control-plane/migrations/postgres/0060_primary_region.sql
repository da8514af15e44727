-- The region that takes changes: one row, or none until a failover has named one.
CREATE TABLE primary_region (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT COLLATE "C" NOT NULL,
    endpoint TEXT COLLATE "C" NOT NULL,
    promoted_at TEXT COLLATE "C" NOT NULL
);
