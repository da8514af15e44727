-- Builds of one group of a project exclude each other.
ALTER TABLE builds ADD COLUMN concurrency_group TEXT GENERATED ALWAYS AS (json_extract(document, '$.concurrency_group')) VIRTUAL;
CREATE INDEX idx_builds_group ON builds (project_id, concurrency_group, status);
