-- What a deployment was given of variables and secrets: names and fingerprints for good, values as long as they are needed.
ALTER TABLE deployments ADD COLUMN configuration TEXT COLLATE "C";
ALTER TABLE deployments ADD COLUMN sealed BYTEA;
ALTER TABLE deployments ADD COLUMN sealed_by TEXT COLLATE "C";
CREATE INDEX idx_deployments_sealed_by ON deployments (sealed_by);
