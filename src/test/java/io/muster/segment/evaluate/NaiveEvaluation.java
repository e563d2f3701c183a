package io.muster.segment.evaluate;

import io.muster.segment.condition.Aggregate;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Condition.Membership;
import io.muster.segment.condition.DateTest;
import io.muster.segment.condition.EventCondition;
import io.muster.segment.condition.Moment;
import io.muster.segment.condition.NumberTest;
import io.muster.segment.condition.Span;
import io.muster.segment.condition.TestedField;
import io.muster.segment.condition.TextTest;
import io.muster.segment.condition.TouchpointFilter;
import io.muster.segment.condition.ValueTest;
import io.muster.support.Fold;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What conditions mean, said a second time and as plainly as can be: contact by contact, with recursion and objects. */
final class NaiveEvaluation {

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");

    private final ZoneId zone;
    private final Instant asOf;
    private final Map<Long, Condition> segments;
    private final Map<Long, Set<Long>> published;

    NaiveEvaluation(ZoneId zone, Instant asOf, Map<Long, Condition> segments, Map<Long, Set<Long>> published) {
        this.zone = zone;
        this.asOf = asOf;
        this.segments = segments;
        this.published = published;
    }

    boolean holds(Condition condition, LiveContact contact) {
        return switch (condition) {
            case Condition.All all -> all.parts().stream().allMatch(part -> holds(part, contact));
            case Condition.Any any -> any.parts().stream().anyMatch(part -> holds(part, contact));
            case Condition.None none -> none.parts().stream().noneMatch(part -> holds(part, contact));
            case Condition.FieldTest test ->
                switch (test.field()) {
                    case CREATED -> passes((DateTest) test.test(), span(contact.created()), "x");
                    case LAST_MODIFIED -> passes((DateTest) test.test(), span(contact.modified()), "x");
                    default ->
                        passes(
                                test.test(),
                                contact.fields().get(test.field().key()),
                                test.field() == TestedField.EXT_REF);
                };
            case Condition.EmbeddedTest test -> passes(test.test(), named(contact.embedded(), test.name()), false);
            case Condition.OptedOut test -> {
                boolean out = test.list().isEmpty()
                        ? contact.unsubscribed()
                        : contact.lists().getOrDefault(test.list().getAsInt(), false);
                yield out == test.out();
            }
            case Condition.ListTest test ->
                contact.lists().containsKey(test.list()) == (test.is() == Membership.MEMBER);
            case Condition.SegmentTest test -> {
                Condition other = segments.get(test.segment());
                boolean member = other == null
                        ? published.getOrDefault(test.segment(), Set.of()).contains(contact.number())
                        : holds(other, contact);
                yield member == (test.is() == Membership.MEMBER);
            }
            case Condition.TransactionsTest test -> {
                List<LiveContact.Event> found = contact.transactions().stream()
                        .filter(event -> recent(event, test.of().withinLast()))
                        .filter(event -> test.of().where().isEmpty()
                                || holds(test.of().where().get(), event))
                        .toList();
                yield aggregate(test.aggregate(), found);
            }
            case Condition.TouchpointsTest test ->
                passes(
                        test.count(),
                        Optional.of(BigDecimal.valueOf(contact.touchpoints().stream()
                                .filter(event -> passes(test.of(), event))
                                .count())),
                        "x");
        };
    }

    private boolean passes(TouchpointFilter of, LiveContact.Event event) {
        return oneOf(of.channels(), event.fields().get("channel"))
                && oneOf(of.kinds(), event.fields().get("kind"))
                && oneOf(of.surveys(), event.fields().get("survey"))
                && oneOf(of.intercepts(), event.fields().get("intercept"))
                && recent(event, of.withinLast());
    }

    private static boolean oneOf(List<String> values, @Nullable String value) {
        return values.isEmpty() || (value != null && values.stream().anyMatch(one -> equal(one, value)));
    }

    private boolean recent(LiveContact.Event event, Optional<Span> last) {
        Instant at = Instant.ofEpochMilli(event.happenedAt());
        return last.isEmpty()
                || (!at.isAfter(asOf) && !at.isBefore(asOf.minus(last.get().duration())));
    }

