-- Two unique keys stand for the two identity rules.
CREATE TABLE contact (
  id BIGINT NOT NULL AUTO_INCREMENT,
  first_name VARCHAR(255),
  last_name VARCHAR(255),
  email VARCHAR(254),
  phone VARCHAR(40),
  ext_ref VARCHAR(255),
  language VARCHAR(35),
  plan VARCHAR(1024),
  city VARCHAR(1024),
  points VARCHAR(1024),
  last_purchase VARCHAR(1024),
  note VARCHAR(1024),
  email_key VARCHAR(254),
  last_name_key VARCHAR(255),
  created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- The server moves it only when another value really changes.
  modified_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  UNIQUE KEY contact_reference (ext_ref),
  UNIQUE KEY contact_person (email_key, last_name_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE list_member (
  list_id INT NOT NULL,
  contact_id BIGINT NOT NULL,
  unsubscribed TINYINT NOT NULL,
  joined_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (list_id, contact_id)
);
