package io.muster.snapshot.format;

import java.util.List;

/**
 * One answer of the change feed.
 *
 * @param position where the next one begins, as the server understands it
 * @param restart the server cannot say what changed since the position asked for: a new snapshot is needed
 * @param audiences the public ids of the segments, in the order of the records' bits
 * @param surveys what each time of the records is for, as in {@link TableDescription#surveys()}
 * @param records the contacts that changed
 */
public record FeedBatch(
        String position, boolean restart, List<String> audiences, List<String> surveys, List<FeedRecord> records) {

    /** Copies the lists. */
    public FeedBatch {
        audiences = List.copyOf(audiences);
        surveys = List.copyOf(surveys);
        records = List.copyOf(records);
    }

    /** The batch as JSON in UTF-8. */
    public byte[] toJson() {
        return SnapshotJson.bytes(this);
    }

    /**
     * Reads a batch.
     *
     * @throws io.muster.support.Refusal when it is none
     */
    public static FeedBatch fromJson(byte[] json) {
        return SnapshotJson.batch(json);
    }
}
