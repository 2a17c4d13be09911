-- Clients that registered themselves (RFC 7591); those of the configuration have no row here.
CREATE TABLE client_registration (
    client_id TEXT NOT NULL PRIMARY KEY REFERENCES client (id),
    -- SHA-256 of the token by which its registration is read and changed (RFC 7592).
    token_hash BLOB NOT NULL,
    registered_at INTEGER NOT NULL,
    -- When it was removed; then the client is disabled for good.
    removed_at INTEGER
) STRICT, WITHOUT ROWID;
-- Logos of clients: fetched once, drawn anew, served by us.
CREATE TABLE client_logo (
    client_id TEXT NOT NULL PRIMARY KEY REFERENCES client (id),
    -- The logo_uri it came from.
    source TEXT NOT NULL,
    -- SHA-256 of the picture, under which it is served.
    digest BLOB NOT NULL,
    -- PNG
    picture BLOB NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;
CREATE INDEX client_logo_digest ON client_logo (digest);
