-- What people want of automations. Times are epoch milliseconds, UTC.

-- A hold: since when, by whom and why. The flag that it takes the place of was never set.
ALTER TABLE automation
  DROP COLUMN paused,
  ADD COLUMN held_at BIGINT,
  ADD COLUMN held_by_kind VARCHAR(20),
  ADD COLUMN held_by VARCHAR(255),
  ADD COLUMN held_reason VARCHAR(500),
  ADD KEY automation_held (held_at);

-- A run that somebody has asked for, until a server has answered it; the last answer stays. One row an automation.
CREATE TABLE asked_run (
  automation_id BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by_kind VARCHAR(20) NOT NULL,
  asked_by VARCHAR(255) NOT NULL,
  -- The name of a file on the source; NULL: all new ones.
  file VARCHAR(1000),
  answered_at BIGINT,
  answer TEXT,
  PRIMARY KEY (automation_id),
  KEY asked_run_open (answered_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was sent about an automation, newest first.
ALTER TABLE notification ADD KEY notification_automation (automation, id);

-- How many rows were rejected for which reason: counted once, when an attempt ends. JSON, most first; NULL for runs of before.
ALTER TABLE run_import ADD COLUMN reject_codes TEXT;

-- Rejected rows of one reason, in file order.
ALTER TABLE run_reject ADD KEY run_reject_code (run_id, code, row_no);
