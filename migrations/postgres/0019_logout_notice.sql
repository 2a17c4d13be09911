-- Where a client is told that somebody signed out; also in its metadata. Here to be found by.
ALTER TABLE client ADD COLUMN backchannel_logout_uri TEXT;
UPDATE client SET backchannel_logout_uri = metadata::json ->> 'backchannel_logout_uri';
-- Ended grants whose client is still to be told.
CREATE TABLE logout_notice (
    grant_id UUID NOT NULL PRIMARY KEY REFERENCES login_grant (id),
    next_try_at BIGINT NOT NULL,
    tries SMALLINT NOT NULL
);
CREATE INDEX logout_notice_due ON logout_notice (next_try_at);
COMMENT ON TABLE logout_notice IS 'Ended grants whose client is still to be told (OpenID Connect Back-Channel Logout 1.0). A row goes when it was told, or did not answer often enough.';
COMMENT ON COLUMN logout_notice.grant_id IS 'login_grant: its client, its person and the sid to be told.';
COMMENT ON COLUMN logout_notice.next_try_at IS 'Not before; whoever tries moves it on first. Microseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN logout_notice.tries IS 'How often it was tried.';
