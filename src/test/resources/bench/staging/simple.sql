-- The server decides by its unique keys which contact a row meets. Blank values never overwrite.

INSERT INTO contact (first_name, last_name, email, phone, ext_ref, language, plan, city, points, last_purchase, note,
  email_key, last_name_key)
SELECT s.first_name, s.last_name, s.email, s.phone, s.ext_ref, s.language, s.plan, s.city, s.points, s.last_purchase,
  s.note, s.email_key, s.last_name_key
FROM staging s
WHERE s.reject IS NULL
ORDER BY s.line
ON DUPLICATE KEY UPDATE
  first_name = COALESCE(s.first_name, contact.first_name),
  last_name = COALESCE(s.last_name, contact.last_name),
  email = COALESCE(s.email, contact.email),
  phone = COALESCE(s.phone, contact.phone),
  ext_ref = COALESCE(s.ext_ref, contact.ext_ref),
  language = COALESCE(s.language, contact.language),
  plan = COALESCE(s.plan, contact.plan),
  city = COALESCE(s.city, contact.city),
  points = COALESCE(s.points, contact.points),
  last_purchase = COALESCE(s.last_purchase, contact.last_purchase),
  note = COALESCE(s.note, contact.note),
  email_key = COALESCE(s.email_key, contact.email_key),
  last_name_key = COALESCE(s.last_name_key, contact.last_name_key);

-- Everybody of the file becomes a member of list 1; an opt-out is never lifted.
INSERT INTO list_member (list_id, contact_id, unsubscribed)
SELECT 1, c.id, s.unsubscribed
FROM staging s STRAIGHT_JOIN contact c ON c.ext_ref = s.ext_ref
WHERE s.reject IS NULL
ON DUPLICATE KEY UPDATE unsubscribed = GREATEST(list_member.unsubscribed, s.unsubscribed);

INSERT INTO list_member (list_id, contact_id, unsubscribed)
SELECT 1, c.id, s.unsubscribed
FROM staging s STRAIGHT_JOIN contact c ON c.email_key = s.email_key AND c.last_name_key = s.last_name_key
WHERE s.reject IS NULL AND s.ext_ref IS NULL
ON DUPLICATE KEY UPDATE unsubscribed = GREATEST(list_member.unsubscribed, s.unsubscribed);
