-- Which run and row, or which edit, last set each field of a contact.

-- The record as io.muster.directory.Lineage writes it; NULL for contacts that nothing has changed since the upgrade.
ALTER TABLE contact ADD COLUMN lineage MEDIUMBLOB;

-- What the records of a run's contacts have in common, once. Kept as long as the directory: it is needed after the run's
-- own history was pruned.
CREATE TABLE lineage_run (
  directory_id INT NOT NULL,
  run_id BIGINT NOT NULL,
  -- The name of the source that the run's rows speak for; empty for none.
  source VARCHAR(100) NOT NULL,
  -- The path of the delivered file.
  file VARCHAR(1024) NOT NULL,
  imported_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, run_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
