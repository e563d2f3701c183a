package io.muster.segment.evaluate;

import io.muster.segment.condition.Aggregate;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ContactTest.Membership;
import io.muster.segment.condition.Form;
import io.muster.segment.condition.TestedField;
import io.muster.segment.condition.ValueTest;
import io.muster.support.Fold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compiles the conditions of segments into one plan. */
final class PlanBuilder {

    private final Setup setup;
    private final Spans spans;
    private final Algebra.Draft contacts = new Algebra.Draft();
    private final RowPlan.Draft rows = new RowPlan.Draft(contacts);
    private final EventDraft transactions;
    private final EventDraft touchpoints;

    /** The leaf of each block mask, in the order of the masks. */
    private final List<Integer> leafOfMask = new ArrayList<>();

    private final Map<Integer, Integer> members = new LinkedHashMap<>();
    private final Map<Integer, Integer> optedOut = new LinkedHashMap<>();
    private final Map<Long, Integer> published = new LinkedHashMap<>();
    private final Map<Long, Integer> nodeOfSegment = new HashMap<>();
    private final IdentityHashMap<Condition<ContactTest>, Integer> nodes = new IdentityHashMap<>();
    private final IdentityHashMap<ContactTest, Plan.Seen> seen = new IdentityHashMap<>();

    PlanBuilder(Setup setup) {
        this.setup = setup;
        this.spans = new Spans(setup.zone(), setup.asOf().toEpochMilli());
        this.transactions = new EventDraft(EventDraft.Table.TRANSACTIONS, spans);
        this.touchpoints = new EventDraft(EventDraft.Table.TOUCHPOINTS, spans);
    }

    Plan build(SequencedMap<Long, Condition<ContactTest>> segments) {
        Map<Long, NavigableSet<Long>> uses = new HashMap<>();
        segments.forEach((segment, condition) ->
                uses.put(segment, Conditions.uses(condition).segments()));
        for (long segment : SegmentOrder.of(uses)) {
            nodeOfSegment.put(segment, node(Objects.requireNonNull(segments.get(segment))));
        }

        Map<Integer, Integer> slotOfLeaf = new HashMap<>();
        RowPlan plan = rows.finish(slotOfLeaf, spans);
        int firstMask = plan.words() * 64;
        for (int mask = 0; mask < leafOfMask.size(); mask++) {
            slotOfLeaf.put(leafOfMask.get(mask), firstMask + mask);
        }

        Algebra algebra = contacts.finish(slotOfLeaf, firstMask + leafOfMask.size());
        SequencedMap<Long, Integer> slots = new LinkedHashMap<>();
        segments.keySet()
                .forEach(segment ->
                        slots.put(segment, algebra.slot(Objects.requireNonNull(nodeOfSegment.get(segment)))));
        return new Plan(
                setup,
                plan,
                algebra,
                leafOfMask.size(),
                members,
                optedOut,
                published,
                Stream.of(transactions, touchpoints)
                        .filter(EventDraft::isUsed)
                        .map(draft -> draft.finish(setup.directory()))
                        .toList(),
                slots,
                new LinkedHashMap<>(segments),
                nodes,
                seen);
    }

    /** The node of a condition. */
    private int node(Condition<ContactTest> condition) {
        int node = switch (condition) {
            case Condition.Test<ContactTest> test -> test(test.test());
            case Condition.Group<ContactTest> group -> {
                List<Integer> parts = new ArrayList<>();
                for (Condition<ContactTest> part : group.parts()) {
                    parts.add(node(part));
                }

                yield contacts.group(group.kind(), parts);
            }
        };
        nodes.put(condition, node);
        return node;
    }

    private int test(ContactTest condition) {
        return switch (condition) {
            case ContactTest.FieldTest test -> field(test.field(), test.test());
            case ContactTest.EmbeddedTest test ->
                value(new Source.Named(Fold.fold(test.name())), test.test(), Comparison.FOLDED);
            case ContactTest.OptedOut test -> {
                int node = mask(optedOut, test.list().orElse(Plan.DIRECTORY));
                yield test.out() ? node : contacts.not(node);
            }
            case ContactTest.ListTest test -> is(test.is(), mask(members, test.list()));
            case ContactTest.SegmentTest test -> {
                Integer node = nodeOfSegment.get(test.segment());
                yield is(test.is(), node == null ? mask(published, test.segment()) : node);
            }
            case ContactTest.TransactionsTest test -> transactions(test);
            case ContactTest.TouchpointsTest test -> {
                EventPlan.Key key = touchpoints.countKey(touchpoints.filter(test.of()));
                seen.put(test, new Plan.Seen(EventDraft.Table.TOUCHPOINTS, key, "0"));
                yield number(test.count(), plain -> touchpoints.count(key, plain, this::mask));
            }
        };
    }

