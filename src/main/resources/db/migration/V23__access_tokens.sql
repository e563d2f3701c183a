-- Tokens that programs show to the server. Times are epoch milliseconds, UTC.

CREATE TABLE access_token (
  id INT NOT NULL AUTO_INCREMENT,
  name VARCHAR(255) NOT NULL,
  -- The name while the token counts; NULL once it is revoked, so that another one may have the name.
  name_in_use VARCHAR(255),
  -- The token itself is not kept.
  sha256 BINARY(32) NOT NULL,
  -- Words with commas between.
  scopes VARCHAR(255) NOT NULL,
  -- 1: only for the directories of access_token_directory, even when none of them is left.
  limited TINYINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(300) NOT NULL,
  -- To the minute; NULL before the first use.
  used_at BIGINT,
  revoked_at BIGINT,
  revoked_by VARCHAR(300),
  PRIMARY KEY (id),
  UNIQUE KEY access_token_name (name_in_use),
  UNIQUE KEY access_token_sha256 (sha256)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE access_token_directory (
  directory_id INT NOT NULL,
  token_id INT NOT NULL,
  PRIMARY KEY (directory_id, token_id),
  KEY access_token_directory_token (token_id)
);
