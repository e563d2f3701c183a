-- JSON events. Times are epoch milliseconds, UTC.

-- The job files of the kind event; the id is that of the automation.
CREATE TABLE event_job (
  automation_id BIGINT NOT NULL,
  -- The UUID of the address that other products' clients send to.
  token CHAR(36) NOT NULL,
  -- Up to which response one that starts from responses has surely read; NULL for others.
  response_position BIGINT,
  -- The process that applies its events, and until when on the database's clock.
  holder VARCHAR(100) NOT NULL DEFAULT '',
  held_until BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (automation_id),
  UNIQUE KEY event_job_token (token)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Each event with what became of it.
CREATE TABLE json_event (
  -- Given out from json_event_number, in the order of the commits. The run has a number of its own made of it.
  id BIGINT NOT NULL,
  automation_id BIGINT NOT NULL,
  -- SHA-256 of the event's own id, cut to 16 bytes: unique in its job; NULL for one without an id.
  event_key BINARY(16),
  event_id VARCHAR(255),
  received_at BIGINT NOT NULL,
  sender_kind VARCHAR(20) NOT NULL,
  sender VARCHAR(255) NOT NULL,
  -- QUEUED, COMPLETED, REJECTED.
  state VARCHAR(10) NOT NULL,
  -- Bytes and text of the body, which goes when the event is completed.
  size INT NOT NULL,
  body MEDIUMTEXT,
  applied_at BIGINT,
  -- CREATED, UPDATED, UNCHANGED, SKIPPED or REJECTED, and the contact where there is one.
  outcome VARCHAR(10),
  directory_id INT,
  number BIGINT,
  reason_code VARCHAR(60),
  reason_field VARCHAR(1000),
  reason TEXT,
  PRIMARY KEY (id),
  UNIQUE KEY json_event_once (automation_id, event_key),
  KEY json_event_open (state, automation_id, id),
  KEY json_event_age (received_at),
  KEY json_event_of_contact (directory_id, number)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE json_event_number (
  only_row TINYINT NOT NULL,
  next BIGINT NOT NULL,
  PRIMARY KEY (only_row)
);

INSERT INTO json_event_number (only_row, next) VALUES (1, 1);
