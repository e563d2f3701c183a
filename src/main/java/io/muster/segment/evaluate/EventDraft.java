package io.muster.segment.evaluate;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.EventTest;
import io.muster.segment.condition.Form;
import io.muster.segment.condition.Operand;
import io.muster.segment.condition.Span;
import io.muster.segment.condition.TouchpointFilter;
import io.muster.segment.condition.TransactionFilter;
import io.muster.segment.condition.ValueOperator;
import io.muster.segment.condition.ValueTest;
import io.muster.support.Fold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Gathers what conditions ask of the events of contacts. */
final class EventDraft {

    private static final String HAPPENED_AT = "happened_at";

    /** The tables of events. */
    enum Table {
        TRANSACTIONS("contact_transaction", "fields", "transaction_key"),
        TOUCHPOINTS("touchpoint", "", "touchpoint_key");

        private final String table;
        private final String json;
        private final String key;

        Table(String table, String json, String key) {
            this.table = table;
            this.json = json;
            this.key = key;
        }
    }

    private final Table table;
    private final Spans spans;
    private final Algebra.Draft filters = new Algebra.Draft();
    private final RowPlan.Draft rows = new RowPlan.Draft(filters);
    private final SequencedMap<EventPlan.Key, SequencedMap<ValueTest, Integer>> counts = new LinkedHashMap<>();
    private final SequencedMap<EventPlan.Key, SequencedMap<ValueTest, Integer>> sums = new LinkedHashMap<>();
    private final SequencedMap<EventPlan.Key, SequencedMap<ValueTest, Integer>> latest = new LinkedHashMap<>();

    /** The earliest time of which any filter lets events through; the least there is when one has no bound. */
    private long earliest = Long.MAX_VALUE;

    EventDraft(Table table, Spans spans) {
        this.table = table;
        this.spans = spans;
        // The first column behind the number, whether it is tested or not.
        rows.read(new Source.Whole(HAPPENED_AT));
    }

    boolean isUsed() {
        return !counts.isEmpty() || !sums.isEmpty() || !latest.isEmpty();
    }

    int filter(TransactionFilter of) {
        List<Integer> parts = new ArrayList<>();
        of.where().ifPresent(where -> parts.add(where(where)));
        within(of.withinLast(), parts);
        return filters.all(parts);
    }

    int filter(TouchpointFilter of) {
        List<Integer> parts = new ArrayList<>();
        oneOf("channel", of.channels(), parts);
        oneOf("kind", of.kinds(), parts);
        oneOf("survey", of.surveys(), parts);
        oneOf("intercept", of.intercepts(), parts);
        within(of.withinLast(), parts);
        return filters.all(parts);
    }

    private void oneOf(String column, List<String> values, List<Integer> parts) {
        if (!values.isEmpty()) {
            Source source = new Source.Text(column, Comparison.FOLDED);
            parts.add(
                    rows.leaf(source, Literal.of(in(values), Comparison.FOLDED).test()));
        }
    }

    private static ValueTest in(List<String> texts) {
        return new ValueTest(
                Form.TEXT,
                ValueOperator.IN,
                texts.stream().<Operand>map(Operand.Text::new).toList());
    }

    private static ValueTest withinLast(Span span) {
        return new ValueTest(Form.DATE, ValueOperator.WITHIN_LAST, List.of(span));
    }

    private void within(Optional<Span> span, List<Integer> parts) {
        span.ifPresent(last -> parts.add(rows.leaf(new Source.Whole(HAPPENED_AT), withinLast(last))));
        earliest = Math.min(
                earliest,
                span.map(last -> spans.asOf() - last.duration().toMillis()).orElse(Long.MIN_VALUE));
    }

    /** The node of what a transaction must say. */
    private int where(Condition<EventTest> condition) {
        return switch (condition) {
            case Condition.Test<EventTest> test ->
                field(test.test().field(), test.test().test());
            case Condition.Group<EventTest> group -> {
                List<Integer> parts = new ArrayList<>();
                for (Condition<EventTest> part : group.parts()) {
                    parts.add(where(part));
                }

                yield filters.group(group.kind(), parts);
            }
        };
    }

