CREATE TABLE client_registration (
    client_id TEXT NOT NULL PRIMARY KEY REFERENCES client (id),
    token_hash BYTEA NOT NULL,
    registered_at BIGINT NOT NULL,
    removed_at BIGINT
);
COMMENT ON TABLE client_registration IS 'Clients that registered themselves (RFC 7591); those of the configuration have no row here.';
COMMENT ON COLUMN client_registration.token_hash IS 'SHA-256 of the token by which its registration is read and changed (RFC 7592).';
COMMENT ON COLUMN client_registration.registered_at IS 'Microseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN client_registration.removed_at IS 'When it was removed; then the client is disabled for good. Microseconds since 1970-01-01 UTC.';
CREATE TABLE client_logo (
    client_id TEXT NOT NULL PRIMARY KEY REFERENCES client (id),
    source TEXT NOT NULL,
    digest BYTEA NOT NULL,
    picture BYTEA NOT NULL,
    fetched_at BIGINT NOT NULL
);
CREATE INDEX client_logo_digest ON client_logo (digest);
COMMENT ON TABLE client_logo IS 'Logos of clients: fetched once, drawn anew, served by us.';
COMMENT ON COLUMN client_logo.source IS 'The logo_uri it came from.';
COMMENT ON COLUMN client_logo.digest IS 'SHA-256 of the picture, under which it is served.';
COMMENT ON COLUMN client_logo.picture IS 'PNG.';
COMMENT ON COLUMN client_logo.fetched_at IS 'Microseconds since 1970-01-01 UTC.';
