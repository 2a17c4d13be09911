-- What a client registers of the protocol (RFC 7591 and the RFCs that add to it), JSON object.
ALTER TABLE client ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
COMMENT ON COLUMN client.metadata IS 'JSON object: what the client registers of the protocol (RFC 7591 and the RFCs that add to it).';
