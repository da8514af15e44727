-- What all servers count together. Unlogged: after a crash of the database everybody starts their hour anew, and no request
-- waits for the disk.
CREATE UNLOGGED TABLE rate_limit_windows (
    name TEXT COLLATE "C" PRIMARY KEY,
    ends_at BIGINT NOT NULL,
    used BIGINT NOT NULL
) WITH (fillfactor = 50);
