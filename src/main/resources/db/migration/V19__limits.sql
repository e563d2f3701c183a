-- A change of so many members or fewer is never held back; until now the guard looked from so many members on. Segments
-- that had the default of then have the one of now.
ALTER TABLE segment RENAME COLUMN guard_from TO guard_over;
UPDATE segment SET guard_over = 20 WHERE guard_over = 1000;

-- Rows that take away count as updated; beside that, how many did what.
ALTER TABLE run_block
  ADD COLUMN rows_left INT NOT NULL DEFAULT 0,
  ADD COLUMN rows_opted_out INT NOT NULL DEFAULT 0,
  ADD COLUMN rows_deleted INT NOT NULL DEFAULT 0;
ALTER TABLE run_import
  ADD COLUMN rows_left BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN rows_opted_out BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN rows_deleted BIGINT NOT NULL DEFAULT 0;
