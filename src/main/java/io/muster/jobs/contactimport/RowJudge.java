package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.IncomingRow.IncomingTouchpoint;
import io.muster.dedup.resolve.IncomingRow.IncomingTransaction;
import io.muster.dedup.resolve.IncomingRow.RowVerdict;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.NullTokens;
import io.muster.directory.CodePointOrder;
import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import io.muster.directory.OptOut;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.Verdict;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.RowProblem;
import io.muster.jobs.contactimport.Target.TouchpointPart.Part;
import io.muster.support.Fold;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Maps and validates rows, and makes their keys. One for each thread. */
final class RowJudge {

    private static final IncomingRow.Values NOTHING = new IncomingRow.Values(
            Map.of(), Set.of(), new TreeMap<>(), Set.of(), null, OptOut.UNSAID, new TreeMap<>(), null);

    private final ColumnPlan plan;
    private final FieldRules rules;
    private final KeyMaker keys;
    private final ImportSpec spec;
    private final List<Mapping.Constant> constants;
    private final NullTokens nullTokens;
    private final Map<String, ImportSpec.OnInvalid> invalid;
    private final EventDates dates;
    private final int directory;

    RowJudge(
            ColumnPlan plan,
            FieldRules rules,
            KeyMaker keys,
            ImportSpec spec,
            List<String> nullTokens,
            EventDates dates,
            int directory) {
        this.plan = plan;
        this.rules = rules;
        this.keys = keys;
        this.spec = spec;
        this.constants = spec.mapping().constants().stream()
                .map(constant -> new Mapping.Constant(
                        ColumnPlan.inSpelling(constant.target(), plan.spellings()), constant.value()))
                .toList();
        this.nullTokens = new NullTokens(nullTokens);
        this.invalid = new HashMap<>();
        spec.invalid()
                .forEach((target, what) -> this.invalid.put(
                        ColumnPlan.inSpelling(Target.parse(target), plan.spellings())
                                .text(),
                        what));
        this.dates = dates;
        this.directory = directory;
    }

    IncomingRow judge(FileRecord record) {
        if (record.blank()) {
            return without(record, new RowVerdict.Blank());
        }

        RowProblem problem = record.problem();
        if (problem != null) {
            return without(record, new RowVerdict.Rejected(problem.code().name(), problem.column(), problem.message()));
        }

        if (!nullTokens.isEmpty() && record.cells().stream().allMatch(nullTokens::isBlank)) {
            return without(record, new RowVerdict.Blank());
        }

        Draft draft = new Draft();
        for (int i = 0; i < plan.columns().size(); i++) {
            ColumnPlan.Column column = plan.columns().get(i);
            if (column.target() instanceof Target.Ignore) {
                continue;
            }

            RowVerdict.Rejected rejected = draft.take(column.target(), column.name(), value(column, record, i));
            if (rejected != null) {
                return without(record, rejected);
            }
        }

        for (Mapping.Constant constant : constants) {
            RowVerdict.Rejected rejected = draft.fill(constant);
            if (rejected != null) {
                return without(record, rejected);
            }
        }

        RowVerdict.Rejected incomplete = draft.incomplete();
        if (incomplete != null) {
            return without(record, incomplete);
        }

        IncomingRow.Values values = draft.values();
        return new IncomingRow(
                record.row(), record.line(), record.cells(), new RowVerdict.Good(), values, keys(values));
    }

    /** A row whose outcome is final: rows after it may still have the same content. Null when it has none. */
    @Nullable
    IncomingRow settled(FileRecord record) {
        IncomingRow judged = judge(record);
        return judged.verdict() instanceof RowVerdict.Good
                ? new IncomingRow(
                        judged.row(),
                        judged.line(),
                        judged.cells(),
                        new RowVerdict.Settled(),
                        judged.values(),
                        judged.keys())
                : null;
    }

    private String value(ColumnPlan.Column column, FileRecord record, int index) {
        String cell = record.cells().get(index);
        if (!column.values().isEmpty()) {
            cell = column.values().getOrDefault(Fold.trim(cell), cell);
        }

        return !nullTokens.isEmpty() && nullTokens.isBlank(cell) ? "" : cell;
    }

    private IncomingRow without(FileRecord record, RowVerdict verdict) {
        return new IncomingRow(record.row(), record.line(), record.cells(), verdict, NOTHING, List.of());
    }

