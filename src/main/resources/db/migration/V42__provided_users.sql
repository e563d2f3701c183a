-- People whose accounts come from a provider of OpenID Connect: its issuer and its name for the person, which never changes.
-- Both NULL: an account of this installation, with a password of its own.
ALTER TABLE console_user
  ADD COLUMN issuer VARCHAR(255),
  ADD COLUMN subject VARCHAR(255),
  ADD UNIQUE KEY console_user_subject (issuer, subject);