    private boolean holds(EventCondition condition, LiveContact.Event event) {
        return switch (condition) {
            case EventCondition.All all -> all.parts().stream().allMatch(part -> holds(part, event));
            case EventCondition.Any any -> any.parts().stream().anyMatch(part -> holds(part, event));
            case EventCondition.None none -> none.parts().stream().noneMatch(part -> holds(part, event));
            case EventCondition.FieldTest test -> passes(test.test(), named(event.fields(), test.field()), false);
        };
    }

    private boolean aggregate(Aggregate aggregate, List<LiveContact.Event> events) {
        return switch (aggregate) {
            case Aggregate.Count count -> passes(count.test(), Optional.of(BigDecimal.valueOf(events.size())), "x");
            case Aggregate.Sum sum -> {
                BigDecimal total = events.stream()
                        .map(event -> named(event.fields(), sum.field()))
                        .flatMap(value -> number(value).stream())
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                yield passes(sum.test(), Optional.of(total), "x");
            }
            case Aggregate.Latest latest -> {
                String value = events.stream()
                        .filter(event -> !isBlank(named(event.fields(), latest.field())))
                        .max(Comparator.comparingLong(LiveContact.Event::happenedAt)
                                .thenComparing(LiveContact.Event::key))
                        .map(event -> named(event.fields(), latest.field()))
                        .orElse(null);
                yield passes(latest.test(), value, false);
            }
        };
    }

