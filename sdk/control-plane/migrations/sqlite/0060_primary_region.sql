-- The region that takes changes: one row, or none until a failover has named one.
CREATE TABLE primary_region (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    promoted_at TEXT NOT NULL
);
