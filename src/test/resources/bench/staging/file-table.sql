-- One delivered file as a table. It keeps the rows that break a rule, with the rule's name.
CREATE TABLE staging (
  -- The place of the row in the file, from 1 on.
  line BIGINT NOT NULL AUTO_INCREMENT,
  first_name VARCHAR(255),
  last_name VARCHAR(255),
  email VARCHAR(254),
  phone VARCHAR(40),
  ext_ref VARCHAR(255),
  language VARCHAR(35),
  unsubscribed TINYINT NOT NULL,
  plan VARCHAR(1024),
  city VARCHAR(1024),
  points VARCHAR(1024),
  last_purchase VARCHAR(1024),
  note VARCHAR(1024),
  -- What the second identity rule compares; NULL where that rule is skipped.
  email_key VARCHAR(254),
  last_name_key VARCHAR(255),
  reject VARCHAR(30),
  PRIMARY KEY (line)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
