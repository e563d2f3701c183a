-- The undo of imports. Times are epoch milliseconds, UTC.

-- The undo that took the run back; NULL when none did.
ALTER TABLE run_import ADD COLUMN undone_by BIGINT;

-- A block of an import that an undo has taken back, committed with it.
CREATE TABLE run_undo_block (
  -- The undo.
  run_id BIGINT NOT NULL,
  -- The block, as in run_block of the import.
  round INT NOT NULL,
  block INT NOT NULL,
  contacts_deleted INT NOT NULL,
  contacts_restored INT NOT NULL,
  committed_at BIGINT NOT NULL,
  PRIMARY KEY (run_id, round, block)
);

-- What an undo left other than it was before the import, mostly because it has been changed since.
CREATE TABLE run_undo_kept (
  -- The undo.
  run_id BIGINT NOT NULL,
  -- The contact; 0 for what belongs to none.
  number BIGINT NOT NULL,
  -- contact, the field's name, a list, a key or an event.
  field VARCHAR(300) NOT NULL,
  -- CONTACT, VALUE, KEY, LIST or EVENT.
  part VARCHAR(10) NOT NULL,
  reason VARCHAR(1000) NOT NULL,
  PRIMARY KEY (run_id, number, field)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
