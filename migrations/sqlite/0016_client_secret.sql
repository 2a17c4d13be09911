-- The secrets of clients that sign with them (client_secret_jwt), encrypted: to check such a signature, a hash is not
-- enough. Of all other clients only hashes are kept.
CREATE TABLE client_secret (
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    -- From 0; two while one is being replaced.
    position INTEGER NOT NULL,
    -- The data key of the next column.
    data_key BLOB NOT NULL REFERENCES data_key (id),
    -- Encrypted for this client.
    secret BLOB NOT NULL,
    PRIMARY KEY (client_id, position)
) STRICT, WITHOUT ROWID;
