-- Where a client is told that somebody signed out; also in its metadata. Here to be found by.
ALTER TABLE client ADD COLUMN backchannel_logout_uri TEXT;
UPDATE client SET backchannel_logout_uri = json_extract(metadata, '$.backchannel_logout_uri');
-- Ended grants whose client is still to be told (OpenID Connect Back-Channel Logout 1.0). A row goes when it was told, or
-- did not answer often enough.
CREATE TABLE logout_notice (
    -- login_grant: its client, its person and the sid to be told.
    grant_id BLOB NOT NULL PRIMARY KEY REFERENCES login_grant (id),
    -- Not before; whoever tries moves it on first.
    next_try_at INTEGER NOT NULL,
    -- How often it was tried.
    tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logout_notice_due ON logout_notice (next_try_at);
