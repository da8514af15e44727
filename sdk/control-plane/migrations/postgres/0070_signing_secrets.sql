-- What calls of deployment targets and of gates are signed with is sealed beside the document.
ALTER TABLE deployment_targets ADD COLUMN sealed BYTEA;
ALTER TABLE deployment_targets ADD COLUMN sealed_by TEXT COLLATE "C";
CREATE INDEX idx_deployment_targets_sealed_by ON deployment_targets (sealed_by);
ALTER TABLE environment_gates ADD COLUMN sealed BYTEA;
ALTER TABLE environment_gates ADD COLUMN sealed_by TEXT COLLATE "C";
CREATE INDEX idx_environment_gates_sealed_by ON environment_gates (sealed_by);