    private List<@Nullable IdentityKey> keys(IncomingRow.Values values) {
        FieldValues asked = new FieldValues() {
            @Override
            public @Nullable String field(ContactField field) {
                return values.fields().get(field);
            }

            @Override
            public @Nullable String embedded(String name) {
                return values.embedded().get(name);
            }
        };
        List<@Nullable IdentityKey> made = new ArrayList<>(keys.size());
        for (int place = 0; place < keys.size(); place++) {
            made.add(keys.key(place, asked));
        }

        return made;
    }

    /** The values of one row in the making. */
    private final class Draft {
        private final EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        private final EnumSet<ContactField> blankFields = EnumSet.noneOf(ContactField.class);
        private final SortedMap<String, String> embedded = new TreeMap<>(CodePointOrder.INSTANCE);
        private final Set<String> blankEmbedded = new HashSet<>(0);
        private final SortedMap<String, String> listEmbedded = new TreeMap<>(CodePointOrder.INSTANCE);
        private final SortedMap<String, String> transactionFields = new TreeMap<>(CodePointOrder.INSTANCE);
        private OptOut optOut = OptOut.UNSAID;
        private @Nullable String transactionId;
        private @Nullable Long transactionDate;
        private final EnumMap<Part, String> touchpoint = new EnumMap<>(Part.class);
        // Whether a column says something of a touchpoint: constants alone make none.
        private boolean bringsTouchpoint;
        private long contact;

        RowVerdict.@Nullable Rejected take(Target target, String column, String cell) {
            return switch (judged(target, cell)) {
                case Verdict.Blank ignored -> {
                    blank(target);
                    yield null;
                }
                case Verdict.Valid valid -> {
                    set(target, valid.value());
                    yield null;
                }
                case Verdict.Invalid wrong ->
                    invalid.get(target.text()) == ImportSpec.OnInvalid.DROP
                            ? null
                            : new RowVerdict.Rejected(wrong.code(), column, wrong.reason());
            };
        }

        /** A constant stands in where the row itself says nothing. */
        RowVerdict.@Nullable Rejected fill(Mapping.Constant constant) {
            boolean said = switch (constant.target()) {
                case Target.Field field -> fields.containsKey(field.field());
                case Target.Embedded named -> embedded.containsKey(named.name());
                case Target.ListEmbedded named -> listEmbedded.containsKey(named.name());
                case Target.TransactionField named -> transactionFields.containsKey(named.name());
                case Target.TransactionId ignored -> transactionId != null;
                case Target.TransactionDate ignored -> transactionDate != null;
                case Target.TouchpointPart part -> touchpoint.containsKey(part.part());
                case Target.ContactId ignored -> contact != 0;
                case Target.Unsubscribed ignored -> optOut != OptOut.UNSAID;
                case Target.Ignore ignored -> true;
            };
            if (said) {
                return null;
            }

            if (constant.target() instanceof Target.TouchpointPart) {
                boolean brings = bringsTouchpoint;
                RowVerdict.Rejected rejected =
                        take(constant.target(), constant.target().text(), constant.value());
                bringsTouchpoint = brings;
                return rejected;
            }

            if (constant.target() instanceof Target.Field field) {
                blankFields.remove(field.field());
            } else if (constant.target() instanceof Target.Embedded named) {
                blankEmbedded.remove(named.name());
            }

            return take(constant.target(), constant.target().text(), constant.value());
        }

        RowVerdict.@Nullable Rejected incomplete() {
            for (Target target : spec.mapping().required()) {
                boolean there = switch (ColumnPlan.inSpelling(target, plan.spellings())) {
                    case Target.Field field -> fields.containsKey(field.field());
                    case Target.Embedded named -> embedded.containsKey(named.name());
                    case Target.ListEmbedded named -> listEmbedded.containsKey(named.name());
                    case Target.TransactionField named -> transactionFields.containsKey(named.name());
                    case Target.TransactionId ignored -> transactionId != null;
                    case Target.TransactionDate ignored -> transactionDate != null;
                    case Target.TouchpointPart part -> touchpoint.containsKey(part.part());
                    case Target.ContactId ignored -> contact != 0;
                    case Target.Unsubscribed ignored -> true;
                    case Target.Ignore ignored -> true;
                };
                if (!there) {
                    return new RowVerdict.Rejected(
                            "REQUIRED_MISSING", target.text(), "The row has no value for " + target.text() + ".");
                }
            }

            boolean records = transactionId != null || !transactionFields.isEmpty();
            return records && transactionDate == null
                    ? new RowVerdict.Rejected(
                            "TRANSACTION_DATE_MISSING", "transaction.date", "The row's transaction has no date.")
                    : incompleteTouchpoint();
        }

