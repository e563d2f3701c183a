package io.muster.web.console.runs;

import io.muster.app.RunView;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunStatus;
import io.muster.load.OutcomeCounts;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How pages tell of runs. */
final class RunTexts {

    private static final int WIDTH = 600;
    private static final int LEAST_WIDTH = 3;
    private static final Pattern FIRST_SENTENCE = Pattern.compile("(.*?[.!?])(\\s.*)?", Pattern.DOTALL);

    private RunTexts() {}

    /**
     * A state, told by word, shape and colour.
     *
     * @param word the word alone
     */
    record Status(String word, String shape) {}

    /**
     * A run in a list.
     *
     * @param by the automation, or what the run is of its kind
     * @param reason its first sentence; empty when it has completed
     * @param settledBy the run that has done this one's work since; null for none
     */
    record Row(
            String id,
            Status status,
            String by,
            String file,
            Moment started,
            String duration,
            @Nullable Bar bar,
            String reason,
            @Nullable String settledBy,
            boolean resumable) {}

    /**
     * The outcomes of an import.
     *
     * @param rows in order
     * @param finding what the bar shows, as a sentence
     */
    record Outcomes(List<Outcome> rows, Bar bar, String finding) {}

    /** An outcome with its number of rows. */
    record Outcome(String name, String number, String share) {}

    /** Parts of a bar, {@value #WIDTH} wide in all. */
    record Bar(List<Part> parts) {}

    /**
     * A part of a bar.
     *
     * @param kind of outcome, in small letters
     */
    record Part(String kind, long x, long width, String title) {}

    static Status status(RunStatus status) {
        String shape = switch (status) {
            case COMPLETED -> "●";
            case QUEUED -> "○";
            case RUNNING -> "▶";
            case FAILED -> "✕";
            case DEAD -> "✚";
            case STOPPED -> "■";
            case ABANDONED -> "▬";
        };
        return new Status(status.name().toLowerCase(Locale.ROOT), shape);
    }

    static Row row(RunView view, ZoneId zone) {
        Run run = view.run();
        ImportedRows rows = run.rows();
        String reason = view.reason();
        String automation = run.automation();
        return new Row(
                run.id(),
                status(run.status()),
                automation == null ? run.kind().key() : automation,
                view.file(),
                Texts.moment(run.started(), zone),
                Texts.duration(Duration.ofMillis(run.workedMillis())),
                rows == null || rows.read() == 0 ? null : bar(rows.counts(), rows.read()),
                reason == null ? "" : firstSentence(reason),
                rows == null ? null : rows.settledBy(),
                run.status().isResumable() && (rows == null || rows.settledBy() == null));
    }

    static String firstSentence(String text) {
        Matcher matcher = FIRST_SENTENCE.matcher(text);
        return matcher.matches() ? matcher.group(1) : text;
    }

    static @Nullable Outcomes outcomes(Run run) {
        ImportedRows rows = run.rows();
        if (rows == null) {
            return null;
        }

        OutcomeCounts counts = rows.counts();
        long read = rows.read();
        List<Outcome> all = Stream.of(
                        new Outcome("Read", Texts.number(read), ""),
                        outcome("Created", counts.created(), read),
                        outcome("Updated", counts.updated(), read),
                        outcome("Unchanged", counts.unchanged(), read),
                        outcome("Rejected", counts.rejected(), read),
                        outcome("Skipped", counts.skipped(), read))
                .toList();
        return new Outcomes(
                all,
                bar(counts, read),
                counts.total() < read
                        ? open(counts.total(), read)
                        : "%s read = %s created + %s updated + %s unchanged + %s rejected + %s skipped"
                                .formatted(
                                        Texts.number(read),
                                        Texts.number(counts.created()),
                                        Texts.number(counts.updated()),
                                        Texts.number(counts.unchanged()),
                                        Texts.number(counts.rejected()),
                                        Texts.number(counts.skipped())));
    }

    /** Of a run that has not come to the end. */
    private static String open(long settled, long read) {
        return "%s of %s rows read have an outcome".formatted(Texts.number(settled), Texts.number(read));
    }

    private static Outcome outcome(String name, long number, long read) {
        return new Outcome(name, Texts.number(number), Texts.share(number, read));
    }

    /** What is not zero is three pixels wide at least; rows without an outcome are left blank. */
    private static Bar bar(OutcomeCounts counts, long read) {
        List<String> kinds = List.of("created", "updated", "unchanged", "rejected", "skipped");
        List<Long> numbers =
                List.of(counts.created(), counts.updated(), counts.unchanged(), counts.rejected(), counts.skipped());
        long whole = Math.max(1, Math.max(read, counts.total()));
        Part[] parts = new Part[kinds.size()];
        long x = 0;
        for (int i = 0; i < parts.length; i++) {
            long number = numbers.get(i);
            long width = number == 0 ? 0 : Math.max(LEAST_WIDTH, Math.round((double) number * WIDTH / whole));
            parts[i] = new Part(kinds.get(i), x, width, Texts.number(number) + " " + kinds.get(i));
            x += width;
        }

        return new Bar(List.of(parts).stream().filter(part -> part.width() > 0).toList());
    }
}
