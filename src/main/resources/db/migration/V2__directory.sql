-- Directories, contacts and their identity. Times are epoch milliseconds, UTC. The directory leads every key.

CREATE TABLE directory (
  id INT NOT NULL AUTO_INCREMENT,
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(64) NOT NULL,
  -- JSON: policies, null tokens, merge mode, placeholders, protectReference …
  settings MEDIUMTEXT NOT NULL,
  -- The number the next new contact gets; numbers are never given out twice.
  next_number BIGINT NOT NULL DEFAULT 1,
  -- The id the next identity rule gets; ids are never given out twice.
  next_rule INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY directory_name (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE identity_rule (
  directory_id INT NOT NULL,
  rule_id INT NOT NULL,
  position INT NOT NULL,
  -- JSON array of the rule's fields as written, for example ["email","lastName"].
  fields TEXT NOT NULL,
  -- PENDING until every contact has its key, then ACTIVE; RETIRED rules match nothing and their claims go.
  state VARCHAR(10) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, rule_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE contact (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  first_name VARCHAR(255),
  last_name VARCHAR(255),
  email VARCHAR(254),
  phone VARCHAR(40),
  ext_ref VARCHAR(255),
  language VARCHAR(35),
  unsubscribed TINYINT NOT NULL,
  -- JSON object, keys in code point order, spelled as in embedded_name; NULL when empty.
  embedded MEDIUMTEXT,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  -- Moves with every change; what an import read must still be there when it writes.
  version INT NOT NULL,
  PRIMARY KEY (directory_id, number)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The one spelling of every embedded name of a directory: the first one seen.
CREATE TABLE embedded_name (
  directory_id INT NOT NULL,
  -- SHA-256 of the folded name, cut to 16 bytes.
  name_key BINARY(16) NOT NULL,
  name VARCHAR(200) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, name_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A key value under a rule belongs to one contact. Rule 0 holds the content keys of rows without any usable rule.
CREATE TABLE claim (
  directory_id INT NOT NULL,
  rule_id INT NOT NULL,
  key_hash BINARY(16) NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (directory_id, rule_id, key_hash)
);

-- Contacts that hold a value whose key another contact owns: possible duplicates. Never without an owner in claim.
CREATE TABLE claim_shadow (
  directory_id INT NOT NULL,
  rule_id INT NOT NULL,
  key_hash BINARY(16) NOT NULL,
  number BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, rule_id, key_hash, number)
);

-- Claims that cannot be computed from a contact's values: content keys (rule 0).
CREATE TABLE content_claim (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  key_hash BINARY(16) NOT NULL,
  PRIMARY KEY (directory_id, number, key_hash)
);

-- References absorbed by a merge. They resolve to the contact and occupy the key of every rule of the reference alone.
CREATE TABLE contact_alias (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  -- SHA-256 of the reference, cut to 16 bytes.
  ref_key BINARY(16) NOT NULL,
  ext_ref VARCHAR(255) NOT NULL,
  merge_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, number, ref_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE mailing_list (
  id INT NOT NULL AUTO_INCREMENT,
  directory_id INT NOT NULL,
  name VARCHAR(255) NOT NULL,
  -- The run that made the list, for "new list per run"; the same run never makes two.
  run_id BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY mailing_list_name (directory_id, name),
  UNIQUE KEY mailing_list_run (run_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE list_member (
  directory_id INT NOT NULL,
  list_id INT NOT NULL,
  number BIGINT NOT NULL,
  unsubscribed TINYINT NOT NULL,
  -- JSON object of the membership's own embedded data; NULL when empty.
  embedded MEDIUMTEXT,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, list_id, number)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE contact_transaction (
  directory_id INT NOT NULL,
  number BIGINT NOT NULL,
  transaction_key BINARY(16) NOT NULL,
  happened_at BIGINT NOT NULL,
  -- JSON object, keys in code point order.
  fields MEDIUMTEXT,
  run_id BIGINT,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (directory_id, number, transaction_key)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A transaction's key is recorded once in a directory, whoever holds it.
CREATE TABLE transaction_claim (
  directory_id INT NOT NULL,
  transaction_key BINARY(16) NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (directory_id, transaction_key)
);
