-- Contact frequency: rules, reservations, next eligible times. Times are epoch milliseconds, UTC.

CREATE TABLE frequency_rule (
  id BIGINT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  -- As it was given; NULL for all surveys.
  survey VARCHAR(100),
  -- Whose members it holds for; both NULL for everybody.
  segment_id BIGINT,
  list_id INT,
  -- 1: nothing limits the survey.
  always_allowed TINYINT NOT NULL,
  -- As they were given: a number, none, or NULL for a blank; periods such as 30d.
  max_times VARCHAR(10),
  max_per VARCHAR(20),
  gap VARCHAR(20),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY frequency_rule_directory (directory_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A directory that had a rule once. The revision moves with every change of its rules.
CREATE TABLE frequency_revision (
  directory_id INT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (directory_id)
);

-- Contacts promised to somebody who is about to contact them. A row counts like a touchpoint until it ends, or until a
-- counted touchpoint of that contact and survey arrives.
CREATE TABLE frequency_reservation (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- The contact it was made for: the undo of a merge gives it back.
  made_for BIGINT NOT NULL,
  -- As it was given; NULL for none.
  survey VARCHAR(100),
  channel VARCHAR(20) NOT NULL,
  reserved_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  -- A touchpoint that came to be known later than this arrived after the reservation was made.
  known_until BIGINT NOT NULL,
  PRIMARY KEY (directory_id, number, id),
  KEY frequency_reservation_id (id),
  KEY frequency_reservation_end (ends_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Locked while the contacts of a block are reserved, so that nobody reserves one of them beside it.
CREATE TABLE frequency_block (
  directory_id INT NOT NULL,
  block BIGINT NOT NULL,
  PRIMARY KEY (directory_id, block)
);

-- What the next eligible times of a directory were computed with. Whoever computes times has locked the row.
CREATE TABLE frequency_computed (
  directory_id INT NOT NULL,
  -- The rows of frequency_time that count; 0 for none.
  generation BIGINT NOT NULL,
  -- The epoch of the reader of the change stream that keeps them up to date.
  reader_epoch INT NOT NULL,
  -- Revision of the rules and versions of the segments.
  computed_with TEXT NOT NULL,
  -- What each time of a row is for: a JSON array, an empty text for all surveys, then surveys with rules of their own.
  surveys TEXT NOT NULL,
  computed_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The next eligible times of contacts for intercepts. A contact whom nothing held back when it was computed has no row.
CREATE TABLE frequency_time (
  directory_id INT NOT NULL,
  generation BIGINT NOT NULL,
  number BIGINT NOT NULL,
  -- Eight bytes a time, big-endian: the lowest number for always, the greatest for never.
  times VARBINARY(8000) NOT NULL,
  PRIMARY KEY (directory_id, generation, number)
);

-- FREQUENCY_RULE is longer than what was there before.
ALTER TABLE audit MODIFY COLUMN subject_kind VARCHAR(20);
