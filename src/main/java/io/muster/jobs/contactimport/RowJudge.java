package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.IncomingRow.RowVerdict;
import io.muster.dedup.resolve.RowAction;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.NullTokens;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.IdentityKey;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import io.muster.directory.Verdict;
import io.muster.extract.csv.CellSlices;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.RowProblem;
import io.muster.extract.transform.Transforms;
import io.muster.support.CharSlice;
import io.muster.support.Fold;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Maps and validates rows, and makes their keys. One for each thread. */
final class RowJudge {

    private static final IncomingRow.Values NOTHING = new IncomingRow.Values(
            new Profile(Map.of(), Map.of(), false), IncomingRow.Blank.NOTHING, OptOut.UNSAID, new TreeMap<>(), null);

    private final Transforms transforms;
    private final boolean transforming;
    private final KeyMaker keys;
    private final NullTokens nullTokens;

    /** In a download of rejects, the columns of its file; a row that has nothing in them is blank. Empty elsewhere. */
    private final List<Integer> dataAt = new ArrayList<>();

    private final RowValues values;
    private final List<Column> columns = new ArrayList<>();
    private final List<Constant> constants = new ArrayList<>();
    private final Map<String, Integer> required = new LinkedHashMap<>();
    private final Mapping.OnMissing missing;
    private int problemAt = -1;
    private final CharSlice slice = new CharSlice();

    /** Judges cells for one target. */
    @FunctionalInterface
    private interface CellJudge {

        Verdict judge(String cell);
    }

    /** Whether the trimmed characters of a cell surely are good as they are. */
    @FunctionalInterface
    private interface SliceJudge {

        boolean takesAsIs(CharSequence value);
    }

    /** Where the values of a column or constant go, and whether one that is invalid is dropped or rejects the row. */
    private record Goal(int slot, String name, CellJudge judge, boolean dropsInvalid) {}

    /** @param asIs null where every value has to be looked at as a text */
    private record Column(
            int index,
            Goal goal,
            Map<String, String> values,
            @Nullable SliceJudge asIs) {}

    private record Constant(Goal goal, String value) {}

    RowJudge(
            Transforms transforms,
            ColumnPlan plan,
            FieldRules rules,
            KeyMaker keys,
            RowSettings work,
            EventDates dates) {
        this.transforms = transforms;
        this.transforming = !work.spec().transforms().isEmpty();
        this.keys = keys;
        this.nullTokens = new NullTokens(work.nullTokens());
        Mapping mapping = work.spec().mapping();
        Set<Target> targets = new LinkedHashSet<>();
        plan.columns().forEach(column -> targets.add(column.target()));
        mapping.constants().forEach(constant -> targets.add(plan.inSpelling(constant.target())));
        targets.remove(new Target.Ignore());
        targets.remove(new Target.Problem());
        this.values = new RowValues(targets, !(work.spec().list() instanceof ListTarget.None));
        Set<Target> dropped = work.spec().invalid().entrySet().stream()
                .filter(target -> target.getValue() == ImportSpec.OnInvalid.DROP)
                .map(target -> plan.inSpelling(Target.parse(target.getKey())))
                .collect(Collectors.toSet());
        for (int i = 0; i < plan.columns().size(); i++) {
            ColumnPlan.Column column = plan.columns().get(i);
            Target target = column.target();
            if (target instanceof Target.Problem) {
                problemAt = i;
            } else if (!(target instanceof Target.Ignore)) {
                CellJudge judge = formatted(
                        mapping.formats().get(column.name()), target, judge(target, rules, dates, work), work);
                Goal goal = new Goal(values.slot(target), column.name(), judge, dropped.contains(target));
                boolean plain = nullTokens.isEmpty()
                        && column.values().isEmpty()
                        && !mapping.formats().containsKey(column.name());
                columns.add(new Column(i, goal, column.values(), plain ? asIs(target, rules) : null));
            }
        }

        boolean downloaded = plan.columns().stream().anyMatch(column -> ColumnPlan.NO_DATA.contains(column.name()));
        for (int i = 0; i < plan.columns().size() && downloaded && !transforming; i++) {
            if (!ColumnPlan.NO_DATA.contains(plan.columns().get(i).name())) {
                dataAt.add(i);
            }
        }

        for (Mapping.Constant constant : mapping.constants()) {
            Target target = plan.inSpelling(constant.target());
            if (!(target instanceof Target.Ignore)) {
                CellJudge judge = judge(target, rules, dates, work);
                Goal goal = new Goal(values.slot(target), target.text(), judge, dropped.contains(target));
                constants.add(new Constant(goal, constant.value()));
            }
        }

        this.missing = mapping.missing();
        for (Target target : mapping.required()) {
            // An opt-out is never missing: a blank one means that nothing changes.
            if (!(target instanceof Target.Unsubscribed
                    || target instanceof Target.Action
                    || target instanceof Target.Ignore)) {
                required.put(target.text(), values.slot(plan.inSpelling(target)));
            }
        }
    }

