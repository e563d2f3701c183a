-- What there is once in an installation. Times are epoch milliseconds, UTC.

CREATE TABLE installation (
  id TINYINT NOT NULL,
  -- The seed of all public ids; never changes. Its low 12 bits, the tag of the installation, are not all zero in a new
  -- installation. One that had directories before there were seeds keeps its ids: seed 0.
  seed BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);

INSERT INTO installation (id, seed, created_at)
SELECT 1,
  CASE
    WHEN EXISTS (SELECT 1 FROM directory) THEN 0
    ELSE CAST(CONV(HEX(RANDOM_BYTES(6)), 16, 10) AS SIGNED) * 4096
      + 1 + CAST(CONV(HEX(RANDOM_BYTES(3)), 16, 10) AS SIGNED) MOD 4095
  END,
  CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED);
