package io.muster.extract.record;

import java.util.List;

/** Takes what an extractor reads, in order. For one thread. */
public interface RecordSink {

    /**
     * Says what the values of the records from now on are called. It comes before the first record, and may come again
     * with further names after those that are known.
     */
    void columns(List<String> names);

    /**
     * Takes a record.
     *
     * @param values in the order of the latest columns; a shorter record is blank at its end, {@code ""} is blank
     */
    void record(List<String> values);

    /**
     * Takes a record that could not be read: it becomes a row that is rejected and counted.
     *
     * @param raw what of it could be read, for whoever looks at the rejects
     * @param reason a code of capital letters and a sentence: {@code BROKEN_JSON The record is no JSON object.}
     */
    void refused(String raw, String reason);
}
