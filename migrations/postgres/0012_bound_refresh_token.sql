-- What whoever brings a public client's refresh token has to have (RFC 7800 cnf), JSON object; NULL: the client proves
-- who it is.
ALTER TABLE refresh_token ADD COLUMN confirmation TEXT;
COMMENT ON COLUMN refresh_token.confirmation IS 'JSON object: the key or certificate that whoever brings the token has to have (RFC 7800 cnf); NULL: the client proves who it is.';
