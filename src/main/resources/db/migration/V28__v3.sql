-- What the v3 API shows of what is kept. Times are epoch milliseconds, UTC.

-- Bearers that tokens were exchanged for: they count on every server until they end, and end with their token.
CREATE TABLE access_bearer (
  -- The bearer itself is not kept.
  sha256 BINARY(32) NOT NULL,
  token_id INT NOT NULL,
  -- 1: reads only, whatever its token may do.
  reads_only TINYINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (sha256),
  KEY access_bearer_end (expires_at)
);

-- Whose list it is, as its maker says or the UR_ id of the token that made it; NULL for one made elsewhere. And when it was
-- renamed; NULL for never.
ALTER TABLE mailing_list
  ADD COLUMN owner VARCHAR(100),
  ADD COLUMN modified_at BIGINT;

-- When the member last opted out of the list; NULL where nobody noted it.
ALTER TABLE list_member ADD COLUMN unsubscribed_at BIGINT;
