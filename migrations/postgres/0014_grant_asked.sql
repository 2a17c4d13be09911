-- What an authorisation request asked for beyond its scopes (single claims, resources, authorization_details, the key
-- of its code), JSON object.
ALTER TABLE login_grant ADD COLUMN asked TEXT NOT NULL DEFAULT '{}';
COMMENT ON COLUMN login_grant.asked IS 'JSON object: what the request asked for beyond its scopes (single claims, resources, authorization_details, the key of its code).';
