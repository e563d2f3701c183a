-- Test mode: counters of contacts that were reset, and contacts that people test with. Times are epoch milliseconds, UTC.

-- What is not counted of a contact for its frequency. The touchpoints stay; without the row they count again.
CREATE TABLE frequency_reset (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  -- The merge that brought it from another contact, whose own row waits for the undo; 0 for the contact's own.
  merge_id BIGINT NOT NULL,
  -- Touchpoints that came to be known up to this moment, …
  reset_at BIGINT NOT NULL,
  -- … and reservations up to this one.
  reservation_id BIGINT NOT NULL,
  PRIMARY KEY (directory_id, number, merge_id)
);

-- Contacts that people test with, which may be removed together.
CREATE TABLE test_contact (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  marked_at BIGINT NOT NULL,
  -- The merge that united it with a contact that is none: until the undo it is none either.
  held_by BIGINT,
  PRIMARY KEY (directory_id, number)
);