    /** Has values read as the column writes them before they are judged. */
    private static CellJudge formatted(
            @Nullable ColumnFormat format, Target target, CellJudge judge, RowSettings work) {
        String number = format == null ? null : format.number();
        if (number != null) {
            return then(NumberForm.parse(number)::judge, judge);
        }

        String date = format == null ? null : format.date();
        if (date == null) {
            return judge;
        }

        EventDates dates = new EventDates(work.directory().timeZone(), date);
        boolean moment = target instanceof Target.TransactionDate || target instanceof Target.TouchpointPart;
        return moment ? dates::judge : then(dates::judgeText, judge);
    }

    private static CellJudge then(CellJudge reading, CellJudge judge) {
        return cell -> {
            Verdict read = reading.judge(cell);
            return read instanceof Verdict.Valid valid ? judge.judge(valid.value()) : read;
        };
    }

    private static CellJudge judge(Target target, FieldRules rules, EventDates dates, RowSettings work) {
        return switch (target) {
            case Target.Field field -> cell -> rules.judge(field.field(), cell);
            case Target.Unsubscribed ignored ->
                work.spec().optOut() == ImportSpec.OptOut.FALSE_LIFTS
                        ? rules::judgeUnsubscribed
                        : cell -> {
                            Verdict verdict = rules.judgeUnsubscribed(cell);
                            return verdict instanceof Verdict.Valid valid
                                            && valid.value().equals("false")
                                    ? Verdict.BLANK
                                    : verdict;
                        };
            case Target.TransactionDate ignored -> dates::judge;
            case Target.AsOf ignored -> dates::judge;
            case Target.TouchpointPart part ->
                switch (part.part()) {
                    case CHANNEL -> rules::judgeChannel;
                    case KIND -> rules::judgeKind;
                    case TIME -> dates::judge;
                    case SURVEY, INTERCEPT, PROJECT, DISPLAY, SESSION -> rules::judgeTouchpointId;
                    case KEY -> rules::judgeEmbedded;
                };
            case Target.Action ignored -> RowAction::judge;
            case Target.ContactId ignored ->
                cell -> rules.judgeContactId(cell, work.directory().number(), work.ids());
            default -> rules::judgeEmbedded;
        };
    }

    private static @Nullable SliceJudge asIs(Target target, FieldRules rules) {
        return switch (target) {
            case Target.Field field -> value -> rules.takesAsIs(field.field(), value);
            case Target.Embedded ignored -> rules::takesEmbeddedAsIs;
            default -> null;
        };
    }

    IncomingRow judge(FileRecord record) {
        if (record.blank()) {
            return without(record, new RowVerdict.Blank());
        }

        RowProblem problem = record.problem();
        if (problem != null) {
            return without(record, new RowVerdict.Rejected(problem.code().name(), problem.column(), problem.message()));
        }

        String told = problemAt < 0 ? "" : Fold.trim(record.cells().get(problemAt));
        if (!told.isEmpty()) {
            return without(record, toldProblem(told));
        }

        if (!nullTokens.isEmpty() && record.cells().stream().allMatch(nullTokens::isBlank)) {
            return without(record, new RowVerdict.Blank());
        }

        if (!dataAt.isEmpty()
                && dataAt.stream().allMatch(place -> isBlank(record.cells().get(place)))) {
            return without(record, new RowVerdict.Blank());
        }

        List<String> cells = record.cells();
        if (transforming) {
            switch (transforms.apply(tokensBlanked(cells))) {
                case Transforms.Outcome.Kept kept -> cells = kept.values();
                case Transforms.Outcome.Skipped ignored -> {
                    return without(record, new RowVerdict.Blank());
                }
                case Transforms.Outcome.Rejected rejected -> {
                    return without(
                            record, new RowVerdict.Rejected(rejected.code(), rejected.column(), rejected.reason()));
                }
            }
        }

        RowVerdict left = take(cells);
        if (left != null) {
            return without(record, left);
        }

        return new IncomingRow(
                record.row(), record.line(), record.cells(), new RowVerdict.Good(), values.toIncoming(), keys());
    }

