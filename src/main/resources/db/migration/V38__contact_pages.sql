-- What pages of contacts keep: counts that are not made while somebody waits, and searches that read all contacts. Times are
-- epoch milliseconds, UTC.

-- How many contacts a directory or a list had at a moment.
CREATE TABLE kept_count (
  directory_id INT NOT NULL,
  -- 0 for the directory itself.
  list_id INT NOT NULL,
  contacts BIGINT NOT NULL,
  opted_out BIGINT NOT NULL,
  counted_at BIGINT NOT NULL,
  -- How long the counting took: what takes long is done rarely.
  took_ms BIGINT NOT NULL,
  PRIMARY KEY (directory_id, list_id)
);

-- A search through all contacts of a directory, which goes on while its asker looks at other pages.
CREATE TABLE contact_search (
  -- Random: who knows it and may see the directory sees what was found.
  id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  directory_id INT NOT NULL,
  actor VARCHAR(255) NOT NULL,
  -- JSON: what is searched by, the text, a list, a segment.
  question MEDIUMTEXT NOT NULL,
  -- RUNNING, DONE, STOPPED, FULL (as many found as are kept) or FAILED.
  state VARCHAR(10) NOT NULL,
  -- Contacts up to this number have been read, and how many those were.
  read_to BIGINT NOT NULL,
  read_contacts BIGINT NOT NULL,
  -- The numbers of those found: a 64-bit RoaringBitmap in its portable form.
  found MEDIUMBLOB NOT NULL,
  started_at BIGINT NOT NULL,
  -- When the process that reads was last heard.
  beat_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY contact_search_directory (directory_id),
  KEY contact_search_started (started_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