    private int field(String field, ValueTest test) {
        Literal literal = Literal.of(test, Comparison.FOLDED);
        int leaf = rows.leaf(named(field), literal.test());
        return literal.sign() == Literal.Sign.PLAIN ? leaf : filters.not(leaf);
    }

    private static Source.Named named(String field) {
        return new Source.Named(Fold.fold(field));
    }

    /** What a count of events is known by. */
    EventPlan.Key countKey(int filter) {
        return new EventPlan.Key(filter, "");
    }

    /** What a sum over events is known by. */
    EventPlan.Key sumKey(int filter, String field) {
        return new EventPlan.Key(filter, Fold.fold(field));
    }

    /** What a latest value of events is known by: its filter lets those with a value through. */
    EventPlan.Key latestKey(int filter, String field) {
        int filled = filters.not(rows.leaf(named(field), ValueTest.EMPTY));
        return new EventPlan.Key(filters.all(List.of(filter, filled)), Fold.fold(field));
    }

    /** Asks for a count; the answer is the block mask that the test decides. */
    int count(EventPlan.Key key, ValueTest test, BlockMasks masks) {
        return counts.computeIfAbsent(key, ignored -> new LinkedHashMap<>())
                .computeIfAbsent(test, ignored -> masks.next());
    }

    /** Asks for a sum. */
    int sum(EventPlan.Key key, ValueTest test, BlockMasks masks) {
        rows.read(new Source.Named(key.field()));
        return sums.computeIfAbsent(key, ignored -> new LinkedHashMap<>())
                .computeIfAbsent(test, ignored -> masks.next());
    }

    /** Asks for a latest value. */
    int latest(EventPlan.Key key, ValueTest test, BlockMasks masks) {
        rows.leaf(new Source.Named(key.field()), test);
        return latest.computeIfAbsent(key, ignored -> new LinkedHashMap<>())
                .computeIfAbsent(test, ignored -> masks.next());
    }

    /** Hands out block masks. */
    interface BlockMasks {
        int next();
    }

    /** The finished plan. */
    EventPlan finish(int directory) {
        Map<Integer, Integer> bits = new HashMap<>();
        RowPlan plan = rows.finish(bits, spans);
        Algebra algebra = filters.finish(bits, plan.words() * 64);
        Map<String, Integer> names = new HashMap<>();
        plan.names().forEach(name -> names.put(name.name(), names.size()));
        List<EventPlan.Count> ofCounts = new ArrayList<>();
        counts.forEach((key, tests) ->
                ofCounts.add(new EventPlan.Count(key, algebra.slot(key.filter()), EventPlan.Numbers.of(tests))));
        List<EventPlan.Sum> ofSums = new ArrayList<>();
        sums.forEach((key, tests) -> ofSums.add(new EventPlan.Sum(
                key, algebra.slot(key.filter()), names.getOrDefault(key.field(), -1), EventPlan.Numbers.of(tests))));
        List<EventPlan.Latest> ofLatest = new ArrayList<>();
        latest.forEach((key, tests) -> ofLatest.add(new EventPlan.Latest(
                key,
                algebra.slot(key.filter()),
                names.getOrDefault(key.field(), -1),
                tests.keySet().stream()
                        .map(test -> algebra.slot(rows.leaf(new Source.Named(key.field()), test)))
                        .toList(),
                List.copyOf(tests.values()),
                tests.keySet().stream().map(ValueTest.EMPTY::equals).toList())));
        return new EventPlan(table, sql(directory, plan), plan, algebra, ofCounts, ofSums, ofLatest);
    }

    private String sql(int directory, RowPlan plan) {
        List<String> columns = new ArrayList<>(List.of("number"));
        columns.addAll(plan.columns(table.json));
        // Of events at the same moment the one with the greatest key is the latest.
        return "SELECT " + String.join(", ", columns) + " FROM " + table.table + " WHERE directory_id = " + directory
                + " AND %s" + (earliest == Long.MIN_VALUE ? "" : " AND " + HAPPENED_AT + " >= " + earliest)
                + " ORDER BY number, " + table.key;
    }
}
