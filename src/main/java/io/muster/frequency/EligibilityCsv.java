package io.muster.frequency;

import io.muster.directory.store.CsvFile;
import io.muster.frequency.Eligibility.Judged;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.support.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes who may be contacted as CSV. */
public final class EligibilityCsv implements Eligibility.Sink {

    private final CsvFile file;
    private final Ids ids;
    private final int directory;

    /** Writes into the stream and leaves it open. */
    public EligibilityCsv(OutputStream out, Ids ids, int directory) {
        this.file = new CsvFile(out);
        this.ids = ids;
        this.directory = directory;
    }

    /** The header. */
    public void begin() throws IOException {
        file.line(List.of("contactId", "extRef", "eligible", "reason", "rule", "nextEligible"));
    }

    @Override
    public void take(Judged judged) throws IOException {
        Eligibility.Reason reason = judged.reason();
        file.line(Arrays.asList(
                ids.contact(directory, judged.number()),
                judged.reference(),
                reason == null ? "true" : "false",
                reason == null ? null : reason.name(),
                judged.rule(),
                time(judged.nextEligible())));
    }

    private static @Nullable String time(long next) {
        return next == FrequencyRules.ALWAYS || next == FrequencyRules.NEVER
                ? null
                : Instant.ofEpochMilli(next).toString();
    }

    /** The one line about a reference that the directory does not know. */
    public void unknown(String reference) throws IOException {
        file.line(Arrays.asList(null, reference, "false", "UNKNOWN_REFERENCE", null, null));
    }

    /** Hands what is left to the stream. */
    public void finish() throws IOException {
        file.flush();
    }
}
