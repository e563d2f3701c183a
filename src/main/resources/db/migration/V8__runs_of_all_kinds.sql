-- Everything that runs has a row in run, one lease and one life cycle. Times are epoch milliseconds, UTC.

-- What an import has beyond any other run: its delivery and the outcomes of its rows. Apart from run, so that counting
-- never waits for the fence of a block.
CREATE TABLE run_import (
  run_id BIGINT NOT NULL,
  delivery_id BIGINT NOT NULL,
  -- Final when the run has ended, else as far as known.
  rows_read BIGINT NOT NULL DEFAULT 0,
  rows_created BIGINT NOT NULL DEFAULT 0,
  rows_updated BIGINT NOT NULL DEFAULT 0,
  rows_unchanged BIGINT NOT NULL DEFAULT 0,
  rows_rejected BIGINT NOT NULL DEFAULT 0,
  rows_skipped BIGINT NOT NULL DEFAULT 0,
  -- The run that imported the whole file again; NULL when none did.
  reprocessed_by BIGINT,
  PRIMARY KEY (run_id)
);

INSERT INTO run_import (run_id, delivery_id, rows_read, rows_created, rows_updated, rows_unchanged, rows_rejected,
  rows_skipped)
SELECT id, delivery_id, rows_read, rows_created, rows_updated, rows_unchanged, rows_rejected, rows_skipped
FROM run;

UPDATE run_import i
JOIN run_action a ON a.run_id = i.run_id AND a.action = 'reprocess'
SET i.reprocessed_by = CAST(a.outcome AS UNSIGNED);

-- Numbers of runs stay below 2^62: those from there on are kept for events.
-- kind: contact-import, segment-rebuild, merge, re-key, deletion.
-- status: QUEUED (accepted, nobody works on it yet), RUNNING, COMPLETED, FAILED, STOPPED, DEAD, ABANDONED.
-- as_of: the moment that it writes or reads; NULL until a rebuild has fixed one.
-- report: JSON, a record for each kind.
ALTER TABLE run
  DROP COLUMN delivery_id,
  DROP COLUMN rows_read,
  DROP COLUMN rows_created,
  DROP COLUMN rows_updated,
  DROP COLUMN rows_unchanged,
  DROP COLUMN rows_rejected,
  DROP COLUMN rows_skipped,
  MODIFY COLUMN as_of BIGINT,
  ADD COLUMN built_version BIGINT,
  ADD KEY run_kind (kind, id);

-- How far a run has come: rows, contacts or groups of its step, and the share of the step, 0 to 1.
ALTER TABLE run_heartbeat
  ADD COLUMN done BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN share DOUBLE NOT NULL DEFAULT 0;

-- Rebuilds become runs; segment_rebuild says which run built which version.
INSERT INTO run (kind, automation_id, directory_id, spec, status, step, reason, owner, epoch, stop_requested, as_of,
  started_at, ended_at, worked_ms, report, built_version)
SELECT 'segment-rebuild', 0, directory_id,
  CONCAT('{"directory":', directory_id, ',"kind":"', kind, '","segments":', COALESCE(segments, '[]'),
    ',"freshness":"RUNNING","cause":', JSON_QUOTE(cause), '}'),
  CASE status WHEN 'HELD' THEN 'COMPLETED' WHEN 'REPLACED' THEN 'ABANDONED' ELSE status END,
  CASE WHEN status IN ('COMPLETED', 'HELD') THEN 'publish' ELSE 'evaluate' END,
  reason, owner, epoch, stop_requested, as_of, started_at, ended_at, worked_ms,
  CASE WHEN status IN ('COMPLETED', 'HELD') THEN CONCAT('{"version":', version, ',"contacts":', contacts, ',"held":',
    CASE status WHEN 'HELD' THEN 'true' ELSE 'false' END, '}') END,
  version
FROM segment_rebuild
ORDER BY started_at, directory_id, version;

INSERT INTO run_heartbeat (run_id, epoch, beat_at, done, share)
SELECT r.id, r.epoch, COALESCE(h.beat_at, r.ended_at, r.started_at), b.contacts, COALESCE(h.share, 0)
FROM run r
JOIN segment_rebuild b ON b.directory_id = r.directory_id AND b.version = r.built_version
LEFT JOIN segment_rebuild_heartbeat h ON h.directory_id = b.directory_id AND h.version = b.version
WHERE r.kind = 'segment-rebuild';

ALTER TABLE segment_rebuild ADD COLUMN run_id BIGINT NOT NULL DEFAULT 0;

UPDATE segment_rebuild b
JOIN run r ON r.directory_id = b.directory_id AND r.built_version = b.version
SET b.run_id = r.id;

ALTER TABLE segment_rebuild
  DROP COLUMN kind,
  DROP COLUMN segments,
  DROP COLUMN cause,
  DROP COLUMN status,
  DROP COLUMN reason,
  DROP COLUMN owner,
  DROP COLUMN epoch,
  DROP COLUMN stop_requested,
  DROP COLUMN as_of,
  DROP COLUMN started_at,
  DROP COLUMN ended_at,
  DROP COLUMN worked_ms,
  DROP COLUMN contacts,
  ADD UNIQUE KEY segment_rebuild_run (run_id);

ALTER TABLE run DROP COLUMN built_version;

DROP TABLE segment_rebuild_heartbeat;

-- Merges and re-keys that were cut off before they were runs: no process works on them any more.
UPDATE BATCH_JOB_EXECUTION e
JOIN BATCH_JOB_INSTANCE i ON i.JOB_INSTANCE_ID = e.JOB_INSTANCE_ID
SET e.STATUS = 'FAILED', e.EXIT_CODE = 'FAILED', e.END_TIME = e.LAST_UPDATED
WHERE i.JOB_NAME IN ('mergeDuplicates', 'rekeyDirectory') AND e.STATUS IN ('STARTING', 'STARTED', 'STOPPING');
