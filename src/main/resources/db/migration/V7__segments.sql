-- Segments: what they are, the versions of their members and how those came about. Times are epoch milliseconds, UTC.

-- One row per directory: who changes definitions, starts a rebuild or switches versions takes it alone for a moment.
CREATE TABLE segment_gate (
  directory_id INT NOT NULL,
  -- The number of the next rebuild, which is the version of everything it builds.
  next_version BIGINT NOT NULL DEFAULT 1,
  -- The last rebuild that covered all segments and took the log of changed contacts with it, and the log's epoch then.
  -- Members of an earlier version cannot be carried on with the log.
  refreshed_version BIGINT NOT NULL DEFAULT 0,
  log_epoch INT NOT NULL DEFAULT 0,
  -- The directory's time zone then: dates mean something else in another.
  time_zone VARCHAR(64),
  -- When an incremental refresh was last asked for; nobody keeps the log for ever for nothing.
  incremental_at BIGINT,
  PRIMARY KEY (directory_id)
);

CREATE TABLE segment (
  id BIGINT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  name VARCHAR(255) NOT NULL,
  -- The condition as canonical JSON.
  definition MEDIUMTEXT NOT NULL,
  -- Moves with every change of the definition.
  revision INT NOT NULL,
  -- Change in size from which a new version is held back, as a share of the size before; NULL: never.
  guard_share DOUBLE,
  -- Size from which on the guard looks.
  guard_from BIGINT NOT NULL,
  -- What readers see; NULL until the first rebuild.
  published_version BIGINT,
  -- What a rollback puts back; NULL when there is nothing.
  previous_version BIGINT,
  -- A version that is complete but not published: held back by the guard, or taken back by a rollback.
  held_version BIGINT,
  -- Why: GUARD (it jumped), USES (a segment it uses is held), ROLLBACK.
  held_reason VARCHAR(10),
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY segment_name (directory_id, name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every definition a segment has had.
CREATE TABLE segment_definition (
  segment_id BIGINT NOT NULL,
  revision INT NOT NULL,
  definition MEDIUMTEXT NOT NULL,
  actor VARCHAR(255) NOT NULL,
  defined_at BIGINT NOT NULL,
  PRIMARY KEY (segment_id, revision)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Which segments a definition names, so that one in use is not deleted.
CREATE TABLE segment_use (
  directory_id INT NOT NULL,
  -- The segment that is named …
  used_id BIGINT NOT NULL,
  -- … by the definition of this one.
  segment_id BIGINT NOT NULL,
  PRIMARY KEY (directory_id, used_id, segment_id),
  KEY segment_use_segment (segment_id)
);

-- Who did what to a segment and when; stays when the segment is deleted.
CREATE TABLE segment_action (
  id BIGINT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  segment_id BIGINT NOT NULL,
  -- create, update, rename, guard, delete, publish, rollback.
  action VARCHAR(20) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  detail TEXT NOT NULL,
  acted_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY segment_action_segment (segment_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A rebuild of some or all segments of a directory; its number is the version that it builds.
CREATE TABLE segment_rebuild (
  directory_id INT NOT NULL,
  version BIGINT NOT NULL,
  -- FULL, INCREMENTAL (contacts that changed) or ALONE (named segments).
  kind VARCHAR(12) NOT NULL,
  -- JSON array of the numeric ids asked for; NULL for all segments.
  segments TEXT,
  -- Who or what asked for it.
  cause VARCHAR(255) NOT NULL,
  -- RUNNING, COMPLETED, HELD (published but for what the guard held back), FAILED, STOPPED, DEAD, or REPLACED by a later
  -- one that did not go on with it.
  status VARCHAR(12) NOT NULL,
  reason TEXT,
  -- The process that works on it and how often it was taken over: the fence of everything it writes.
  owner VARCHAR(100) NOT NULL,
  epoch INT NOT NULL,
  stop_requested TINYINT NOT NULL DEFAULT 0,
  -- The moment it reads; NULL until it has fixed one.
  as_of BIGINT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  -- Milliseconds worked, over all attempts.
  worked_ms BIGINT NOT NULL DEFAULT 0,
  -- Contacts read.
  contacts BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (directory_id, version)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Apart from segment_rebuild, so that a heartbeat never waits for the fence of a block.
CREATE TABLE segment_rebuild_heartbeat (
  directory_id INT NOT NULL,
  version BIGINT NOT NULL,
  epoch INT NOT NULL,
  beat_at BIGINT NOT NULL,
  -- How far it has come.
  contacts BIGINT NOT NULL DEFAULT 0,
  share DOUBLE NOT NULL DEFAULT 0,
  PRIMARY KEY (directory_id, version)
);

-- The members of one segment as one rebuild computed them; also the counts over time.
CREATE TABLE segment_version (
  directory_id INT NOT NULL,
  segment_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  -- The definition it was computed with.
  revision INT NOT NULL,
  -- BUILDING, PUBLISHED (now or once) or HELD.
  state VARCHAR(10) NOT NULL,
  -- The moment of contacts, lists and events that it shows.
  as_of BIGINT NOT NULL,
  members BIGINT NOT NULL DEFAULT 0,
  -- Against the version that was published when it was built.
  base_version BIGINT,
  added BIGINT NOT NULL DEFAULT 0,
  removed BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (directory_id, segment_id, version),
  KEY segment_version_state (directory_id, state, segment_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Which bitmap holds the members of a version in a block of 65,536 contact numbers. A block that a rebuild left as it
-- was goes on pointing at the bitmap of an earlier version; one without members has no row.
CREATE TABLE segment_block (
  directory_id INT NOT NULL,
  segment_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  block INT NOT NULL,
  members_version BIGINT NOT NULL,
  members INT NOT NULL,
  PRIMARY KEY (directory_id, segment_id, version, block)
);

-- The bitmaps: positions within the block as a RoaringBitmap in its portable form.
CREATE TABLE segment_members (
  directory_id INT NOT NULL,
  segment_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  block INT NOT NULL,
  members BLOB NOT NULL,
  PRIMARY KEY (directory_id, segment_id, version, block)
);

-- Every switch of what readers see; written when it is planned, and true from published_at on.
CREATE TABLE segment_publication (
  id BIGINT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  segment_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  -- The version it took the place of; NULL for the first.
  base_version BIGINT,
  -- REBUILD, RELEASE (of a held version) or ROLLBACK.
  kind VARCHAR(10) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  members BIGINT NOT NULL DEFAULT 0,
  added BIGINT NOT NULL DEFAULT 0,
  removed BIGINT NOT NULL DEFAULT 0,
  published_at BIGINT,
  PRIMARY KEY (id),
  KEY segment_publication_segment (directory_id, segment_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who joined and who left with a publication: bitmaps like those of segment_members; NULL when nobody did.
CREATE TABLE segment_change (
  directory_id INT NOT NULL,
  block INT NOT NULL,
  publication_id BIGINT NOT NULL,
  segment_id BIGINT NOT NULL,
  joined BLOB,
  joined_count INT NOT NULL,
  gone BLOB,
  gone_count INT NOT NULL,
  PRIMARY KEY (directory_id, block, publication_id),
  KEY segment_change_segment (directory_id, segment_id, publication_id)
);
