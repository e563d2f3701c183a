package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.IncomingRow.RowVerdict;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.Directory;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.Spellings;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.transform.Transforms;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An import that nobody has begun: checks its columns and judges rows as its run would.
 *
 * @param rules the identity rules of the directory
 * @param names its names of embedded data
 * @param header the column names of the file
 * @param file the name of the file
 */
public record PlannedImport(
        ImportSpec spec,
        Directory directory,
        List<IdentityRule> rules,
        Spellings names,
        Ids ids,
        List<String> header,
        String file)
        implements RowSettings {

    /**
     * The verdict on a row.
     *
     * @param code what is wrong, for programs; null when nothing is
     * @param field the column at fault; null when the whole row is, or nothing
     * @param reason what is wrong, as a sentence; empty when nothing is
     * @param blank whether the row is left out since it has no values
     */
    public record Verdict(@Nullable String code, @Nullable String field, String reason, boolean blank) {}

    /**
     * What is noteworthy of the columns.
     *
     * @throws Refusal when the file cannot be imported so
     */
    public List<String> check() {
        return plan().warnings();
    }

    private ColumnPlan plan() {
        ColumnPlan whole = ColumnPlan.of(transforms().header(), spec.mapping(), names, new FieldRules(region()), file);
        ColumnPlan plan = spec.mode() == ImportMode.EVENTS_ONLY ? whole.forEvents(rules) : whole;
        Set<Target> targets = SurveyTask.targets(spec, plan);
        SurveyTask.refuseMode(spec, targets, file);
        return new Recognition(rules, targets).check(plan, file);
    }

    private Transforms transforms() {
        return Transforms.of(spec.transforms(), header, Instant.EPOCH, file);
    }

    /**
     * Judges rows.
     *
     * @throws Refusal when the file cannot be imported so
     */
    public List<Verdict> judge(List<FileRecord> rows) {
        ColumnPlan plan = plan();
        RowJudge judge = new RowJudge(
                transforms(),
                plan,
                new FieldRules(region()),
                new KeyMaker(rules, plan.spellings()::of, directory.settings().placeholders()),
                this,
                new EventDates(directory.timeZone(), spec.mapping().dateFormat()));
        return rows.stream().map(judge::judge).map(PlannedImport::verdict).toList();
    }

    private static Verdict verdict(IncomingRow row) {
        return switch (row.verdict()) {
            case RowVerdict.Rejected rejected ->
                new Verdict(rejected.code(), rejected.field(), Objects.toString(rejected.reason(), ""), false);
            case RowVerdict.Blank ignored -> new Verdict(null, null, "", true);
            case RowVerdict.Good ignored -> new Verdict(null, null, "", false);
            case RowVerdict.AlreadyDecided ignored -> new Verdict(null, null, "", false);
        };
    }
}
