-- How people want their pages.

-- NULL: the zone of the server.
ALTER TABLE console_user
  ADD COLUMN zone VARCHAR(64),
  ADD COLUMN density VARCHAR(16) NOT NULL DEFAULT 'comfortable',
  ADD COLUMN theme VARCHAR(16) NOT NULL DEFAULT 'device';
