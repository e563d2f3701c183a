-- Responses to surveys, as pages, apps and systems send them. Times are epoch milliseconds, UTC.
CREATE TABLE response (
  id BIGINT NOT NULL AUTO_INCREMENT,
  project_id BIGINT NOT NULL,
  -- Its id as the sender gives it: recorded once in a project.
  response_id VARCHAR(100) NOT NULL,
  intercept_id BIGINT NOT NULL,
  -- Whose it is; both NULL when it came without a contact.
  directory_id INT,
  number BIGINT,
  survey VARCHAR(100),
  happened_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  -- Whether a token or a signature vouched for it.
  verified TINYINT NOT NULL,
  -- JSON objects: what was answered, and the embedded data of the contact at the moment of recording.
  answers MEDIUMTEXT NOT NULL,
  embedded MEDIUMTEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY response_of_project (project_id, response_id),
  KEY response_by_time (project_id, happened_at, id),
  KEY response_of_contact (directory_id, number, happened_at, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
