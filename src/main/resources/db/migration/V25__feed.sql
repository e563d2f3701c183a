-- The change feed that evaluators follow, and what evaluators say of themselves. Times are epoch milliseconds, UTC.

-- How many rows of the directory's stream have an id up to settled_id, removed ones included, since this is counted. With the
-- rows above it this numbers every state of the stream: a row that commits late counts as well.
ALTER TABLE identity_gate ADD COLUMN settled_rows BIGINT NOT NULL DEFAULT 0;

-- The last report of each evaluator.
CREATE TABLE evaluator_report (
  -- As the evaluator calls itself: host and port.
  name VARCHAR(100) NOT NULL,
  heard_at BIGINT NOT NULL,
  -- Since when it has been behind its changes without a break; null when it is not.
  behind_since BIGINT,
  -- The report as JSON: snapshots, requests per second, refusals.
  report MEDIUMTEXT NOT NULL,
  PRIMARY KEY (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
