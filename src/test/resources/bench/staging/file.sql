-- Loads a CSV file: blank cells become NULL, words become numbers, and every row is checked.

SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;

TRUNCATE TABLE staging;

LOAD DATA LOCAL INFILE '${file}' INTO TABLE staging
CHARACTER SET utf8mb4
FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY ''
LINES TERMINATED BY '\n'
IGNORE 1 LINES
(@first_name, @last_name, @email, @phone, @ext_ref, @language, @unsubscribed,
 @plan, @city, @points, @last_purchase, @note)
SET
  first_name = NULLIF(TRIM(@first_name), ''),
  last_name = NULLIF(TRIM(@last_name), ''),
  email = NULLIF(TRIM(@email), ''),
  phone = NULLIF(TRIM(@phone), ''),
  ext_ref = NULLIF(TRIM(@ext_ref), ''),
  language = NULLIF(TRIM(@language), ''),
  unsubscribed = LOWER(TRIM(@unsubscribed)) IN ('true', 'yes', '1'),
  plan = NULLIF(TRIM(@plan), ''),
  city = NULLIF(TRIM(@city), ''),
  points = NULLIF(TRIM(@points), ''),
  last_purchase = NULLIF(TRIM(@last_purchase), ''),
  note = NULLIF(TRIM(@note), ''),
  email_key = LOWER(NULLIF(TRIM(@email), '')),
  last_name_key = LOWER(NULLIF(TRIM(@last_name), '')),
  reject = CASE
    -- LOAD DATA LOCAL would cut what is too long, with no more than a warning.
    WHEN CHAR_LENGTH(@first_name) > 255 OR CHAR_LENGTH(@last_name) > 255 OR CHAR_LENGTH(@email) > 254
      OR CHAR_LENGTH(@phone) > 40 OR CHAR_LENGTH(@ext_ref) > 255 OR CHAR_LENGTH(@language) > 35
      OR CHAR_LENGTH(@plan) > 1024 OR CHAR_LENGTH(@city) > 1024 OR CHAR_LENGTH(@points) > 1024
      OR CHAR_LENGTH(@last_purchase) > 1024 OR CHAR_LENGTH(@note) > 1024
      THEN 'TOO_LONG'
    WHEN TRIM(@email) <> '' AND LOWER(TRIM(@email)) NOT REGEXP
      '^[^@[:space:]"(),:;<>]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'
      THEN 'EMAIL_INVALID'
    WHEN TRIM(@phone) <> '' AND TRIM(@phone) NOT REGEXP '^[+]?[0-9 ()./-]{3,40}$'
      THEN 'PHONE_INVALID'
    WHEN TRIM(@language) <> '' AND TRIM(@language) NOT REGEXP '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'
      THEN 'LANGUAGE_INVALID'
    WHEN LOWER(TRIM(@unsubscribed)) NOT IN ('', 'true', 'false', 'yes', 'no', '1', '0')
      THEN 'UNSUBSCRIBED_INVALID'
  END;
