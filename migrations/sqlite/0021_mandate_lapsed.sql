-- Whether the mandate was found not to be in force, and the grants under it ended.
ALTER TABLE mandate ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0;
