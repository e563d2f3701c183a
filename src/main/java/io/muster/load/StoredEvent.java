package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * A transaction or touchpoint as it is recorded.
 *
 * @param key its key, whole
 * @param contact the number of the contact that has it
 * @param number its own number in the directory; 0 for touchpoints, which have none
 * @param source where it comes from
 * @param id the id that the source gave it; null for none, and for one that was recorded before ids were kept
 * @param content what it says
 * @param run the run that recorded or last replaced it; null for none
 * @param recordedAt epoch milliseconds, when that was
 */
public record StoredEvent(
        EventKey key,
        long contact,
        long number,
        String source,
        @Nullable String id,
        EventContent content,
        @Nullable Long run,
        long recordedAt) {

    /** The same record with newer content. */
    StoredEvent with(EventContent newer, long byRun, long at) {
        return new StoredEvent(key, contact, number, source, id, newer, byRun, at);
    }
}
