-- Transactions and touchpoints keep whose id they carry; transactions have a number of their own in the directory.
-- Times are epoch milliseconds, UTC.

-- source: where the record comes from: an automation, or what a job or a person names.
-- caller_id: the id that the source gave the record; NULL for none, and for records made before.
-- as_of: as of when the source says it; NULL where it does not say.
ALTER TABLE contact_transaction
  ADD COLUMN source VARCHAR(100),
  ADD COLUMN caller_id VARCHAR(1024),
  ADD COLUMN as_of BIGINT,
  ADD COLUMN transaction_no BIGINT;

ALTER TABLE touchpoint
  ADD COLUMN source VARCHAR(100),
  ADD COLUMN caller_id VARCHAR(1024),
  ADD COLUMN as_of BIGINT,
  -- Ids as the sender gives them; NULL when the touchpoint has none.
  ADD COLUMN project VARCHAR(100),
  ADD COLUMN display VARCHAR(100),
  ADD COLUMN session VARCHAR(100);

-- Numbers in the order in which the transactions came to be known.
UPDATE contact_transaction
JOIN (
  SELECT directory_id, number, transaction_key,
    ROW_NUMBER() OVER (PARTITION BY directory_id ORDER BY recorded_at, number, transaction_key) AS place
  FROM contact_transaction
) placed
  ON placed.directory_id = contact_transaction.directory_id
  AND placed.number = contact_transaction.number
  AND placed.transaction_key = contact_transaction.transaction_key
SET contact_transaction.transaction_no = placed.place;

-- The run that brought a record tells its source; what no automation brought came by hand.
UPDATE contact_transaction
LEFT JOIN run ON run.id = contact_transaction.run_id
LEFT JOIN automation ON automation.id = run.automation_id
SET contact_transaction.source = COALESCE(automation.name, 'manual');

UPDATE touchpoint
LEFT JOIN run ON run.id = touchpoint.run_id
LEFT JOIN automation ON automation.id = run.automation_id
SET touchpoint.source = COALESCE(automation.name, 'manual');

ALTER TABLE contact_transaction
  MODIFY COLUMN source VARCHAR(100) NOT NULL DEFAULT 'manual',
  MODIFY COLUMN transaction_no BIGINT NOT NULL,
  ADD UNIQUE KEY contact_transaction_no (directory_id, transaction_no);

ALTER TABLE touchpoint MODIFY COLUMN source VARCHAR(100) NOT NULL DEFAULT 'manual';

-- next_transaction: the number the next transaction gets; numbers are never given out twice.
-- former_events: whether there are records made before, whose keys were computed without their source.
ALTER TABLE directory
  ADD COLUMN next_transaction BIGINT NOT NULL DEFAULT 1 AFTER next_number,
  ADD COLUMN former_events TINYINT NOT NULL DEFAULT 0;

UPDATE directory
SET next_transaction = 1 + (SELECT COUNT(*) FROM contact_transaction WHERE directory_id = directory.id),
  former_events = EXISTS (SELECT 1 FROM transaction_claim WHERE directory_id = directory.id)
    OR EXISTS (SELECT 1 FROM touchpoint_claim WHERE directory_id = directory.id);

-- The number of the round's first transaction; 0 for surveys sealed before, which are not loaded any more.
ALTER TABLE run_survey ADD COLUMN first_transaction BIGINT NOT NULL DEFAULT 0 AFTER new_contacts;

-- Every source that transactions or touchpoints of a directory have come from: an id is looked for under each.
CREATE TABLE event_source (
  directory_id INT NOT NULL,
  source VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, source)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO event_source (directory_id, source, created_at)
SELECT directory_id, source, MIN(recorded_at)
FROM (
  SELECT directory_id, source, recorded_at FROM contact_transaction
  UNION ALL
  SELECT directory_id, source, recorded_at FROM touchpoint) recorded
GROUP BY directory_id, source;
