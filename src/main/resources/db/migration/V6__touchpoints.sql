-- Touchpoints, and the log of contacts that changed. Times are epoch milliseconds, UTC.

-- One contact made with a person on a channel. It belongs to the timeline, not to the profile: writing one locks the
-- contact's row and leaves it as it is.
CREATE TABLE touchpoint (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  -- SHA-256 of the caller's key, or of the content and its occurrence, cut to 16 bytes.
  touchpoint_key BINARY(16) NOT NULL,
  -- email, sms, web, app … and invite, sent, shown, reminder …: the words that files and conditions use.
  channel VARCHAR(20) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  happened_at BIGINT NOT NULL,
  -- Ids as the sender gives them; NULL when the touchpoint has none.
  survey VARCHAR(100),
  intercept VARCHAR(100),
  -- The import that brought it; NULL when it was added by itself.
  run_id BIGINT,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, number, touchpoint_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A touchpoint's key is recorded once in a directory, whoever holds it.
CREATE TABLE touchpoint_claim (
  directory_id INT NOT NULL,
  touchpoint_key BINARY(16) NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (directory_id, touchpoint_key)
);

-- Which contacts each transaction changed in anything that conditions can read: fields, opt-outs, lists, transactions,
-- touchpoints, existence. Written in that very transaction, and only while the directory's gate asks for it.
CREATE TABLE contact_change (
  directory_id INT NOT NULL,
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- Contact numbers: a 64-bit RoaringBitmap in its portable form.
  numbers LONGBLOB NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, id),
  KEY contact_change_id (id)
);

-- Every writer shares the gate until its transaction ends and finds here whether its changes are wanted, so whoever
-- passes alone and sets it misses none from then on.
ALTER TABLE identity_gate ADD COLUMN logs_changes TINYINT NOT NULL DEFAULT 0;

-- Moves whenever the log begins anew: what was computed under another number cannot be carried on with it.
ALTER TABLE identity_gate ADD COLUMN log_epoch INT NOT NULL DEFAULT 0;
