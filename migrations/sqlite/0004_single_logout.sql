-- Single logout: what an identity provider may end, and the requests by which it did.
-- The PostgreSQL file of the same name says the same.

-- A browser session that hangs on a session at an identity provider (level 1 only). Durable, because grants
-- outlive the browser session that may have gone idle. No names: hashes that answer a LogoutRequest.
CREATE TABLE upstream_session (
    -- SHA-256 of identity provider, NameQualifier and NameID.
    subject_hash BLOB NOT NULL,
    -- SHA-256 of the SessionIndex.
    index_hash BLOB NOT NULL,
    -- As in login_grant.
    session_hash BLOB NOT NULL,
    -- By then the browser session is over in any case.
    until INTEGER NOT NULL,
    PRIMARY KEY (subject_hash, index_hash, session_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX upstream_session_session ON upstream_session (session_hash);
CREATE INDEX upstream_session_until ON upstream_session (until);

-- A LogoutRequest that was obeyed. Its key is the replay check.
CREATE TABLE saml_logout (
    identity_provider TEXT NOT NULL,
    -- LogoutRequest/@ID
    request_id TEXT NOT NULL,
    -- Until then the row has to stay, or the request could be used again.
    replay_until INTEGER NOT NULL,
    PRIMARY KEY (identity_provider, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX saml_logout_replay_until ON saml_logout (replay_until);
