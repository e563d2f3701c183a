package io.muster.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;

/**
 * Something that happened with a contact.
 *
 * @param time when
 * @param type touchpoint, transaction, merge, segment or response
 * @param detail named values in the order in which they are shown
 * @param cursor the place right after this entry
 */
public record TimelineEntry(
        Instant time,
        String type,
        Map<String, Object> detail,
        @JsonIgnore String cursor) {}
