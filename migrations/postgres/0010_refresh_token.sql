-- Refresh tokens. Those of one grant are its family: they end together.
CREATE TABLE refresh_token (
    hash BYTEA NOT NULL PRIMARY KEY,
    grant_id UUID NOT NULL REFERENCES login_grant (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);
COMMENT ON TABLE refresh_token IS 'Refresh tokens. Those of one grant are its family: they end together.';
COMMENT ON COLUMN refresh_token.hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN refresh_token.grant_id IS 'login_grant.';
COMMENT ON COLUMN refresh_token.created_at IS 'Microseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN refresh_token.expires_at IS 'Last instant at which it may be used; the whole family shares it. Microseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN refresh_token.used_at IS 'Set by the one caller that won; it got another one.';
