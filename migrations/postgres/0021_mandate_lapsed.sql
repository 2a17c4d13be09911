ALTER TABLE mandate ADD COLUMN lapsed BOOLEAN NOT NULL DEFAULT FALSE;
COMMENT ON COLUMN mandate.lapsed IS 'Whether the mandate was found not to be in force, and the grants under it ended.';
