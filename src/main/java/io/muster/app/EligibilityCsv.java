package io.muster.app;

import io.muster.directory.Directory;
import io.muster.directory.store.CsvFile;
import io.muster.frequency.Eligibility;
import io.muster.frequency.Eligibility.Judged;
import io.muster.support.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/** Writes who may be contacted as CSV. */
final class EligibilityCsv implements Eligibility.Sink {

    private final CsvFile file;
    private final Ids ids;
    private final Directory directory;

    EligibilityCsv(OutputStream out, Ids ids, Directory directory) {
        this.file = new CsvFile(out);
        this.ids = ids;
        this.directory = directory;
    }

    void begin() throws IOException {
        file.line(List.of("contactId", "extRef", "eligible", "reason", "rule", "nextEligible"));
    }

    @Override
    public void take(Judged judged) throws IOException {
        Eligibility.Reason reason = judged.reason();
        file.line(Arrays.asList(
                ids.contact(directory.number(), judged.number()),
                judged.reference(),
                reason == null ? "true" : "false",
                reason == null ? null : reason.name(),
                judged.rule(),
                FrequencyExplanation.time(judged.nextEligible())));
    }

    /** The one line about a reference that the directory does not know. */
    void unknown(String reference) throws IOException {
        file.line(Arrays.asList(null, reference, "false", "UNKNOWN_REFERENCE", null, null));
    }

    void finish() throws IOException {
        file.flush();
    }
}
