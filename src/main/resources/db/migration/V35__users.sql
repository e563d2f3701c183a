-- People who sign in to the console, and their sessions. Times are epoch milliseconds, UTC.

CREATE TABLE console_user (
  id INT NOT NULL AUTO_INCREMENT,
  name VARCHAR(255) NOT NULL,
  -- The name in small letters: two names that differ only in case are one.
  name_key VARCHAR(255) NOT NULL,
  -- With its method in front, as Spring Security writes it; NULL until one was chosen.
  password VARCHAR(255),
  -- Words with commas between.
  roles VARCHAR(255) NOT NULL,
  -- 1: only for the directories of console_user_directory, even when none of them is left.
  limited TINYINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(300) NOT NULL,
  signed_in_at BIGINT,
  disabled_at BIGINT,
  -- Sessions that began before count no more.
  sessions_from BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY console_user_name (name_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE console_user_directory (
  directory_id INT NOT NULL,
  user_id INT NOT NULL,
  PRIMARY KEY (directory_id, user_id),
  KEY console_user_directory_user (user_id)
);

-- Links with which people choose a password, once. The text itself is not kept.
CREATE TABLE console_link (
  sha256 BINARY(32) NOT NULL,
  -- NULL: the first administrator, whose name is chosen as well.
  user_id INT,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (sha256),
  KEY console_link_user (user_id),
  KEY console_link_expires (expires_at)
);

-- As Spring Session wants it.
CREATE TABLE console_session (
  PRIMARY_ID CHAR(36) NOT NULL,
  SESSION_ID CHAR(36) NOT NULL,
  CREATION_TIME BIGINT NOT NULL,
  LAST_ACCESS_TIME BIGINT NOT NULL,
  MAX_INACTIVE_INTERVAL INT NOT NULL,
  EXPIRY_TIME BIGINT NOT NULL,
  PRINCIPAL_NAME VARCHAR(100),
  PRIMARY KEY (PRIMARY_ID),
  UNIQUE KEY console_session_id (SESSION_ID),
  KEY console_session_expiry (EXPIRY_TIME),
  KEY console_session_principal (PRINCIPAL_NAME)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE console_session_ATTRIBUTES (
  SESSION_PRIMARY_ID CHAR(36) NOT NULL,
  ATTRIBUTE_NAME VARCHAR(200) NOT NULL,
  ATTRIBUTE_BYTES BLOB NOT NULL,
  PRIMARY KEY (SESSION_PRIMARY_ID, ATTRIBUTE_NAME),
  CONSTRAINT console_session_attributes_of FOREIGN KEY (SESSION_PRIMARY_ID)
    REFERENCES console_session (PRIMARY_ID) ON DELETE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Runs of one state, newest first, and what waits for a person.
CREATE INDEX run_status ON run (status, id);
