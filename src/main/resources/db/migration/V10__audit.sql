-- Who did what and when, on whatever way in. Rows are only ever added. Times are epoch milliseconds, UTC.
CREATE TABLE audit (
  id BIGINT NOT NULL AUTO_INCREMENT,
  acted_at BIGINT NOT NULL,
  -- COMMAND_LINE, USER, TOKEN, AUTOMATION or SYSTEM.
  actor_kind VARCHAR(12) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  -- What was done: a thing and a verb, for example segment.rename.
  action VARCHAR(50) NOT NULL,
  -- NULL for what concerns no directory, or all of them.
  directory_id INT,
  -- To what it was done: the kind of its public id and its numeric id; both NULL for what has none.
  subject_kind VARCHAR(12),
  subject_id BIGINT,
  -- JSON object of named values; never a contact's values.
  detail TEXT NOT NULL,
  PRIMARY KEY (id),
  KEY audit_at (acted_at),
  KEY audit_actor (actor, acted_at),
  KEY audit_action (action, acted_at),
  KEY audit_directory (directory_id, acted_at),
  KEY audit_subject (subject_kind, subject_id, acted_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO audit (acted_at, actor_kind, actor, action, directory_id, subject_kind, subject_id, detail)
SELECT acted_at, 'COMMAND_LINE', REPLACE(actor, ' (command line)', ''), CONCAT('segment.', action), directory_id, 'SEGMENT', segment_id,
  JSON_OBJECT('result', detail)
FROM segment_action
ORDER BY id;

DROP TABLE segment_action;

INSERT INTO audit (acted_at, actor_kind, actor, action, directory_id, subject_kind, subject_id, detail)
SELECT a.acted_at, CASE WHEN a.actor LIKE '% (command line)' THEN 'COMMAND_LINE' ELSE 'AUTOMATION' END,
  REPLACE(a.actor, ' (command line)', ''), CONCAT('run.', a.action), r.directory_id, 'RUN', a.run_id,
  JSON_OBJECT('result', a.outcome)
FROM run_action a
JOIN run r ON r.id = a.run_id
ORDER BY a.id;

DROP TABLE run_action;
