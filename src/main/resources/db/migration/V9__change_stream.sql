-- The change stream: what each transaction changed of which contacts. Times are epoch milliseconds, UTC.

-- Written in the transaction that makes the changes, and only while the directory's gate asks for it. What was recorded
-- before is not carried over: the next incremental rebuild looks at all contacts.
DROP TABLE contact_change;

CREATE TABLE contact_change (
  directory_id INT NOT NULL,
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- All kinds of change in the row, as a bit mask: 1 values, 2 keys, 4 lists, 8 touchpoints, 16 transactions, 32 gone.
  kinds TINYINT UNSIGNED NOT NULL,
  -- For each mask that occurs: one byte with the mask, then the contact numbers as a 64-bit RoaringBitmap in its
  -- portable form.
  changes LONGBLOB NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, id),
  KEY contact_change_id (id)
);

UPDATE identity_gate SET logs_changes = 0;


-- Who reads the stream of a directory, and how far each has come.
CREATE TABLE change_reader (
  directory_id INT NOT NULL,
  -- segment-rebuild …
  name VARCHAR(40) NOT NULL,
  -- READING; BEHIND: rows that it had not read were removed, it has to start over; ENDED: nobody reads under this name.
  state VARCHAR(10) NOT NULL,
  -- Moves whenever the reader starts over: what was computed under another number cannot be carried on.
  epoch INT NOT NULL,
  -- Every row up to this id has been read.
  low_id BIGINT NOT NULL,
  -- The ids above it that have been read as well: a 64-bit RoaringBitmap in its portable form; empty for none.
  seen MEDIUMBLOB NOT NULL,
  -- When it last started over, and when its position last moved.
  started_at BIGINT NOT NULL,
  moved_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every transaction that took an id of the directory's stream up to this one has ended.
ALTER TABLE identity_gate ADD COLUMN settled_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_gate DROP COLUMN log_epoch;

-- The epoch of the reader segment-rebuild at the last rebuild of all segments; 0 belongs to none.
ALTER TABLE segment_gate RENAME COLUMN log_epoch TO reader_epoch;
UPDATE segment_gate SET reader_epoch = 0;
