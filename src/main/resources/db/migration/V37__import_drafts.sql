-- Imports that people prepare in the console. Times are epoch milliseconds, UTC.

CREATE TABLE import_draft (
  id BIGINT NOT NULL AUTO_INCREMENT,
  -- Whose it is; nobody else sees it.
  user_id INT NOT NULL,
  directory_id INT NOT NULL,
  -- The name of the file as it was uploaded.
  name VARCHAR(255) NOT NULL,
  size BIGINT NOT NULL,
  sha256 BINARY(32) NOT NULL,
  -- The spool that the file lies in, on which machine that is, and the file's name there.
  spool CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  host VARCHAR(255) NOT NULL,
  content CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- JSON: what its maker has chosen.
  choices MEDIUMTEXT NOT NULL,
  -- JSON: the beginning of the file, as it is read with these choices. Holds values until the draft goes.
  head MEDIUMTEXT NOT NULL,
  -- JSON: the settings of its runs; NULL until its columns are mapped.
  spec MEDIUMTEXT,
  -- The run whose rejected rows it corrects.
  corrects BIGINT,
  -- The dry run with the present settings.
  forecast BIGINT,
  -- The run that imports it: there is one at most.
  run BIGINT,
  -- FORECAST or IMPORT, while the server that has the file is to begin with it, and who asked.
  wanted VARCHAR(8),
  wanted_by VARCHAR(255),
  created_at BIGINT NOT NULL,
  -- From then on it is pruned, with its file.
  keep_until BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY import_draft_content (spool, content),
  KEY import_draft_of (user_id, id),
  KEY import_draft_directory (directory_id),
  KEY import_draft_until (keep_until),
  KEY import_draft_wanted (wanted, spool)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Where columns went when a file with these headers was last imported by a person.
CREATE TABLE import_mapping (
  directory_id INT NOT NULL,
  -- SHA-256 of the sorted headers.
  headers BINARY(32) NOT NULL,
  -- JSON: choices by column.
  targets MEDIUMTEXT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, headers)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
