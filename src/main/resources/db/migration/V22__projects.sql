-- Projects (sites) and their intercepts (invitations): what is being written, and what is in force. Times are epoch
-- milliseconds, UTC.

CREATE TABLE project (
  id BIGINT NOT NULL AUTO_INCREMENT,
  name VARCHAR(255) NOT NULL,
  -- Settings as JSON: what people work on, and what was applied last; NULL before the first time.
  draft MEDIUMTEXT NOT NULL,
  applied MEDIUMTEXT,
  -- Moves with everything that changes what is in force.
  version INT NOT NULL DEFAULT 0,
  applied_at BIGINT,
  -- The kill switch.
  paused TINYINT NOT NULL DEFAULT 0,
  -- What references are signed with; NULL until signing was first switched on.
  signing_secret VARCHAR(64),
  -- What debug tokens are verified with.
  debug_key VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY project_name (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE intercept (
  id BIGINT NOT NULL AUTO_INCREMENT,
  project_id BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  draft MEDIUMTEXT NOT NULL,
  applied MEDIUMTEXT,
  active TINYINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY intercept_name (project_id, name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The segments that targets name, in force or being written. The foreign key keeps a segment in use from being deleted,
-- whoever tries.
CREATE TABLE intercept_segment (
  segment_id BIGINT NOT NULL,
  intercept_id BIGINT NOT NULL,
  PRIMARY KEY (segment_id, intercept_id),
  KEY intercept_segment_intercept (intercept_id),
  CONSTRAINT intercept_segment_used FOREIGN KEY (segment_id) REFERENCES segment (id)
);

-- The switch of the whole module.
ALTER TABLE installation ADD COLUMN intercepts_paused TINYINT NOT NULL DEFAULT 0;
