-- Which of two files of an automation is older, and which files its last look passed over. Times are epoch milliseconds, UTC.

-- The date in the file's name, as if it were a time in UTC; NULL where the job does not order files by one. Which of two
-- files is older is said by it, else by the time of change. The new state SKIPPED: settled without being imported.
ALTER TABLE delivery
  ADD COLUMN dated_at BIGINT AFTER modified_at,
  ADD KEY delivery_state (state, automation_id);

-- What the last look at the source of an automation passed over, and since when for that reason.
CREATE TABLE passed_over_file (
  automation_id BIGINT NOT NULL,
  -- SHA-256 of the path, cut to 16 bytes.
  path_key BINARY(16) NOT NULL,
  path VARCHAR(2000) NOT NULL,
  reason VARCHAR(20) NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (automation_id, path_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
