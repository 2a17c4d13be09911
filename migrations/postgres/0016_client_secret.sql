CREATE TABLE client_secret (
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    position SMALLINT NOT NULL,
    data_key UUID NOT NULL REFERENCES data_key (id),
    secret BYTEA NOT NULL,
    PRIMARY KEY (client_id, position)
);
COMMENT ON TABLE client_secret IS 'The secrets of clients that sign with them (client_secret_jwt), encrypted: to check such a signature, a hash is not enough. Of all other clients only hashes are kept.';
COMMENT ON COLUMN client_secret.position IS 'From 0; two while one is being replaced.';
COMMENT ON COLUMN client_secret.data_key IS 'The data key of the next column.';
COMMENT ON COLUMN client_secret.secret IS 'Encrypted for this client.';