        private RowVerdict.@Nullable Rejected incompleteTouchpoint() {
            if (bringsTouchpoint && !touchpoint.containsKey(Part.TIME)) {
                return missing(Part.TIME);
            }

            if (!touchpoint.containsKey(Part.TIME)) {
                return null;
            }

            return !touchpoint.containsKey(Part.CHANNEL)
                    ? missing(Part.CHANNEL)
                    : touchpoint.containsKey(Part.KIND) ? null : missing(Part.KIND);
        }

        private static RowVerdict.Rejected missing(Part part) {
            return new RowVerdict.Rejected(
                    "TOUCHPOINT_" + part.name() + "_MISSING",
                    new Target.TouchpointPart(part).text(),
                    "The row's touchpoint has no " + part.word() + ".");
        }

        private @Nullable IncomingTouchpoint touchpoint() {
            String time = touchpoint.get(Part.TIME);
            if (time == null) {
                return null;
            }

            return new IncomingTouchpoint(
                    touchpoint.get(Part.KEY),
                    TouchpointChannel.of(touchpoint.getOrDefault(Part.CHANNEL, ""))
                            .orElseThrow(),
                    TouchpointKind.of(touchpoint.getOrDefault(Part.KIND, "")).orElseThrow(),
                    Long.parseLong(time),
                    touchpoint.get(Part.SURVEY),
                    touchpoint.get(Part.INTERCEPT));
        }

        IncomingRow.Values values() {
            Long date = transactionDate;
            IncomingTransaction transaction = date == null
                    ? null
                    : new IncomingTransaction(transactionId, date, EmbeddedJson.write(transactionFields));
            return new IncomingRow.Values(
                    fields,
                    blankFields,
                    embedded,
                    blankEmbedded,
                    EmbeddedJson.write(embedded),
                    optOut,
                    listEmbedded,
                    transaction,
                    touchpoint(),
                    contact);
        }

        private Verdict judged(Target target, String cell) {
            return switch (target) {
                case Target.Field field -> rules.judge(field.field(), cell);
                case Target.Unsubscribed ignored -> rules.judgeUnsubscribed(cell);
                case Target.TransactionDate ignored -> dates.judge(cell);
                case Target.TouchpointPart part ->
                    switch (part.part()) {
                        case CHANNEL -> rules.judgeChannel(cell);
                        case KIND -> rules.judgeKind(cell);
                        case TIME -> dates.judge(cell);
                        case SURVEY, INTERCEPT -> rules.judgeTouchpointId(cell);
                        case KEY -> rules.judgeEmbedded(cell);
                    };
                case Target.ContactId ignored -> rules.judgeContactId(cell, directory);
                default -> rules.judgeEmbedded(cell);
            };
        }

        private void blank(Target target) {
            switch (target) {
                case Target.Field field -> blankFields.add(field.field());
                case Target.Embedded named -> blankEmbedded.add(named.name());
                default -> {
                    // A blank says nothing here.
                }
            }
        }

        private void set(Target target, String value) {
            switch (target) {
                case Target.Field field -> fields.put(field.field(), value);
                case Target.Embedded named -> embedded.put(named.name(), value);
                case Target.ListEmbedded named -> listEmbedded.put(named.name(), value);
                case Target.TransactionField named -> transactionFields.put(named.name(), value);
                case Target.TransactionId ignored -> transactionId = value;
                case Target.TransactionDate ignored -> transactionDate = Long.valueOf(value);
                case Target.TouchpointPart part -> {
                    touchpoint.put(part.part(), value);
                    bringsTouchpoint = true;
                }
                case Target.ContactId ignored -> contact = Long.parseLong(value);
                case Target.Unsubscribed ignored -> optOut = optOut(value);
                case Target.Ignore ignored -> {
                    // left out
                }
            }
        }

        private OptOut optOut(String value) {
            if (value.equals("true")) {
                return OptOut.OUT;
            }

            return spec.optOut() == ImportSpec.OptOut.FALSE_LIFTS ? OptOut.LIFTED : OptOut.UNSAID;
        }
    }
}
