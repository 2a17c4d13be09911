-- Refresh tokens. Those of one grant are its family: they end together.
CREATE TABLE refresh_token (
    -- SHA-256 of the token.
    hash BLOB NOT NULL PRIMARY KEY,
    -- login_grant
    grant_id BLOB NOT NULL REFERENCES login_grant (id),
    created_at INTEGER NOT NULL,
    -- Last instant at which it may be used; the whole family shares it.
    expires_at INTEGER NOT NULL,
    -- Set by the one caller that won; it got another one.
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);
