-- What the server role needs: leases of scheduled work, and notifications on their way. Times are epoch milliseconds, UTC.

-- The table of db-scheduler 16, with times as numbers. One row per job, alarm and duty of the server.
CREATE TABLE scheduled_task (
  task_name VARCHAR(100) NOT NULL,
  task_instance VARCHAR(150) NOT NULL,
  task_data BLOB,
  execution_time BIGINT NOT NULL,
  picked TINYINT(1) NOT NULL,
  picked_by VARCHAR(100),
  last_success BIGINT,
  last_failure BIGINT,
  consecutive_failures INT,
  last_heartbeat BIGINT,
  version BIGINT NOT NULL,
  priority SMALLINT,
  PRIMARY KEY (task_name, task_instance),
  KEY scheduled_task_due (execution_time),
  KEY scheduled_task_heartbeat (last_heartbeat)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Notifications, from the moment something happened until they are delivered or given up.
CREATE TABLE notification (
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- SHA-256 of what is told to whom, cut to 16 bytes: the same is told once.
  once_key BINARY(16) NOT NULL,
  -- The id in the job file.
  automation VARCHAR(255) NOT NULL,
  -- EMAIL or WEBHOOK.
  channel VARCHAR(10) NOT NULL,
  -- A mailbox, or the webhook as the job file has it; references are looked up at delivery, so no secret stands here.
  destination VARCHAR(2000) NOT NULL,
  -- Reference to the secret of the webhook's signature.
  secret_ref VARCHAR(2000),
  -- JSON of what happened: counts, status, reason; no personal data.
  message MEDIUMTEXT NOT NULL,
  -- WAITING, SENT, GIVEN_UP.
  state VARCHAR(10) NOT NULL,
  attempts INT NOT NULL,
  -- When the next attempt is due; whoever moves it on makes the attempt.
  due_at BIGINT NOT NULL,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (id),
  UNIQUE KEY notification_once (once_key),
  KEY notification_due (state, due_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
