package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.Resolved;
import io.muster.extract.csv.Dialect;
import java.util.List;
import java.util.stream.IntStream;
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
 * @param matched rows that each of the rules has told who they are about; empty in reports from before that was counted
 */
public record ImportReport(
        List<String> header,
        Dialect dialect,
        List<ColumnUse> columns,
        List<String> newNames,
        List<List<String>> rules,
        List<String> warnings,
        boolean dryRun,
        Long older,
        List<Long> matched) {

    /** Older reports lack some of it. */
    public ImportReport {
        older = older == null ? 0L : older;
        matched = matched == null ? List.of() : List.copyOf(matched);
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
                older,
                matched);
    }

    /** The rules, each with how many rows it has told who they are about. */
    public List<String> rulesText() {
        return IntStream.range(0, rules.size())
                .mapToObj(place -> String.join(" + ", rules.get(place))
                        + (place < matched.size() ? " (%s recognised)".formatted(rows(matched.get(place))) : ""))
                .toList();
    }

    private static String rows(long rows) {
        return rows == 1 ? "1 row" : "%,d rows".formatted(rows);
    }

    static ImportReport of(SurveyTask task, List<String> furtherWarnings, Resolved resolved) {
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
                Stream.of(plan.warnings(), furtherWarnings, olderRows(resolved.older()))
                        .flatMap(List::stream)
                        .toList(),
                work.spec().dryRun(),
                resolved.older(),
                resolved.matched());
    }

    private static List<String> olderRows(long older) {
        return older == 0
                ? List.of()
                : List.of(
                        rows(older) + (older == 1 ? " says" : " say")
                                + " something older than what is known, or of a source of lower precedence; that was left out.");
    }
}
