-- Finds the contact of each row rule by rule, gives numbers to new ones, and writes only what differs. One import at a
-- time; all of it is seen at once.

START TRANSACTION;

SET @last_id = (SELECT COALESCE(MAX(id), 0) FROM contact);

-- Rule 1: the reference.
UPDATE staging s STRAIGHT_JOIN contact c ON c.ext_ref = s.ext_ref
SET s.contact_id = c.id
WHERE s.reject IS NULL;

-- Rule 2 for the rows that are left: email and last name; the oldest contact wins. A row that no rule finds creates a
-- contact, whose number is its line after the greatest number given so far: gaps are cheaper than ranks.
UPDATE staging s
SET s.contact_id = COALESCE(
  (SELECT MIN(c.id) FROM contact c WHERE c.email_key = s.email_key AND c.last_name_key = s.last_name_key),
  @last_id + s.line)
WHERE s.contact_id = 0 AND s.reject IS NULL;

-- New rows without a reference that name one person create one contact, with the number of the first of them.
UPDATE staging s
JOIN (
  SELECT n.line, MIN(n.line) OVER (PARTITION BY n.email_key, n.last_name_key) AS first_line
  FROM staging n
  WHERE n.contact_id > @last_id AND n.ext_ref IS NULL AND n.email_key IS NOT NULL AND n.last_name_key IS NOT NULL
) same_person ON same_person.line = s.line
SET s.contact_id = @last_id + same_person.first_line
WHERE same_person.first_line < s.line;

-- New contacts. A second row of the same contact updates what the first one has created.
INSERT INTO contact (id, first_name, last_name, email, phone, ext_ref, language, plan, city, points, last_purchase, note,
  email_key, last_name_key)
SELECT s.contact_id, s.first_name, s.last_name, s.email, s.phone, s.ext_ref, s.language, s.plan, s.city, s.points,
  s.last_purchase, s.note, s.email_key, s.last_name_key
FROM staging s
WHERE s.contact_id > @last_id
ORDER BY s.line
ON DUPLICATE KEY UPDATE
  first_name = COALESCE(s.first_name, contact.first_name),
  last_name = COALESCE(s.last_name, contact.last_name),
  email = COALESCE(s.email, contact.email),
  phone = COALESCE(s.phone, contact.phone),
  language = COALESCE(s.language, contact.language),
  plan = COALESCE(s.plan, contact.plan),
  city = COALESCE(s.city, contact.city),
  points = COALESCE(s.points, contact.points),
  last_purchase = COALESCE(s.last_purchase, contact.last_purchase),
  note = COALESCE(s.note, contact.note),
  email_key = COALESCE(s.email_key, contact.email_key),
  last_name_key = COALESCE(s.last_name_key, contact.last_name_key);

-- Rows whose reference an earlier row of the file has brought belong to that row's contact.
UPDATE staging s STRAIGHT_JOIN contact c ON c.ext_ref = s.ext_ref
SET s.contact_id = c.id
WHERE s.contact_id > @last_id AND s.contact_id <> c.id;

-- Known contacts of which a value changes, in the order of the file.
INSERT INTO contact (id, first_name, last_name, email, phone, ext_ref, language, plan, city, points, last_purchase, note,
  email_key, last_name_key)
SELECT s.contact_id, s.first_name, s.last_name, s.email, s.phone, s.ext_ref, s.language, s.plan, s.city, s.points,
  s.last_purchase, s.note, s.email_key, s.last_name_key
FROM staging s STRAIGHT_JOIN contact c ON c.id = s.contact_id
WHERE s.contact_id BETWEEN 1 AND @last_id
  AND NOT (
    COALESCE(s.first_name, c.first_name) <=> c.first_name
    AND COALESCE(s.last_name, c.last_name) <=> c.last_name
    AND COALESCE(s.email, c.email) <=> c.email
    AND COALESCE(s.phone, c.phone) <=> c.phone
    AND COALESCE(s.ext_ref, c.ext_ref) <=> c.ext_ref
    AND COALESCE(s.language, c.language) <=> c.language
    AND COALESCE(s.plan, c.plan) <=> c.plan
    AND COALESCE(s.city, c.city) <=> c.city
    AND COALESCE(s.points, c.points) <=> c.points
    AND COALESCE(s.last_purchase, c.last_purchase) <=> c.last_purchase
    AND COALESCE(s.note, c.note) <=> c.note)
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

-- Who is not yet a member of list 1 joins it; an opt-out is never lifted.
INSERT INTO list_member (list_id, contact_id, unsubscribed)
SELECT 1, s.contact_id, s.unsubscribed
FROM staging s LEFT JOIN list_member m ON m.list_id = 1 AND m.contact_id = s.contact_id
WHERE s.contact_id > 0 AND m.contact_id IS NULL
ON DUPLICATE KEY UPDATE unsubscribed = GREATEST(list_member.unsubscribed, s.unsubscribed);

UPDATE staging s STRAIGHT_JOIN list_member m ON m.list_id = 1 AND m.contact_id = s.contact_id
SET m.unsubscribed = 1
WHERE s.unsubscribed = 1 AND m.unsubscribed = 0 AND s.contact_id > 0;

COMMIT;
