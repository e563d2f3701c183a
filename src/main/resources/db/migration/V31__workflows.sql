-- Workflows: tasks in order, one of them at a time. Times are epoch milliseconds, UTC.
CREATE TABLE run_chain (
  id BIGINT NOT NULL AUTO_INCREMENT,
  automation_id BIGINT NOT NULL,
  -- The automation while the chain is open, then NULL: an automation has one open chain.
  open_of BIGINT,
  -- The kinds of its tasks as they were when it began, separated by commas.
  tasks VARCHAR(1000) NOT NULL,
  -- The task that is due, counted from 0; the number of tasks when all are done.
  task INT NOT NULL,
  -- OPEN, COMPLETED, ABANDONED
  state VARCHAR(10) NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (id),
  UNIQUE KEY one_open_chain (open_of),
  KEY chain_of_automation (automation_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The run of each task of a chain, the last one where there were several.
CREATE TABLE run_chain_step (
  chain_id BIGINT NOT NULL,
  task INT NOT NULL,
  run_id BIGINT NOT NULL,
  PRIMARY KEY (chain_id, task),
  KEY chain_step_of_run (run_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far a run has read with each of its extractors. It counts once the run has completed.
CREATE TABLE run_watermark (
  run_id BIGINT NOT NULL,
  extractor VARCHAR(255) NOT NULL,
  watermark TEXT NOT NULL,
  PRIMARY KEY (run_id, extractor)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