    private static @Nullable String named(Map<String, String> values, String name) {
        // By code point: of names that differ in case only, the first counts.
        TreeMap<String, String> sorted = new TreeMap<>(values);
        return sorted.entrySet().stream()
                .filter(entry -> Fold.fold(entry.getKey()).equals(Fold.fold(name)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static boolean isBlank(@Nullable String value) {
        return value == null || Fold.trim(value).isEmpty();
    }

    private boolean passes(ValueTest test, @Nullable String value, boolean exact) {
        return switch (test) {
            case TextTest text -> passes(text, value == null ? "" : Fold.trim(value), exact);
            case NumberTest number -> passes(number, number(value), isBlank(value) ? "" : "x");
            case DateTest date -> passes(date, date(value), isBlank(value) ? "" : "x");
        };
    }

    private static boolean equal(String one, String other) {
        return Fold.fold(Fold.trim(one)).equals(Fold.fold(Fold.trim(other)));
    }

    private static boolean passes(TextTest test, String value, boolean exact) {
        String text = exact ? value : Fold.fold(value);
        Predicate<String> is = one -> !value.isEmpty() && (exact ? one : Fold.fold(one)).equals(text);
        return switch (test) {
            case TextTest.Is one -> is.test(one.value());
            case TextTest.IsNot one -> !is.test(one.value());
            case TextTest.In one -> one.values().stream().anyMatch(is);
            case TextTest.NotIn one -> one.values().stream().noneMatch(is);
            case TextTest.Contains one -> !value.isEmpty() && text.contains(exact ? one.text() : Fold.fold(one.text()));
            case TextTest.StartsWith one ->
                !value.isEmpty() && text.startsWith(exact ? one.text() : Fold.fold(one.text()));
            case TextTest.EndsWith one -> !value.isEmpty() && text.endsWith(exact ? one.text() : Fold.fold(one.text()));
            case TextTest.Matches one -> {
                int flags = exact ? 0 : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
                String whole = exact ? value : Normalizer.normalize(value, Normalizer.Form.NFC);
                yield !value.isEmpty()
                        && Pattern.compile(one.pattern(), flags | Pattern.DOTALL)
                                .matcher(whole)
                                .matches();
            }
            case TextTest.Empty ignored -> value.isEmpty();
            case TextTest.NotEmpty ignored -> !value.isEmpty();
        };
    }

    private static Optional<BigDecimal> number(@Nullable String value) {
        String text = value == null ? "" : Fold.trim(value);
        return text.length() <= 100 && NUMBER.matcher(text).matches()
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }

    private static boolean passes(NumberTest test, Optional<BigDecimal> value, String text) {
        return switch (test) {
            case NumberTest.Is one -> compare(value, one.value(), sign -> sign == 0);
            case NumberTest.IsNot one -> !compare(value, one.value(), sign -> sign == 0);
            case NumberTest.In one -> one.values().stream().anyMatch(each -> compare(value, each, sign -> sign == 0));
            case NumberTest.NotIn one ->
                one.values().stream().noneMatch(each -> compare(value, each, sign -> sign == 0));
            case NumberTest.Less one -> compare(value, one.value(), sign -> sign < 0);
            case NumberTest.AtMost one -> compare(value, one.value(), sign -> sign <= 0);
            case NumberTest.Greater one -> compare(value, one.value(), sign -> sign > 0);
            case NumberTest.AtLeast one -> compare(value, one.value(), sign -> sign >= 0);
            case NumberTest.Between one ->
                compare(value, one.low(), sign -> sign >= 0) && compare(value, one.high(), sign -> sign <= 0);
            case NumberTest.Empty ignored -> text.isEmpty();
            case NumberTest.NotEmpty ignored -> !text.isEmpty();
        };
    }

    private static boolean compare(Optional<BigDecimal> value, BigDecimal bound, Predicate<Integer> sign) {
        return value.isPresent() && sign.test(value.get().compareTo(bound));
    }

    /** The span of a value: first millisecond, and the first behind it. */
    private Optional<Span2> date(@Nullable String value) {
        String text = value == null ? "" : Fold.trim(value).replace(' ', 'T');
        return Stream.<Read>of(
                        () -> day(LocalDate.parse(text)),
                        () -> span(LocalDateTime.parse(text)
                                .truncatedTo(ChronoUnit.MILLIS)
                                .atZone(zone)
                                .toInstant()
                                .toEpochMilli()),
                        () -> span(OffsetDateTime.parse(text)
                                .truncatedTo(ChronoUnit.MILLIS)
                                .toInstant()
                                .toEpochMilli()))
                .flatMap(read -> read.attempt().stream())
                .findFirst();
    }

    private interface Read {

        Span2 read();

        default Optional<Span2> attempt() {
            try {
                return Optional.of(read());
            } catch (DateTimeException ignored) {
                return Optional.empty();
            }
        }
    }

    private record Span2(long from, long to) {}

    private static Span2 span(long millis) {
        return new Span2(millis, millis + 1);
    }

    private Span2 day(LocalDate date) {
        return new Span2(
                date.atStartOfDay(zone).toInstant().toEpochMilli(),
                date.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli());
    }

    private Span2 span(Moment moment) {
        return switch (moment) {
            case Moment.Day day -> day(day.date());
            case Moment.Local local ->
                span(local.time().atZone(zone).toInstant().toEpochMilli());
            case Moment.Exact exact -> span(exact.time().toEpochMilli());
            case Moment.Relative relative ->
                relative == Moment.Relative.NOW
                        ? span(asOf.toEpochMilli())
                        : day(asOf.atZone(zone).toLocalDate());
        };
    }

    private boolean passes(DateTest test, Span2 value, String text) {
        return passes(test, Optional.of(value), text);
    }

    private boolean passes(DateTest test, Optional<Span2> value, String text) {
        return switch (test) {
            case DateTest.Empty ignored -> text.isEmpty();
            case DateTest.NotEmpty ignored -> !text.isEmpty();
            case DateTest.IsNot one -> !passes(new DateTest.Is(one.value()), value, text);
            case DateTest.NotIn one -> !passes(new DateTest.In(one.values()), value, text);
            case DateTest.In one -> one.values().stream().anyMatch(each -> passes(new DateTest.Is(each), value, text));
            case DateTest.Is one ->
                passes(new DateTest.AtLeast(one.value()), value, text)
                        && passes(new DateTest.AtMost(one.value()), value, text);
            case DateTest.Between one ->
                passes(new DateTest.AtLeast(one.from()), value, text)
                        && passes(new DateTest.AtMost(one.to()), value, text);
            case DateTest.Before one -> value.isPresent() && value.get().to <= span(one.value()).from;
            case DateTest.AtMost one -> value.isPresent() && value.get().to <= span(one.value()).to;
            case DateTest.After one -> value.isPresent() && value.get().from >= span(one.value()).to;
            case DateTest.AtLeast one -> value.isPresent() && value.get().from >= span(one.value()).from;
            case DateTest.WithinLast one ->
                overlaps(value, asOf.minus(one.span().duration()), asOf);
            case DateTest.WithinNext one ->
                overlaps(value, asOf, asOf.plus(one.span().duration()));
        };
    }

    /** Whether one of the value's milliseconds is one of those from the first to the last. */
    private static boolean overlaps(Optional<Span2> value, Instant first, Instant last) {
        return value.isPresent()
                && value.get().from <= last.toEpochMilli()
                && value.get().to - 1 >= first.toEpochMilli();
    }
}
