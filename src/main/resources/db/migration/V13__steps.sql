-- LOCAL: a file on the server's machine that a person named; SOURCE: a file on the source of its automation. Until now
-- a prefix of the path told one from the other.
ALTER TABLE delivery ADD COLUMN origin VARCHAR(8) NOT NULL DEFAULT 'SOURCE' AFTER automation_id;
UPDATE delivery SET origin = 'LOCAL' WHERE automation_id = 0;
UPDATE delivery SET origin = 'LOCAL', path = SUBSTRING(path, 6) WHERE automation_id <> 0 AND path LIKE 'file:%';
