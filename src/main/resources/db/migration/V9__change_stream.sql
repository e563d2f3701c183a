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
UPDATE segment_gate SET refreshed_version = 0;
