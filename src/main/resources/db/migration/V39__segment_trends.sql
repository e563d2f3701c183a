-- Sizes of segments over time are read by time: the last publication of each day.
CREATE INDEX segment_publication_time ON segment_publication (directory_id, segment_id, published_at);
