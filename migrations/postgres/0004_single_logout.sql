-- Single logout: what an identity provider may end, and the requests by which it did.
-- The SQLite file of the same name says the same.

CREATE TABLE upstream_session (
    subject_hash BYTEA NOT NULL,
    index_hash BYTEA NOT NULL,
    session_hash BYTEA NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (subject_hash, index_hash, session_hash)
);
COMMENT ON TABLE upstream_session IS 'A browser session that hangs on a session at an identity provider (level 1 only). Durable, because grants outlive the browser session that may have gone idle. No names: hashes that answer a LogoutRequest.';
COMMENT ON COLUMN upstream_session.subject_hash IS 'SHA-256 of identity provider, NameQualifier and NameID.';
COMMENT ON COLUMN upstream_session.index_hash IS 'SHA-256 of the SessionIndex.';
COMMENT ON COLUMN upstream_session.session_hash IS 'As in login_grant.';
COMMENT ON COLUMN upstream_session.until IS 'By then the browser session is over in any case.';
CREATE INDEX upstream_session_session ON upstream_session (session_hash);
CREATE INDEX upstream_session_until ON upstream_session (until);

CREATE TABLE saml_logout (
    identity_provider TEXT NOT NULL,
    request_id TEXT NOT NULL,
    replay_until BIGINT NOT NULL,
    PRIMARY KEY (identity_provider, request_id)
);
COMMENT ON TABLE saml_logout IS 'A LogoutRequest that was obeyed. Its key is the replay check.';
COMMENT ON COLUMN saml_logout.request_id IS 'LogoutRequest/@ID';
COMMENT ON COLUMN saml_logout.replay_until IS 'Until then the row has to stay, or the request could be used again.';
CREATE INDEX saml_logout_replay_until ON saml_logout (replay_until);
