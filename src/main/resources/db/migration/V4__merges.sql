-- Merges of duplicates, what keeps contacts apart, and the re-key job. Times are epoch milliseconds, UTC.

-- One row per directory: every change of contacts shares it, who changes the rules takes it alone for a moment.
CREATE TABLE identity_gate (
  directory_id INT NOT NULL,
  PRIMARY KEY (directory_id)
);

-- One group of duplicates that became one contact.
CREATE TABLE contact_merge (
  id BIGINT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  survivor BIGINT NOT NULL,
  absorbed INT NOT NULL,
  -- MERGED or UNDONE.
  state VARCHAR(10) NOT NULL,
  -- JSON array: which rule connected which contacts.
  evidence MEDIUMTEXT NOT NULL,
  -- JSON: what undo could not put back; NULL while merged.
  undo_report MEDIUMTEXT,
  merged_at BIGINT NOT NULL,
  undone_at BIGINT,
  PRIMARY KEY (id),
  KEY contact_merge_directory (directory_id, id),
  KEY contact_merge_survivor (directory_id, survivor, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Before-images of a merge: every contact of the group with all that hangs on it.
CREATE TABLE contact_merge_image (
  directory_id INT NOT NULL,
  merge_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  -- SURVIVOR (before), ABSORBED (before), RESULT (the survivor after).
  part VARCHAR(10) NOT NULL,
  -- Deflated JSON.
  image LONGBLOB NOT NULL,
  PRIMARY KEY (directory_id, merge_id, number, part),
  KEY contact_merge_image_number (directory_id, number, merge_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Contacts with the same apart_id are never merged with each other.
CREATE TABLE keep_apart (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  -- The merge whose undo parted them.
  apart_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, number, apart_id),
  KEY keep_apart_set (directory_id, apart_id)
);

-- How far a re-key has come: contacts below next_number have their key under the rule.
CREATE TABLE rekey_progress (
  directory_id INT NOT NULL,
  rule_id INT NOT NULL,
  next_number BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, rule_id)
);
