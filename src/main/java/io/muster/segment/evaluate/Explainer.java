package io.muster.segment.evaluate;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.directory.store.ContactColumns;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.TestedField;
import io.muster.support.Fold;
import io.muster.support.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Explains the outcome of a pass for one contact: the outcomes are those of the pass itself, the values are read beside. */
final class Explainer {

    private static final String CONTACT =
            "SELECT " + ContactColumns.ALL + " FROM contact WHERE directory_id = ? AND number = ?";

    private final Plan plan;
    private final Connection connection;
    private final Ids ids;
    private final Map<Plan.Seen, String> ofEvents = new HashMap<>();
    private final Map<TestedField, String> fields = new EnumMap<>(TestedField.class);
    private final Map<String, String> embedded = new HashMap<>();
    private final Set<Long> explained = new HashSet<>();
    private boolean optedOut;

    Explainer(Plan plan, Connection connection, Ids ids) {
        this.ids = ids;
        this.plan = plan;
        this.connection = connection;
    }

    Optional<Explanation> explain(long segment, long number) throws SQLException {
        Condition<ContactTest> condition = plan.conditions().get(segment);
        if (condition == null) {
            throw new IllegalArgumentException("Invalid segment: " + segment + " is not part of the pass");
        }

        int position = (int) number & 0xFFFF;
        BlockRun run = new BlockRun(plan, connection, ofEvents);
        BlockMembers members = run.run(
                Slice.of((int) (number >>> 16), RoaringBitmap.bitmapOf(position)), RoaringBitmap.bitmapOf(position));
        if (members.contacts().isEmpty() || !read(number)) {
            return Optional.empty();
        }

        return Optional.of(explanation(condition, run, position));
    }

    private boolean read(long number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CONTACT)) {
            statement.setInt(1, plan.setup().directory());
            statement.setLong(2, number);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return false;
                }

                StoredContact contact = ContactColumns.contact(result);
                for (TestedField field : TestedField.values()) {
                    put(field, contact);
                }

                optedOut = contact.profile().unsubscribed();
                contact.profile().embedded().forEach((name, value) -> embedded.putIfAbsent(Fold.fold(name), value));
                return true;
            }
        }
    }

    private void put(TestedField field, StoredContact contact) {
        Profile profile = contact.profile();
        String value = switch (field) {
            case FIRST_NAME -> profile.field(ContactField.FIRST_NAME);
            case LAST_NAME -> profile.field(ContactField.LAST_NAME);
            case EMAIL -> profile.field(ContactField.EMAIL);
            case PHONE -> profile.field(ContactField.PHONE);
            case EXT_REF -> profile.field(ContactField.EXT_REF);
            case LANGUAGE -> profile.field(ContactField.LANGUAGE);
            case CREATED -> Instant.ofEpochMilli(contact.createdAt()).toString();
            case LAST_MODIFIED -> Instant.ofEpochMilli(contact.modifiedAt()).toString();
        };
        if (value != null) {
            fields.put(field, value);
        }
    }

    /** A condition of which parts are still to be explained. */
    private static final class Open {

        private final Condition<ContactTest> condition;
        private final List<Condition<ContactTest>> rest;
        private final List<Explanation> parts = new ArrayList<>();

        Open(Condition<ContactTest> condition, List<Condition<ContactTest>> rest) {
            this.condition = condition;
            this.rest = new ArrayList<>(rest);
        }
    }

    /** Without recursion, as segments that use segments can make a long chain. */
    private Explanation explanation(Condition<ContactTest> root, BlockRun run, int position) {
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open(root, parts(root)));
        while (true) {
            Open top = open.element();
            if (top.rest.isEmpty()) {
                open.pop();
                Explanation done = explanation(top, run, position);
                if (open.isEmpty()) {
                    return done;
                }

                open.element().parts.add(done);
            } else {
                Condition<ContactTest> next = top.rest.removeFirst();
                open.push(new Open(next, parts(next)));
            }
        }
    }

    private List<Condition<ContactTest>> parts(Condition<ContactTest> condition) {
        return switch (condition) {
            case Condition.Group<ContactTest> group -> group.parts();
            case Condition.Test<ContactTest> test ->
                test.test() instanceof ContactTest.SegmentTest used ? used(used) : List.of();
        };
    }

    /** A segment that is used twice is explained once. */
    private List<Condition<ContactTest>> used(ContactTest.SegmentTest test) {
        return Optional.ofNullable(plan.conditions().get(test.segment()))
                .filter(ignored -> explained.add(test.segment()))
                .map(List::of)
                .orElse(List.of());
    }

    private Explanation explanation(Open open, BlockRun run, int position) {
        boolean holds = run.holds(Objects.requireNonNull(plan.nodes().get(open.condition)), position);
        return new Explanation(
                text(open.condition), holds, Optional.ofNullable(seen(open.condition, holds)), open.parts);
    }

    private String text(Condition<ContactTest> condition) {
        return condition instanceof Condition.Group<ContactTest> group
                ? group.kind().key()
                : Conditions.json(condition, ids);
    }

    private @Nullable String seen(Condition<ContactTest> condition, boolean holds) {
        return condition instanceof Condition.Test<ContactTest> test ? seen(test.test(), holds) : null;
    }

    private @Nullable String seen(ContactTest condition, boolean holds) {
        return switch (condition) {
            case ContactTest.FieldTest test -> fields.get(test.field());
            case ContactTest.EmbeddedTest test -> embedded.get(Fold.fold(test.name()));
            case ContactTest.OptedOut test -> {
                boolean out = test.list().isPresent() ? holds == test.out() : optedOut;
                yield out ? "opted out" : "not opted out";
            }
            case ContactTest.ListTest test -> member(holds == (test.is() == ContactTest.Membership.MEMBER));
            case ContactTest.SegmentTest test -> member(holds == (test.is() == ContactTest.Membership.MEMBER));
            case ContactTest.TransactionsTest test -> ofEvents(test);
            case ContactTest.TouchpointsTest test -> ofEvents(test);
        };
    }

    private static String member(boolean member) {
        return member ? "member" : "not a member";
    }

    private @Nullable String ofEvents(ContactTest test) {
        Plan.Seen key = Objects.requireNonNull(plan.seen().get(test));
        String value = ofEvents.get(key);
        return value == null ? key.whenNone() : value;
    }
}
