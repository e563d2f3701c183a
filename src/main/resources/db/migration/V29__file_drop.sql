-- Files that were sent for an automation. Times are epoch milliseconds, UTC.
CREATE TABLE dropped_file (
  id BIGINT NOT NULL AUTO_INCREMENT,
  automation_id BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  size BIGINT NOT NULL,
  sha256 BINARY(32) NOT NULL,
  -- By which its delivery is found in the ledger, whose state is that of the file.
  listing_key BINARY(16) NOT NULL,
  uploaded_at BIGINT NOT NULL,
  uploader_kind VARCHAR(20) NOT NULL,
  uploader VARCHAR(255) NOT NULL,
  -- From then on it is pruned, unless a run works on it.
  keep_until BIGINT NOT NULL,
  -- The spool that its content lies in, on which machine that is, and the content's name there.
  spool CHAR(36) NOT NULL,
  host VARCHAR(255) NOT NULL,
  content VARCHAR(60) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY dropped_content (spool, content),
  KEY dropped_file_of (automation_id, name, id),
  KEY dropped_until (keep_until)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
