-- Contacts that callers send instead of files, and batches of transactions. Times are epoch milliseconds, UTC.

-- What a caller has sent to be imported: the source of a delivery of origin SENT.
CREATE TABLE sent_import (
  id BIGINT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  list_id INT NOT NULL,
  -- The run that was entered with it.
  run_id BIGINT NOT NULL,
  -- The batch that its transactions are put into; NULL for none.
  batch_no BIGINT,
  contacts INT NOT NULL,
  -- Indexes of the contacts that could not be read, separated by commas.
  unprocessed MEDIUMTEXT NOT NULL,
  -- The contacts as a packed file of comma-separated values; NULL when they are not kept any longer.
  content LONGBLOB,
  -- 1 while its run has not ended for good: later ones into the same list wait.
  waiting TINYINT NOT NULL DEFAULT 1,
  -- The largest share that was told to a caller, 0 to 100: it never falls.
  percent DOUBLE NOT NULL DEFAULT 0,
  -- SHA-256, cut to 16 bytes, of who sent it and of the key under which a repetition is recognised, and of what was sent.
  repeat_key BINARY(16),
  sent_hash BINARY(16) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY sent_import_repeat (repeat_key),
  KEY sent_import_run (run_id),
  KEY sent_import_waiting (waiting, list_id, id),
  KEY sent_import_directory (directory_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What became of each contact that was sent.
CREATE TABLE sent_import_row (
  run_id BIGINT NOT NULL,
  -- The first one is 1.
  row_no INT NOT NULL,
  -- CREATED, UPDATED, UNCHANGED, REJECTED or SKIPPED.
  outcome VARCHAR(10) NOT NULL,
  -- The contact it is about; NULL when there is none.
  number BIGINT,
  -- 1 when the contact joined the list with it.
  joined TINYINT NOT NULL,
  -- The transaction that was recorded; NULL for none.
  transaction_no BIGINT,
  -- Why it was rejected; NULL else.
  code VARCHAR(40),
  PRIMARY KEY (run_id, row_no)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Transactions that a caller wants to find together.
CREATE TABLE transaction_batch (
  directory_id INT NOT NULL,
  batch_no BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, batch_no)
);

-- A transaction that is gone may still be named here; readers join the transactions that are there.
CREATE TABLE batch_transaction (
  directory_id INT NOT NULL,
  batch_no BIGINT NOT NULL,
  transaction_no BIGINT NOT NULL,
  PRIMARY KEY (directory_id, batch_no, transaction_no)
);

-- The list that the caller of a transaction named with it.
CREATE TABLE transaction_list (
  directory_id INT NOT NULL,
  transaction_no BIGINT NOT NULL,
  list_id INT NOT NULL,
  PRIMARY KEY (directory_id, transaction_no)
);

ALTER TABLE directory ADD COLUMN next_batch BIGINT NOT NULL DEFAULT 1 AFTER next_transaction;

-- Answers to calls that carried a key: the same call again is answered the same.
CREATE TABLE repeated_call (
  -- SHA-256, cut to 16 bytes, of who called what, and of the key.
  call_key BINARY(16) NOT NULL,
  -- The same of what was sent.
  sent_hash BINARY(16) NOT NULL,
  directory_id INT NOT NULL,
  answer MEDIUMTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (call_key),
  KEY repeated_call_age (created_at),
  KEY repeated_call_directory (directory_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
