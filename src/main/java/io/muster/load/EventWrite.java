package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * A transaction or touchpoint to write.
 *
 * @param key its key
 * @param place the place of a new record among those of its kind that the survey records, counted from 0
 * @param id the id that its source gave it; null for none
 * @param content what it says
 * @param replaced the record that it takes the place of; null for a new one
 */
public record EventWrite(
        EventKey key,
        int place,
        @Nullable String id,
        EventContent content,
        @Nullable StoredEvent replaced) {

    /** The same with newer content. */
    public EventWrite with(EventContent newer) {
        return new EventWrite(key, place, id, newer, replaced);
    }

    /** Whether it is new, and takes the place of no other. */
    public boolean isNew() {
        return replaced == null;
    }
}
