package io.muster.jobs.contactimport;

import io.muster.extract.csv.Dialect;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run found out about its file; stored as JSON with the run.
 *
 * @param header the file's column names
 * @param dialect how the file is written; rejects are downloaded the same way
 * @param columns where the columns went
 * @param newNames names of embedded data that the directory has not had before
 * @param rules the identity rules in force
 * @param warnings what an operator should know
 * @param dryRun whether nothing was to be changed
 * @param older rows of which something was left out because something newer, or from a source of higher precedence, is
 *     known
 */
public record ImportReport(
        List<String> header,
        Dialect dialect,
        List<ColumnUse> columns,
        List<String> newNames,
        List<List<String>> rules,
        List<String> warnings,
        boolean dryRun,
        Long older) {

    /** Reports from before recency have none. */
    public ImportReport {
        older = older == null ? 0L : older;
    }

    /** The headers of reject downloads: they say what was wrong and are not data. */
    public static final List<String> REASON_COLUMNS = ColumnPlan.REASON_COLUMNS;

    /** Where a column went. */
    public record ColumnUse(String column, String target) {}

    /** The names of embedded data that the directory has not had before, but no more than people read. */
    public String newNamesText() {
        return ColumnPlan.list(newNames);
    }

    /** The same with a further warning. */
    public ImportReport withWarning(String warning) {
        return new ImportReport(
                header,
                dialect,
                columns,
                newNames,
                rules,
                Stream.concat(warnings.stream(), Stream.of(warning)).toList(),
                dryRun,
                older);
    }

    /** @param older how many rows said something older than what is known */
    static ImportReport of(SurveyTask task, List<String> furtherWarnings, long older) {
        ColumnPlan plan = task.plan();
        ImportWork work = task.work();
        return new ImportReport(
                task.header(),
                task.dialect(),
                plan.columns().stream()
                        .map(column ->
                                new ColumnUse(column.name(), column.target().text()))
                        .toList(),
                plan.newNames(),
                work.rules().stream().map(rule -> rule.fields()).toList(),
                Stream.of(plan.warnings(), furtherWarnings, olderRows(older))
                        .flatMap(List::stream)
                        .toList(),
                work.spec().dryRun(),
                older);
    }

    private static List<String> olderRows(long older) {
        return older == 0
                ? List.of()
                : List.of(
                        (older == 1 ? "1 row says" : "%,d rows say".formatted(older))
                                + " something older than what is known, or of a source of lower precedence; that was left out.");
    }
}
