-- The tokens of a grant, for whoever removes the grant.
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);
