package io.muster.segment.condition;

import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.segment.condition.Condition.Kind;
import io.muster.segment.condition.ContactTest.Membership;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.document.DocumentPath;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Node.Items;
import io.muster.support.document.Node.Keys;
import io.muster.support.document.Problems;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what must hold for a contact: groups, and tests of one subject with one operator each. */
final class ConditionReader {

    /** What can be tested. */
    private enum Subject {
        FIELD("field"),
        EMBEDDED("embedded"),
        OPTED_OUT("optedOut"),
        LIST("list"),
        SEGMENT("segment"),
        TRANSACTIONS("transactions"),
        TOUCHPOINTS("touchpoints");

        private final String key;

        Subject(String key) {
            this.key = key;
        }
    }

    private static final List<String> AGGREGATES = List.of("any", "count", "sum", "latest");
    private static final List<String> OF_TOUCHPOINTS = List.of("any", "count");

    private final Problems problems;
    private final Operands operands;
    private final ValueTests tests;

    /** The groups around what is being read. */
    private int depth;

    ConditionReader(Problems problems, Ids ids) {
        this.problems = problems;
        this.operands = new Operands(problems, ids);
        this.tests = new ValueTests(problems, operands);
    }

    Optional<Condition<ContactTest>> read(Node root) {
        return condition(root, DocumentPath.ROOT, this::test);
    }

    /** A group or a test; empty when it cannot be read, which is a problem then. */
    private <T> Optional<Condition<T>> condition(
            Node node, DocumentPath path, BiFunction<Keys, DocumentPath, Optional<T>> test) {
        if (!(node instanceof Keys keys)) {
            problems.add(
                    node.place(),
                    path,
                    "holds " + node.described() + " but must be a condition such as {field: language, is: en}");
            return Optional.empty();
        }

        Kind kind = kind(keys);
        return kind == null ? test.apply(keys, path).map(Condition.Test::new) : group(kind, keys, path, test);
    }

    private static @Nullable Kind kind(Keys keys) {
        // With these two, any asks whether there is one at all.
        boolean any = keys.entries().containsKey(Subject.TRANSACTIONS.key)
                || keys.entries().containsKey(Subject.TOUCHPOINTS.key);
        for (Kind kind : Kind.values()) {
            if (keys.entries().containsKey(kind.key()) && !(any && kind == Kind.ANY)) {
                return kind;
            }
        }

        return null;
    }

    private <T> Optional<Condition<T>> group(
            Kind kind, Keys keys, DocumentPath path, BiFunction<Keys, DocumentPath, Optional<T>> test) {
        refuseBeside(kind, keys, path);
        DocumentPath at = path.key(kind.key());
        Node value = value(keys, kind.key());
        List<Node> items = items(value, at);
        if (items.isEmpty()) {
            return Optional.empty();
        }

        if (depth == Conditions.DEEPEST) {
            problems.add(keys.place(), DocumentPath.ROOT, Conditions.TOO_DEEP);
            return Optional.empty();
        }

        depth++;
        List<Condition<T>> parts = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            condition(items.get(i), at.index(i), test).ifPresent(parts::add);
        }

