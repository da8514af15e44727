-- The private keys of access tokens are sealed; those that are here in plain are taken over by the next server that starts.
ALTER TABLE signing_keys ALTER COLUMN private_key_pem DROP NOT NULL;
ALTER TABLE signing_keys ADD COLUMN sealed BYTEA;
ALTER TABLE signing_keys ADD COLUMN sealed_by TEXT COLLATE "C";
CREATE INDEX idx_signing_keys_sealed_by ON signing_keys (sealed_by);