    private int transactions(ContactTest.TransactionsTest test) {
        int filter = transactions.filter(test.of());
        return switch (test.aggregate()) {
            case Aggregate.Count count -> {
                EventPlan.Key key = seen(test, transactions.countKey(filter), "0");
                yield number(count.test(), plain -> transactions.count(key, plain, this::mask));
            }
            case Aggregate.Sum sum -> {
                EventPlan.Key key = seen(test, transactions.sumKey(filter, sum.field()), "0");
                yield number(sum.test(), plain -> transactions.sum(key, plain, this::mask));
            }
            case Aggregate.Latest latest -> {
                EventPlan.Key key = seen(test, transactions.latestKey(filter, latest.field()), null);
                Literal literal = Literal.of(latest.test(), Comparison.FOLDED);
                yield signed(literal, leafOfMask.get(transactions.latest(key, literal.test(), this::mask)));
            }
        };
    }

    private EventPlan.Key seen(ContactTest.TransactionsTest test, EventPlan.Key key, @Nullable String whenNone) {
        seen.put(test, new Plan.Seen(EventDraft.Table.TRANSACTIONS, key, whenNone));
        return key;
    }

    /** Makes the block mask of a number's test. */
    private interface MaskOfNumber {
        int of(ValueTest plain);
    }

    private int number(ValueTest test, MaskOfNumber mask) {
        Literal literal = Literal.of(test, Comparison.FOLDED);
        if (literal.test().form() == Form.NUMBER) {
            return signed(literal, leafOfMask.get(mask.of(literal.test())));
        }

        // Counts and sums are never empty.
        return signed(literal, contacts.any(List.of()));
    }

    private int field(TestedField field, ValueTest test) {
        return switch (field) {
            case FIRST_NAME -> value(new Source.Text("first_name", Comparison.FOLDED), test, Comparison.FOLDED);
            case LAST_NAME -> value(new Source.Text("last_name", Comparison.FOLDED), test, Comparison.FOLDED);
            case EMAIL -> value(new Source.Text("email", Comparison.FOLDED), test, Comparison.FOLDED);
            case PHONE -> value(new Source.Text("phone", Comparison.FOLDED), test, Comparison.FOLDED);
            case EXT_REF -> value(new Source.Text("ext_ref", Comparison.EXACT), test, Comparison.EXACT);
            case LANGUAGE -> value(new Source.Text("language", Comparison.FOLDED), test, Comparison.FOLDED);
            case CREATED -> whole("created_at", test);
            case LAST_MODIFIED -> whole("modified_at", test);
        };
    }

    private int value(Source source, ValueTest test, Comparison comparison) {
        Literal literal = Literal.of(test, comparison);
        return signed(literal, rows.leaf(source, literal.test()));
    }

    private int whole(String column, ValueTest test) {
        Literal literal = Literal.of(test, Comparison.FOLDED);
        int node = literal.test().form() == Form.DATE
                ? rows.leaf(new Source.Whole(column), literal.test())
                // Never empty, hence never missing either.
                : contacts.any(List.of());
        return signed(literal, node);
    }

    private int signed(Literal literal, int node) {
        return literal.sign() == Literal.Sign.PLAIN ? node : contacts.not(node);
    }

    private int is(Membership is, int node) {
        return is == Membership.MEMBER ? node : contacts.not(node);
    }

    /** The leaf of a block mask that is made once for each key. */
    private <K> int mask(Map<K, Integer> masks, K key) {
        return leafOfMask.get(masks.computeIfAbsent(key, ignored -> mask()));
    }

    /** A new block mask. */
    private int mask() {
        leafOfMask.add(contacts.leaf());
        return leafOfMask.size() - 1;
    }
}