        depth--;
        return parts.size() == items.size() ? Optional.of(new Condition.Group<>(kind, parts)) : Optional.empty();
    }

    private void refuseBeside(Kind kind, Keys keys, DocumentPath path) {
        keys.entries().forEach((key, entry) -> {
            if (!key.equals(kind.key())) {
                problems.add(
                        entry.keyPlace(),
                        path.key(key),
                        "is beside " + kind.key() + ". A group has no other key; make it a part of the list");
            }
        });
    }

    /** The parts of a group; none when that is a problem. */
    private List<Node> items(Node value, DocumentPath path) {
        if (!(value instanceof Items items)) {
            problems.add(value.place(), path, "holds " + value.described() + " but must be a list of conditions");
            return List.of();
        }

        if (items.items().isEmpty()) {
            problems.add(value.place(), path, "is an empty group. Write at least one condition");
        }

        return items.items();
    }

    /** A test of a field of a transaction. */
    private Optional<EventTest> event(Keys keys, DocumentPath path) {
        keys.entries().forEach((key, entry) -> {
            if (!key.equals("field")
                    && !key.equals("as")
                    && ValueOperator.byKey(key).isEmpty()) {
                problems.add(
                        entry.keyPlace(),
                        path.key(key),
                        "is not a known key here. Write {field: NAME, as: text|number|date, OPERATOR: VALUE}, or a"
                                + " group");
            }
        });
        Entry field = keys.entries().get("field");
        if (field == null) {
            problems.add(keys.place(), path, "names no field of the transaction. Write {field: NAME, OPERATOR: VALUE}");
            return Optional.empty();
        }

        Optional<String> name = operands.name(field.value(), path.key("field"));
        Optional<ValueTest> test = tests.test(keys, path, tests.form(keys.entries(), path, Form.TEXT));
        return name.isEmpty() || test.isEmpty() ? Optional.empty() : Optional.of(new EventTest(name.get(), test.get()));
    }

    private Optional<ContactTest> test(Keys keys, DocumentPath path) {
        Map<String, Entry> entries = keys.entries();
        List<Subject> subjects = Arrays.stream(Subject.values())
                .filter(subject -> entries.containsKey(subject.key))
                // With opt-out a list is no subject, with transactions a field is none.
                .filter(subject -> subject != Subject.LIST || !entries.containsKey(Subject.OPTED_OUT.key))
                .filter(subject -> subject != Subject.FIELD || !entries.containsKey(Subject.TRANSACTIONS.key))
                .toList();
        if (subjects.isEmpty()) {
            problems.add(keys.place(), path, nothingTested(entries));
            return Optional.empty();
        }

        if (subjects.size() > 1) {
            problems.add(
                    keys.place(),
                    path,
                    "tests " + words(subjects) + " at once. Write a test for each and put them into all or any");
            return Optional.empty();
        }

        return switch (subjects.getFirst()) {
            case FIELD -> field(keys, path);
            case EMBEDDED -> embedded(keys, path);
            case OPTED_OUT -> optedOut(keys, path);
            case LIST -> list(keys, path);
            case SEGMENT -> segment(keys, path);
            case TRANSACTIONS -> transactions(keys, path);
            case TOUCHPOINTS -> touchpoints(keys, path);
        };
    }

    private static String nothingTested(Map<String, Entry> entries) {
        return (entries.isEmpty() ? "is an empty condition" : "names nothing to test") + ". Write one of "
                + words(List.of(Subject.values())) + ", or a group: all, any, none";
    }

    private static String words(List<Subject> subjects) {
        return subjects.stream().map(subject -> subject.key).collect(Collectors.joining(", "));
    }

    private Optional<ContactTest> field(Keys keys, DocumentPath path) {
        refuseOthers(keys, path, "field", "as");
        Optional<TestedField> field = operands.word(
                        value(keys, "field"),
                        path.key("field"),
                        Arrays.stream(TestedField.values())
                                .map(TestedField::key)
                                .toList())
                .flatMap(TestedField::byKey);
        Entry as = keys.entries().get("as");
        if (field.isEmpty()) {
            // How it would be read is unknown; the name is the problem.
            return Optional.empty();
        }

        Form form = tests.form(keys.entries(), path, field.get().form());
        if (as != null && field.get().form() == Form.DATE && form != Form.DATE) {
            problems.add(
                    as.keyPlace(),
                    path.key("as"),
                    "does not suit " + field.get().key() + ", which is always a date");
            return Optional.empty();
        }

        return tests.test(keys, path, form).map(test -> new ContactTest.FieldTest(field.get(), test));
    }

    private Optional<ContactTest> embedded(Keys keys, DocumentPath path) {
        refuseOthers(keys, path, "embedded", "as");
        Optional<String> name = operands.name(value(keys, "embedded"), path.key("embedded"));
        Optional<ValueTest> test = tests.test(keys, path, tests.form(keys.entries(), path, Form.TEXT));
        return name.isEmpty() || test.isEmpty()
                ? Optional.empty()
                : Optional.of(new ContactTest.EmbeddedTest(name.get(), test.get()));
    }

    private Optional<ContactTest> optedOut(Keys keys, DocumentPath path) {
        refuseAll(keys, path, "optedOut", "list");
        Optional<Boolean> out = operands.truth(value(keys, "optedOut"), path.key("optedOut"));
        if (!keys.entries().containsKey("list")) {
            return out.map(is -> new ContactTest.OptedOut(OptionalInt.empty(), is));
        }

        OptionalLong list = operands.id(PublicId.LIST, "mailing list", value(keys, "list"), path.key("list"));
        return out.isEmpty() || list.isEmpty()
                ? Optional.empty()
                : Optional.of(new ContactTest.OptedOut(OptionalInt.of((int) list.getAsLong()), out.get()));
    }

    private Optional<ContactTest> list(Keys keys, DocumentPath path) {
        OptionalLong id = operands.id(PublicId.LIST, "mailing list", value(keys, "list"), path.key("list"));
        Optional<Membership> is = membership(keys, path, "list");
        return id.isEmpty() || is.isEmpty()
                ? Optional.empty()
                : Optional.of(new ContactTest.ListTest((int) id.getAsLong(), is.get()));
    }

    private Optional<ContactTest> segment(Keys keys, DocumentPath path) {
        OptionalLong id = operands.id(PublicId.SEGMENT, "segment", value(keys, "segment"), path.key("segment"));
        Optional<Membership> is = membership(keys, path, "segment");
        return id.isEmpty() || is.isEmpty()
                ? Optional.empty()
                : Optional.of(new ContactTest.SegmentTest(id.getAsLong(), is.get()));
    }

    private Optional<Membership> membership(Keys keys, DocumentPath path, String subject) {
        refuseAll(keys, path, subject, ValueOperator.IS.key(), ValueOperator.IS_NOT.key());
        boolean is = keys.entries().containsKey(ValueOperator.IS.key());
        boolean isNot = keys.entries().containsKey(ValueOperator.IS_NOT.key());
        if (is == isNot) {
            problems.add(
                    keys.place(),
                    path,
                    (is ? "has two operators" : "has no operator") + ". Write is: member or isNot: member");
            return Optional.empty();
        }

        String key = is ? ValueOperator.IS.key() : ValueOperator.IS_NOT.key();
        return operands.word(value(keys, key), path.key(key), List.of("member"))
                .map(ignored -> is ? Membership.MEMBER : Membership.NOT_MEMBER);
    }

    private Optional<ContactTest> transactions(Keys keys, DocumentPath path) {
        refuseAll(keys, path, "transactions", "field", "any", "count", "sum", "latest");
        DocumentPath at = path.key("transactions");
        Optional<Keys> filter = keys(value(keys, "transactions"), at, "{withinLast: 90d}");
        Optional<TransactionFilter> of = filter.flatMap(found -> transactionFilter(found, at));
        Optional<Aggregate> aggregate =
                word(keys, path, AGGREGATES).flatMap(word -> aggregate(word, keys, filter, path));
        return of.isEmpty() || aggregate.isEmpty()
                ? Optional.empty()
                : Optional.of(new ContactTest.TransactionsTest(of.get(), aggregate.get()));
    }

    private Optional<TransactionFilter> transactionFilter(Keys keys, DocumentPath path) {
        refuseAll(keys, path, "where", "withinLast", "field");
        Optional<Entry> where = Optional.ofNullable(keys.entries().get("where"));
        Optional<Condition<EventTest>> condition =
                where.flatMap(entry -> condition(entry.value(), path.key("where"), this::event));
        Optional<Entry> within = Optional.ofNullable(keys.entries().get("withinLast"));
        Optional<Span> span = within.flatMap(entry -> operands.span(entry.value(), path.key("withinLast")));
        return where.isPresent() != condition.isPresent() || within.isPresent() != span.isPresent()
                ? Optional.empty()
                : Optional.of(new TransactionFilter(condition, span));
    }

    private Optional<Aggregate> aggregate(String word, Keys keys, Optional<Keys> filter, DocumentPath path) {
        DocumentPath at = path.key(word);
        if (word.equals("any")) {
            refuseField(keys, filter, path, word);
            return operands.truth(value(keys, word), at).map(any -> new Aggregate.Count(atLeastOne(any)));
        }

        Optional<Keys> inner = keys(value(keys, word), at, "{gte: 2}");
        if (inner.isEmpty()) {
            return Optional.empty();
        }

        if (word.equals("count")) {
            refuseField(keys, filter, path, word);
            refuseOthers(inner.get(), at);
            return tests.ofAggregate(inner.get(), at).map(Aggregate.Count::new);
        }

        Optional<String> field = aggregated(keys, filter, inner.get(), path, word);
        if (word.equals("sum")) {
            refuseOthers(inner.get(), at, "field");
            Optional<ValueTest> test = tests.ofAggregate(inner.get(), at);
            return field.isEmpty() || test.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Aggregate.Sum(field.get(), test.get()));
        }

        refuseOthers(inner.get(), at, "field", "as");
        Optional<ValueTest> test =
                tests.test(inner.get(), at, tests.form(inner.get().entries(), at, Form.TEXT));
        return field.isEmpty() || test.isEmpty()
                ? Optional.empty()
                : Optional.of(new Aggregate.Latest(field.get(), test.get()));
    }

    /** The field that is summed up or looked at: it may be with the operator, beside it, or with the transactions. */
    private Optional<String> aggregated(Keys keys, Optional<Keys> filter, Keys inner, DocumentPath path, String word) {
        List<Named> found = new ArrayList<>(fields(keys, filter, path));
        add(found, path.key(word), inner);
        if (found.size() == 1) {
            return operands.name(
                    found.getFirst().entry().value(), found.getFirst().path());
        }

        problems.add(
                inner.place(),
                path.key(word),
                (found.isEmpty() ? "does not say of which field" : "names a field more than once") + ". Write " + word
                        + ": {field: NAME, OPERATOR: VALUE}");
        return Optional.empty();
    }

    private void refuseField(Keys keys, Optional<Keys> filter, DocumentPath path, String word) {
        fields(keys, filter, path)
                .forEach(one ->
                        problems.add(one.entry().keyPlace(), one.path(), "is of no use for " + word + ". Remove it"));
    }

    /** A key {@code field} and where it is. */
    private record Named(DocumentPath path, Entry entry) {}

    private static List<Named> fields(Keys keys, Optional<Keys> filter, DocumentPath path) {
        List<Named> found = new ArrayList<>();
        add(found, path, keys);
        filter.ifPresent(inner -> add(found, path.key("transactions"), inner));
        return found;
    }

    private static void add(List<Named> found, DocumentPath path, Keys keys) {
        Entry field = keys.entries().get("field");
        if (field != null) {
            found.add(new Named(path.key("field"), field));
        }
    }

    private static ValueTest atLeastOne(boolean any) {
        return new ValueTest(
                Form.NUMBER,
                any ? ValueOperator.GTE : ValueOperator.IS,
                List.of(new Operand.Decimal(any ? BigDecimal.ONE : BigDecimal.ZERO)));
    }

    private Optional<ContactTest> touchpoints(Keys keys, DocumentPath path) {
        refuseAll(keys, path, "touchpoints", "any", "count");
        DocumentPath at = path.key("touchpoints");
        Optional<TouchpointFilter> of = keys(value(keys, "touchpoints"), at, "{channel: [email, web], withinLast: 7d}")
                .flatMap(filter -> touchpointFilter(filter, at));
        Optional<ValueTest> test = word(keys, path, OF_TOUCHPOINTS).flatMap(word -> {
            DocumentPath ofWord = path.key(word);
            if (word.equals("any")) {
                return operands.truth(value(keys, word), ofWord).map(ConditionReader::atLeastOne);
            }

            return keys(value(keys, word), ofWord, "{gte: 2}").flatMap(inner -> {
                refuseOthers(inner, ofWord);
                return tests.ofAggregate(inner, ofWord);
            });
        });
        return of.isEmpty() || test.isEmpty()
                ? Optional.empty()
                : Optional.of(new ContactTest.TouchpointsTest(of.get(), test.get()));
    }

    private Optional<TouchpointFilter> touchpointFilter(Keys keys, DocumentPath path) {
        refuseAll(keys, path, "channel", "kind", "survey", "intercept", "withinLast");
        Optional<List<String>> channels = texts(keys, path, "channel", this::channel);
        Optional<List<String>> kinds = texts(keys, path, "kind", this::kind);
        Optional<List<String>> surveys = texts(keys, path, "survey", operands::text);
        Optional<List<String>> intercepts = texts(keys, path, "intercept", operands::text);
        Optional<Entry> within = Optional.ofNullable(keys.entries().get("withinLast"));
        Optional<Span> span = within.flatMap(entry -> operands.span(entry.value(), path.key("withinLast")));
        if (channels.isEmpty() || kinds.isEmpty() || surveys.isEmpty() || intercepts.isEmpty()) {
            return Optional.empty();
        }

        return within.isPresent() != span.isPresent()
                ? Optional.empty()
                : Optional.of(new TouchpointFilter(channels.get(), kinds.get(), surveys.get(), intercepts.get(), span));
    }

    /** The texts of a key; an empty list where the key is missing, nothing where they cannot be read. */
    private Optional<List<String>> texts(
            Keys keys, DocumentPath path, String key, BiFunction<Node, DocumentPath, Optional<String>> item) {
        Entry entry = keys.entries().get(key);
        return entry == null ? Optional.of(List.of()) : operands.oneOrMore(entry.value(), path.key(key), item);
    }

    private Optional<String> channel(Node node, DocumentPath path) {
        return operands.text(node, path).flatMap(text -> {
            Optional<String> word = TouchpointChannel.of(text).map(TouchpointChannel::word);
            return known(word, "channel", TouchpointChannel.words(), node, path);
        });
    }

    private Optional<String> kind(Node node, DocumentPath path) {
        return operands.text(node, path).flatMap(text -> {
            Optional<String> word = TouchpointKind.of(text).map(TouchpointKind::word);
            return known(word, "kind", TouchpointKind.words(), node, path);
        });
    }

    private Optional<String> known(Optional<String> word, String thing, String words, Node node, DocumentPath path) {
        if (word.isEmpty()) {
            problems.add(node.place(), path, "is not a " + thing + " of touchpoints. Use " + words);
        }

        return word;
    }

    /** The one of some keys that is there. */
    private Optional<String> word(Keys keys, DocumentPath path, List<String> words) {
        List<String> found = words.stream().filter(keys.entries()::containsKey).toList();
        if (found.size() == 1) {
            return Optional.of(found.getFirst());
        }

        problems.add(
                keys.place(),
                path,
                found.isEmpty()
                        ? "does not say what is asked of them. Write one of " + String.join(", ", words)
                                + ", for example count: {gte: 2}"
                        : "asks for " + String.join(" and ", found) + " at once. Write a test for each");
        return Optional.empty();
    }

    private Optional<Keys> keys(Node node, DocumentPath path, String example) {
        if (node instanceof Keys keys) {
            return Optional.of(keys);
        }

        problems.add(
                node.place(), path, "holds " + node.described() + " but must be a group of keys such as " + example);
        return Optional.empty();
    }

    /** Refuses keys that are neither an operator nor one of these. */
    private void refuseOthers(Keys keys, DocumentPath path, String... known) {
        refuse(keys, path, key -> ValueOperator.byKey(key).isPresent(), List.of(known));
    }

    /** Refuses keys that are none of these. */
    private void refuseAll(Keys keys, DocumentPath path, String... known) {
        refuse(keys, path, ignored -> false, List.of(known));
    }

    private void refuse(Keys keys, DocumentPath path, Predicate<String> besides, List<String> known) {
        String advice = known.isEmpty()
                ? "Write an operator: " + ValueOperator.words(ValueOperator.OF_AGGREGATE)
                : "Use " + String.join(", ", known);
        keys.entries().forEach((key, entry) -> {
            if (!known.contains(key) && !besides.test(key)) {
                problems.add(entry.keyPlace(), path.key(key), "is not a known key here. " + advice);
            }
        });
    }

    private static Node value(Keys keys, String key) {
        return Objects.requireNonNull(keys.entries().get(key)).value();
    }
}
