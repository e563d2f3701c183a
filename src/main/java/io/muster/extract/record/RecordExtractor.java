package io.muster.extract.record;

import io.muster.support.Refusal;

/**
 * Reads the records of one place. Every failure is a {@link Refusal} that names the place; nothing that was read counts
 * then. For one thread, and one extraction.
 */
public interface RecordExtractor extends AutoCloseable {

    /** Where it is, for messages; never holds a secret. */
    String location();

    /** Reads all there is into the sink, in bounded memory. */
    Extracted extract(RecordSink sink);

    @Override
    void close();
}
