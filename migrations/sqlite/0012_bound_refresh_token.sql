-- What whoever brings a public client's refresh token has to have (RFC 7800 cnf), JSON object; NULL: the client proves
-- who it is.
ALTER TABLE refresh_token ADD COLUMN confirmation TEXT;
