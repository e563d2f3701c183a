-- Servers that share the database. Times are epoch milliseconds, UTC, by the clock of the database where it is said so.

CREATE TABLE known_server (
  -- Lies in the state folder, so that it outlives the process.
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(255) NOT NULL,
  version VARCHAR(100) NOT NULL,
  -- When its process began.
  since BIGINT NOT NULL,
  -- When it was last heard, by the clock of the database.
  beat_at BIGINT NOT NULL,
  -- Names the folder where its files lie.
  spool CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of job_list.
  job_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Its job files: a line each, the fingerprint, a blank, the name.
  job_list MEDIUMTEXT NOT NULL,
  -- Since when it has these job files, by the clock of the database.
  jobs_since BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY known_server_beat (beat_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The spool where the files of a run lie; NULL for runs from before, and for those that have none.
ALTER TABLE run ADD COLUMN spool CHAR(36) CHARACTER SET ascii COLLATE ascii_bin;
