package io.muster.cli;

import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.automation.contactimport.Visit;
import io.muster.extract.source.Choice.PassedOver;
import io.muster.extract.source.Choice.Reason;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import io.muster.support.Refusal;
import io.muster.support.Visible;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What running an import job resulted in, in words and as JSON: an entry for each file. */
record VisitText(String job, Visit visit, RunViews views) {

    private static final String LATE = "it came after a newer file was imported";

    /** An entry for each run, for each pending run, and for each file that has no run. */
    List<Map<String, @Nullable Object>> json() {
        List<Map<String, @Nullable Object>> entries = new ArrayList<>();
        visit.runs().forEach(run -> entries.add(views.of(run).ofAutomation()));
        for (Run run : visit.pending()) {
            Map<String, @Nullable Object> entry =
                    new LinkedHashMap<>(views.of(run).ofAutomation());
            entry.put("pending", true);
            entries.add(entry);
        }

        visit.waiting().forEach(file -> entries.add(entry(file.listed().name(), "WAITING", "LATE", LATE)));
        for (PassedOver one : visit.passedOver()) {
            entries.add(entry(
                    one.file().name(),
                    "PASSED_OVER",
                    one.reason().name(),
                    one.reason().text()));
        }

        return entries;
    }

    private Map<String, @Nullable Object> entry(String file, String status, String code, String reason) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("run", null);
        entry.put("automation", job);
        entry.put("file", file);
        entry.put("status", status);
        entry.put("code", code);
        entry.put("reason", reason);
        return entry;
    }

    /** The answer for people. */
    String text() {
        List<String> lines = new ArrayList<>();
        for (Run run : visit.runs()) {
            RunView view = views.of(run);
            lines.add(view.file());
            lines.add(RunText.line(view));
        }

        visit.waiting().forEach(file -> lines.add(waiting(job, file)));
        visit.passedOver().forEach(one -> lines.add(passedOver(one)));
        if (lines.isEmpty() && visit.pending().isEmpty()) {
            lines.add("Nothing new.");
        }

        return String.join(System.lineSeparator(), lines);
    }

    /** What to know of the runs beyond their counts. */
    List<String> warnings() {
        return visit.runs().stream()
                .map(views::of)
                .flatMap(view -> view.warnings().stream().map(warning -> Visible.text(view.file() + ": " + warning)))
                .toList();
    }

    private static String passedOver(PassedOver one) {
        String line =
                "Passed over %s: %s.".formatted(one.file().name(), one.reason().text());
        return one.reason() == Reason.ALREADY_TAKEN ? line + " The option --force takes it again." : line;
    }

    private static String waiting(String job, Delivery file) {
        String name = file.listed().name();
        return "Warning: %s waits: %s. %s".formatted(name, LATE, choice(job, name));
    }

    /** The commands that decide what happens to a late file. */
    static String choice(String job, String file) {
        // The sender has chosen the name; a person copies the line into a shell.
        String quoted = "'" + file.replace("'", "'\\''") + "'";
        return "Import it with: muster run %s --file %s, or settle it with: muster jobs skip %s --file %s"
                .formatted(job, quoted, job, quoted);
    }

    /** Why the job is not done: a line for each run of earlier times that has not imported its file. */
    List<String> pending() {
        return visit.pending().stream()
                .map(run -> Visible.text(Advice.text(pending(views.of(run)))))
                .toList();
    }

    private static Refusal pending(RunView view) {
        String run = view.run().id();
        return Refusal.conflict(
                        "FILE_PENDING",
                        "Cannot settle %s: its run %s is %s and pending. Resume, reprocess or abandon it."
                                .formatted(view.file(), run, view.run().status()))
                .with("run", run);
    }
}