    private static RowVerdict toldProblem(String told) {
        int end = told.indexOf(' ');
        return end < 0
                ? new RowVerdict.Rejected(told, null, "The record could not be read.")
                : new RowVerdict.Rejected(told.substring(0, end), null, told.substring(end + 1));
    }

    private boolean isBlank(String cell) {
        return Fold.isBlank(cell) || nullTokens.isBlank(cell);
    }

    /** A row whose outcome is final, as rows after it may have the same content; null when that cannot matter. */
    @Nullable
    IncomingRow alreadyDecided(FileRecord record) {
        IncomingRow judged = judge(record);
        return judged.verdict() instanceof RowVerdict.Good
                ? new IncomingRow(
                        judged.row(),
                        judged.line(),
                        judged.cells(),
                        new RowVerdict.AlreadyDecided(),
                        judged.values(),
                        judged.keys())
                : null;
    }

    /** Null tokens are blank for transforms as well. */
    List<String> tokensBlanked(List<String> cells) {
        return nullTokens.isEmpty()
                ? cells
                : cells.stream()
                        .map(cell -> nullTokens.isBlank(cell) ? "" : cell)
                        .toList();
    }

    /** Takes the values of a row; why it is left out, or null. */
    private @Nullable RowVerdict take(List<String> cells) {
        values.clear();
        CellSlices slices = CellSlices.of(cells);
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            RowVerdict.Rejected rejected = takeAsIs(column, slices) ? null : take(column.goal(), value(column, slices));
            if (rejected != null) {
                return rejected;
            }
        }

        boolean bringsTouchpoint = values.hasTouchpoint();
        for (Constant constant : constants) {
            // A constant counts where the row itself has no value.
            RowVerdict.Rejected rejected =
                    values.has(constant.goal().slot()) ? null : take(constant.goal(), constant.value());
            if (rejected != null) {
                return rejected;
            }
        }

        if (values.takesAway()) {
            return values.tooLarge();
        }

        for (Map.Entry<String, Integer> needed : required.entrySet()) {
            if (!values.has(needed.getValue())) {
                return missing == Mapping.OnMissing.SKIP
                        ? new RowVerdict.Blank()
                        : new RowVerdict.Rejected(
                                "REQUIRED_MISSING",
                                needed.getKey(),
                                "The row has no value for " + needed.getKey() + ".");
            }
        }

        RowVerdict.Rejected incomplete = values.incompleteEvent(bringsTouchpoint);
        return incomplete != null ? incomplete : values.tooLarge();
    }

    /** Takes the usual cell, which is good as it is, or blank. */
    private boolean takeAsIs(Column column, CellSlices cells) {
        SliceJudge judge = column.asIs();
        if (judge == null) {
            return false;
        }

        cells.at(column.index(), slice).trim();
        int slot = column.goal().slot();
        if (slice.isEmpty()) {
            values.blank(slot);
            return true;
        }

        if (!judge.takesAsIs(slice)) {
            return false;
        }

        values.take(slot, cells.chars(), slice);
        return true;
    }

    private RowVerdict.@Nullable Rejected take(Goal goal, String cell) {
        switch (goal.judge().judge(cell)) {
            case Verdict.Blank ignored -> values.blank(goal.slot());
            case Verdict.Valid valid -> values.set(goal.slot(), valid.value());
            case Verdict.Invalid wrong -> {
                // A value that is dropped is left out; the rest of the row counts.
                if (!goal.dropsInvalid()) {
                    return new RowVerdict.Rejected(wrong.code(), goal.name(), wrong.reason());
                }

                values.clear(goal.slot());
            }
        }

        return null;
    }

    private String value(Column column, List<String> cells) {
        String cell = cells.get(column.index());
        if (!column.values().isEmpty()) {
            cell = column.values().getOrDefault(Fold.trim(cell), cell);
        }

        return !nullTokens.isEmpty() && nullTokens.isBlank(cell) ? "" : cell;
    }

    private static IncomingRow without(FileRecord record, RowVerdict verdict) {
        return new IncomingRow(record.row(), record.line(), record.cells(), verdict, NOTHING, List.of());
    }

    private List<@Nullable IdentityKey> keys() {
        List<@Nullable IdentityKey> made = new ArrayList<>(keys.size());
        for (int place = 0; place < keys.size(); place++) {
            made.add(keys.key(place, values));
        }

        return made;
    }
}
