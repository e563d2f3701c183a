-- What comes back from pages and systems. Times are epoch milliseconds, UTC.

-- How many events came, and what happened to them. Of the persons themselves nothing is kept here.
CREATE TABLE event_count (
  project_id BIGINT NOT NULL,
  intercept_id BIGINT NOT NULL,
  -- The day of the event in UTC.
  day DATE NOT NULL,
  kind VARCHAR(20) NOT NULL,
  outcome VARCHAR(20) NOT NULL,
  events BIGINT NOT NULL,
  PRIMARY KEY (project_id, intercept_id, day, kind, outcome),
  KEY event_count_day (day)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far each file of the spool of events has been replayed; moves in the transactions that record its events.
CREATE TABLE event_spool (
  spool VARCHAR(100) NOT NULL,
  position BIGINT NOT NULL,
  moved_at BIGINT NOT NULL,
  PRIMARY KEY (spool)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What a run says of the eligible contacts of a block of numbers.
CREATE TABLE eligibility_block (
  run_id BIGINT NOT NULL,
  block BIGINT NOT NULL,
  eligible BIGINT NOT NULL,
  frequency BIGINT NOT NULL,
  opted_out BIGINT NOT NULL,
  -- Lines of CSV without a header, compressed with gzip.
  csv_lines MEDIUMBLOB NOT NULL,
  PRIMARY KEY (run_id, block)
);
