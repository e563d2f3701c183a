-- Runs that import a file again, what they settle, how fast runs go, and what is pruned when. Times are epoch milliseconds, UTC.

-- repeats: the run whose file this one imports again; NULL for any other.
-- settled_by: the run that has completed the same file since; from then on this one holds nothing back.
-- changes: JSON, what differs from the settings of the run that it repeats.
ALTER TABLE run_import
  ADD COLUMN repeats BIGINT,
  ADD COLUMN settled_by BIGINT,
  ADD COLUMN changes MEDIUMTEXT,
  ADD KEY run_import_repeats (repeats);

UPDATE run_import n
JOIN run_import o ON o.reprocessed_by = n.run_id
SET n.repeats = o.run_id;

UPDATE run_import o
JOIN run n ON n.id = o.reprocessed_by AND n.status = 'COMPLETED'
SET o.settled_by = n.id;

ALTER TABLE run_import DROP COLUMN reprocessed_by;

-- A state more of deliveries: SETTLED, a later run has imported the same file. Such ones held newer files back until now.
ALTER TABLE delivery ADD KEY delivery_content (automation_id, sha256);

UPDATE run_import i
JOIN delivery o ON o.id = i.delivery_id
JOIN delivery n ON n.automation_id = o.automation_id AND n.listing_key = o.listing_key AND n.id > o.id
SET i.settled_by = n.run_id, o.state = 'SETTLED'
WHERE o.automation_id <> 0 AND o.state = 'TAKEN' AND n.state = 'IMPORTED' AND i.settled_by IS NULL;

-- pruned_at: when rejected cells, before-images and the ledger of blocks were removed; NULL while they are kept.
ALTER TABLE run
  ADD COLUMN pruned_at BIGINT,
  ADD KEY run_ended (ended_at);

UPDATE run r
SET r.pruned_at = r.ended_at
WHERE r.kind = 'contact-import' AND r.status IN ('COMPLETED', 'ABANDONED')
  AND NOT EXISTS (SELECT 1 FROM run_survey s WHERE s.run_id = r.id);

-- worked_ms: time worked in the present attempt; run.worked_ms has that of the attempts before. rate: rows, contacts or groups
-- a second in the present step. left_ms: time left in the step; NULL while it cannot be told.
ALTER TABLE run_heartbeat
  ADD COLUMN worked_ms BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN rate DOUBLE NOT NULL DEFAULT 0,
  ADD COLUMN left_ms BIGINT;

-- When a duty that all processes share was last done, so that one of them does it.
CREATE TABLE shared_duty (
  name VARCHAR(50) NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO shared_duty (name, done_at) VALUES ('prune', 0);
