package io.muster.cli;

import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.RunViewsConfiguration;
import io.muster.automation.contactimport.JobTrial;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.Sample;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster jobs try}. */
@Command(
        name = "try",
        description = {
            "Try a job file: its next new file, as a dry run, with some contacts before and after.",
            "",
            "Nothing changes: no contact, no list, no delivery, and the file stays where it is. The answer tells what"
                    + " the run would do, which limits it would pass, and what else an operator should know."
        },
        footer = {
            "",
            "Exit code 1 when the file could not be read or mapped.",
            "",
            "Examples:",
            "  muster jobs try jobs/nightly.yaml",
            "  muster jobs try nightly --file contacts-20260301.csv --rows 20 --json"
        })
final class JobsTryCommand implements Callable<Integer> {

    private static final int MOST = 1_000;

    private final Terminal terminal;

    @Mixin
    private NamedJob job;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Try this local file instead of looking at the source.")
    private @Nullable Path file;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many contacts are shown before and after, 0 to 1000. Default: 5.")
    private int rows;

    @Mixin
    private Output output;

    JobsTryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (rows < 0 || rows > MOST) {
            throw Refusal.usage("Cannot show " + rows + " contacts. Give a number from 0 to " + MOST + ".");
        }

        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class, RunViewsConfiguration.class)) {
            LoadedJob found = job.read(context);
            JobFile imports = found.job();
            if (imports instanceof SegmentRebuildJob) {
                throw Refusal.usage(
                        "Cannot try " + found.job().id() + ": it rebuilds segments and takes no files. Try an import.");
            }

            JobTrial trial = context.get(JobTrial.class);
            JobTrial.Tried tried = new RunSession(terminal)
                    .foreground(context, progress -> trial.run(imports, file, rows, RunSession.person(), progress));
            RunView view = context.get(RunViews.class).of(tried.run());
            List<Shown> shown = shown(tried, context.get(Ids.class));
            output.print(json(imports, view, shown, tried.rows()), () -> text(view, shown, tried.rows()));
            return new RunSession(terminal).exit(tried.run());
        }
    }

    private static List<Shown> shown(JobTrial.Tried tried, Ids ids) {
        return tried.sample().stream()
                .map(contact -> new Shown(
                        contact.number() == 0 ? null : ids.contact(tried.run().directory(), contact.number()),
                        contact.kind().name().toLowerCase(Locale.ROOT),
                        contact.rows(),
                        contact.fields()))
                .toList();
    }

    private static Map<String, @Nullable Object> json(
            JobFile job, RunView view, List<Shown> shown, List<Sample.Row> rows) {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        keys.put("job", job.id());
        keys.put("file", view.file());
        keys.putAll(view.json());
        ImportReport report = view.imported();
        keys.put("columns", report == null ? List.of() : report.columns());
        keys.put("newEmbedded", report == null ? List.of() : report.newNames());
        keys.put("warnings", report == null ? List.of() : report.warnings());
        keys.put("sample", shown);
        if (!rows.isEmpty()) {
            keys.put("rows", rows.stream().map(TransformedText::json).toList());
        }

        return keys;
    }

    private static String text(RunView view, List<Shown> shown, List<Sample.Row> rows) {
        StringBuilder text = new StringBuilder(view.file()).append(System.lineSeparator());
        text.append(RunText.line(view)).append(System.lineSeparator());
        RunText.notes(view).forEach(note -> text.append(note).append(System.lineSeparator()));
        rows.forEach(row -> text.append(System.lineSeparator()).append(TransformedText.text(row)));
        for (Shown contact : shown) {
            text.append(System.lineSeparator()).append(contact.text());
        }

        return text.toString();
    }

    /**
     * A contact as it is shown.
     *
     * @param contact its id; null for a new one
     */
    private record Shown(@Nullable String contact, String kind, List<Long> rows, List<Sample.Field> fields) {

        String text() {
            String head = "%s %s (%s %s)%n"
                    .formatted(
                            kind,
                            contact == null ? "contact" : contact,
                            rows.size() == 1 ? "row" : "rows",
                            rows.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            return head
                    + fields.stream()
                            .map(field -> "  %s: %s -> %s%n"
                                    .formatted(printable(field.field()), value(field.before()), value(field.after())))
                            .collect(Collectors.joining());
        }

        /** What comes from a file must not steer the terminal. */
        static String printable(String text) {
            return text.replaceAll("\\p{Cntrl}", "?");
        }

        private static String value(@Nullable String value) {
            return value == null ? "(none)" : printable(value);
        }
    }
}
