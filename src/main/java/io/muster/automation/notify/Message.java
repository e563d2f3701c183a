package io.muster.automation.notify;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is told; also the JSON that webhooks get. It never holds personal data. */
record Message(
        Event event,
        String automation,
        String name,
        @Nullable String run,
        @Nullable String file,
        String status,
        @Nullable String reason,
        @Nullable Counts counts,
        @Nullable Rebuilt rebuilt,
        List<String> warnings,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable String link) {

    /** Messages written before warnings were told have none. */
    Message {
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    /** What happened. */
    enum Event {
        /** A run ended. */
        @JsonProperty("run-ended")
        RUN_ENDED,
        /** Segments were rebuilt. */
        @JsonProperty("segments-rebuilt")
        SEGMENTS_REBUILT,
        /** No run could be started. */
        @JsonProperty("could-not-run")
        COULD_NOT_RUN,
        /** No file came in time. */
        @JsonProperty("no-file")
        NO_FILE,
        /** A failed run no longer holds back newer files. */
        @JsonProperty("hold-back-ended")
        HOLD_BACK_ENDED
    }

    /** The outcomes of all rows, and what those of the updated ones did that took something away. */
    record Counts(
            long read,
            long created,
            long updated,
            long unchanged,
            long rejected,
            long skipped,
            long left,
            long optedOut,
            long deleted) {}

    /**
     * What a rebuild of segments came to.
     *
     * @param directory the directory's name
     * @param version the version that was built
     * @param contacts contacts read
     * @param segments segments built
     * @param held those of them held back since their size jumped, by name
     */
    record Rebuilt(String directory, long version, long contacts, int segments, List<String> held) {

        Rebuilt {
            held = List.copyOf(held);
        }
    }

    /** One line, for subjects. */
    String headline() {
        String what = "%s: %s (%s)".formatted(status, name, automation);
        return "[Muster] " + (file == null ? what : what + " - " + file).replaceAll("[\\p{Cntrl}\\s]+", " ");
    }

    /** The text of a mail. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "Automation", name + " (" + automation + ")");
        line(text, "Status", status);
        line(text, "Reason", reason);
        line(text, "File", file);
        line(text, "Run", run);
        Counts rows = counts;
        if (rows != null) {
            line(
                    text,
                    "Rows",
                    "%,d read = %,d created + %,d updated + %,d unchanged + %,d rejected + %,d skipped"
                            .formatted(
                                    rows.read(),
                                    rows.created(),
                                    rows.updated(),
                                    rows.unchanged(),
                                    rows.rejected(),
                                    rows.skipped()));
            if (rows.left() + rows.optedOut() + rows.deleted() > 0) {
                line(
                        text,
                        "Taken away",
                        "%,d left the list, %,d opted out, %,d deleted"
                                .formatted(rows.left(), rows.optedOut(), rows.deleted()));
            }
        }

        Rebuilt segments = rebuilt;
        if (segments != null) {
            line(text, "Directory", segments.directory());
            line(
                    text,
                    "Segments",
                    "%,d over %,d contacts, version %d"
                            .formatted(segments.segments(), segments.contacts(), segments.version()));
            line(text, "Held back", segments.held().isEmpty() ? null : String.join(", ", segments.held()));
        }

        warnings.forEach(warning -> line(text, "Warning", warning));
        line(text, "Started", started);
        line(text, "Ended", ended);
        line(text, "Details", link != null ? link : run == null ? null : "./muster runs show " + run);
        return text.toString();
    }

    private static void line(StringBuilder text, String label, @Nullable Object value) {
        if (value != null) {
            text.append(label).append(": ").append(value).append('\n');
        }
    }
}
