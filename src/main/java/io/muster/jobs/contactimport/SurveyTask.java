package io.muster.jobs.contactimport;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.FieldRules;
import io.muster.directory.store.EmbeddedNames;
import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.transform.Transforms;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one survey does: made when the step begins, and handed to its reader, processor and writer.
 *
 * @param round counted from 0
 * @param wanted the rows to survey; null for all
 * @param header the file's column names
 * @param dialect how the file is written
 * @param fileBytes size of the spool file
 * @param transforms what happens to rows before they are mapped
 * @param plan where the columns go, those that transforms make among them
 */
record SurveyTask(
        ImportWork work,
        int round,
        @Nullable BitSet wanted,
        List<String> header,
        Dialect dialect,
        long fileBytes,
        Transforms transforms,
        ColumnPlan plan) {

    /**
     * Reads the header of the file and plans its columns.
     *
     * @param names the directory's names of embedded data
     * @throws Refusal when the columns do not fit the mapping or the mode
     */
    static SurveyTask of(ImportWork work, int round, @Nullable BitSet wanted, EmbeddedNames names) {
        ImportSpec spec = work.spec();
        String file = work.fileName();
        try (RecordReader records = RecordReader.open(work.spoolFile(), file, spec.format())) {
            Transforms transforms = Transforms.of(
                    spec.transforms(),
                    records.header(),
                    Instant.ofEpochMilli(work.lease().run().moment()),
                    file);
            ColumnPlan whole = ColumnPlan.of(
                    transforms.header(),
                    spec.mapping(),
                    names.of(work.directory().number()),
                    new FieldRules(work.region()),
                    file);
            ColumnPlan plan = spec.mode() == ImportMode.EVENTS_ONLY ? whole.forEvents(work.rules()) : whole;
            Set<Target> targets = targets(spec, plan);
            refuseMode(spec, targets, file);
            return new SurveyTask(
                    work,
                    round,
                    wanted,
                    records.header(),
                    records.dialect(),
                    records.totalBytes(),
                    transforms,
                    new Recognition(work.rules(), targets).check(plan, file));
        }
    }

    static Set<Target> targets(ImportSpec spec, ColumnPlan plan) {
        Set<Target> targets = new HashSet<>();
        plan.columns().forEach(column -> targets.add(column.target()));
        spec.mapping().constants().forEach(constant -> targets.add(constant.target()));
        return targets;
    }

    /** Refuses targets that the mode forbids, and a mode whose targets are missing. */
    static void refuseMode(ImportSpec spec, Set<Target> targets, String file) {
        if (spec.list() instanceof ListTarget.None
                && targets.contains(new Target.Unsubscribed(Target.Unsubscribed.From.LIST))) {
            throw Refusal.invalid(
                    "NO_LIST",
                    "Cannot import " + file + ": something goes to unsubscribed.list, but contacts join no list. Name a"
                            + " list, or map it to unsubscribed.directory.");
        }

        if (spec.mode() != ImportMode.EVENTS_ONLY) {
            if (targets.contains(new Target.ContactId())) {
                throw Refusal.failed(
                        "Cannot import " + file + ": something goes to contactId, but ids name contacts only"
                                + " where none is made or changed. Use the mode events-only, or another target.");
            }

            return;
        }

        if (targets.contains(new Target.Action())) {
            throw Refusal.failed("Cannot import " + file + ": something goes to action, but the mode events-only"
                    + " changes no contact. Use another mode, or another target.");
        }

        if (!(spec.list() instanceof ListTarget.None)) {
            throw Refusal.failed("Cannot import " + file + ": the mode events-only changes no contact, so none can join"
                    + " a list. Leave the list out, or use another mode.");
        }

        if (targets.stream().noneMatch(SurveyTask::givesEvent)) {
            throw Refusal.failed(
                    "Cannot import " + file + ": the mode events-only records transactions and touchpoints,"
                            + " but nothing gives one. Map a column to transaction.date or touchpoint.time.");
        }
    }

    /** Whether rows say as of when they are true. */
    boolean hasAsOf() {
        return hasAsOf(work.spec(), plan);
    }

    static boolean hasAsOf(ImportSpec spec, ColumnPlan plan) {
        return plan.columns().stream().anyMatch(column -> column.target() instanceof Target.AsOf)
                || spec.mapping().constants().stream().anyMatch(constant -> constant.target() instanceof Target.AsOf);
    }

    private static boolean givesEvent(Target target) {
        return target instanceof Target.TransactionDate || target instanceof Target.TouchpointPart;
    }

    /** Whether the file's rows may record transactions or touchpoints. */
    boolean recordsEvents() {
        return recordsEvents(work.spec(), plan);
    }

    static boolean recordsEvents(ImportSpec spec, ColumnPlan plan) {
        return plan.columns().stream().anyMatch(column -> givesEvent(column.target()))
                || spec.mapping().constants().stream().anyMatch(constant -> givesEvent(constant.target()));
    }

    /** Makes keys of the file's values; for one thread. */
    KeyMaker keys() {
        return new KeyMaker(
                work.rules(), plan.spellings()::of, work.directory().settings().placeholders());
    }
}
