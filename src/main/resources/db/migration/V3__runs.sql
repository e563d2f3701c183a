-- Runs, deliveries and the ledger of an import. Times are epoch milliseconds, UTC.

-- What is known of an automation beyond its file: its numeric id and the run that holds it now.
CREATE TABLE automation (
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- The id in the job file.
  name VARCHAR(255) NOT NULL,
  -- Where that file was when it was last run, for resumes when it is not in the folder of job files.
  job_file VARCHAR(2000),
  -- The run that has the automation to itself; NULL when none.
  active_run BIGINT,
  paused TINYINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY automation_name (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One file as it was delivered: path, size, time and content together. A forced re-pull is a new generation.
CREATE TABLE delivery (
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- 0 for uploads and imports from the command line.
  automation_id BIGINT NOT NULL,
  path VARCHAR(2000) NOT NULL,
  -- SHA-256 of path, size and modification time, cut to 16 bytes.
  listing_key BINARY(16) NOT NULL,
  generation INT NOT NULL,
  size BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  sha256 BINARY(32),
  -- WAITING, TAKEN (a run works on it), IMPORTED, ABANDONED; what comes after is in disposal.
  state VARCHAR(12) NOT NULL,
  -- What happens to the remote file: LEFT, ARCHIVE_PENDING, ARCHIVED, DELETE_PENDING, DELETED.
  disposal VARCHAR(16) NOT NULL,
  archived_as VARCHAR(2000),
  run_id BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY delivery_listing (automation_id, listing_key, generation)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE run (
  id BIGINT NOT NULL AUTO_INCREMENT,
  kind VARCHAR(20) NOT NULL,
  automation_id BIGINT NOT NULL,
  delivery_id BIGINT NOT NULL,
  directory_id INT NOT NULL,
  -- JSON: everything the run was started with; a resume uses the same.
  spec MEDIUMTEXT NOT NULL,
  -- RUNNING, STOPPING, COMPLETED, FAILED, STOPPED, DEAD, ABANDONED.
  status VARCHAR(12) NOT NULL,
  -- fetch, survey, load, settle.
  step VARCHAR(20) NOT NULL,
  reason TEXT,
  -- The process that works on the run and how often it was taken over: the fence of every block.
  owner VARCHAR(100) NOT NULL,
  epoch INT NOT NULL,
  stop_requested TINYINT NOT NULL DEFAULT 0,
  -- The moment written as creation and modification time of everything the run does.
  as_of BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  -- Counts; final when the run has ended, else as far as known.
  rows_read BIGINT NOT NULL DEFAULT 0,
  rows_created BIGINT NOT NULL DEFAULT 0,
  rows_updated BIGINT NOT NULL DEFAULT 0,
  rows_unchanged BIGINT NOT NULL DEFAULT 0,
  rows_rejected BIGINT NOT NULL DEFAULT 0,
  rows_skipped BIGINT NOT NULL DEFAULT 0,
  -- Milliseconds worked, over all attempts.
  worked_ms BIGINT NOT NULL DEFAULT 0,
  -- JSON: header, columns never seen before, warnings, forecast.
  report MEDIUMTEXT,
  PRIMARY KEY (id),
  KEY run_automation (automation_id, id),
  KEY run_directory (directory_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Apart from run, so that a heartbeat never waits for the fence of a block.
CREATE TABLE run_heartbeat (
  run_id BIGINT NOT NULL,
  epoch INT NOT NULL,
  beat_at BIGINT NOT NULL,
  PRIMARY KEY (run_id)
);

-- One survey of (a part of) the file; round 0 is the whole, later rounds are the rows that lost a race.
CREATE TABLE run_survey (
  run_id BIGINT NOT NULL,
  round INT NOT NULL,
  -- The side file's name, length and checksum (CRC-32C); a resume on another machine surveys anew.
  side_file VARCHAR(500) NOT NULL,
  side_length BIGINT NOT NULL,
  side_checksum BIGINT NOT NULL,
  writes BIGINT NOT NULL,
  blocks INT NOT NULL,
  -- Ids of the directory's rules that the survey made keys for, ascending; other rules by now make it worthless.
  rule_ids VARCHAR(4000) NOT NULL,
  first_number BIGINT NOT NULL,
  new_contacts BIGINT NOT NULL,
  rows_unchanged BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  rows_skipped BIGINT NOT NULL,
  -- Deflated bitmap of the rows whose outcome the survey itself decided.
  decided_rows LONGBLOB NOT NULL,
  surveyed_at BIGINT NOT NULL,
  PRIMARY KEY (run_id, round)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The ledger: a block is done when its row is here, committed with the rows it stands for.
CREATE TABLE run_block (
  run_id BIGINT NOT NULL,
  round INT NOT NULL,
  block INT NOT NULL,
  epoch INT NOT NULL,
  rows_created INT NOT NULL,
  rows_updated INT NOT NULL,
  rows_unchanged INT NOT NULL,
  rows_rejected INT NOT NULL,
  rows_skipped INT NOT NULL,
  -- Rows that lost a race and are surveyed again in the next round, and which ones: a deflated bitmap.
  rows_deferred INT NOT NULL,
  deferred LONGBLOB,
  -- Smallest and largest contact number that the block wrote.
  first_number BIGINT NOT NULL,
  last_number BIGINT NOT NULL,
  committed_at BIGINT NOT NULL,
  PRIMARY KEY (run_id, round, block)
);

-- What a block did, deflated: per contact the rows behind it, the fields they set and the values before.
-- Lineage, merge evidence and the undo of a run read it.
CREATE TABLE run_journal (
  run_id BIGINT NOT NULL,
  round INT NOT NULL,
  block INT NOT NULL,
  part INT NOT NULL,
  entries LONGBLOB NOT NULL,
  PRIMARY KEY (run_id, round, block, part)
);

CREATE TABLE run_reject (
  run_id BIGINT NOT NULL,
  row_no BIGINT NOT NULL,
  -- The survey that rejected the row, or the one whose block did.
  round INT NOT NULL,
  line_no BIGINT NOT NULL,
  code VARCHAR(40) NOT NULL,
  -- The column or field at fault; NULL when the whole row is.
  field VARCHAR(500),
  reason TEXT NOT NULL,
  -- JSON array of the cells; malformed bytes as lone surrogates U+DC80 to U+DCFF.
  cells LONGTEXT NOT NULL,
  PRIMARY KEY (run_id, row_no)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who pressed what and when.
CREATE TABLE run_action (
  id BIGINT NOT NULL AUTO_INCREMENT,
  run_id BIGINT NOT NULL,
  action VARCHAR(20) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  outcome TEXT NOT NULL,
  acted_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY run_action_run (run_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
