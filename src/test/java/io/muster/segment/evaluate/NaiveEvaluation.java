package io.muster.segment.evaluate;

import io.muster.database.TestDatabase;
import io.muster.support.Fold;
import io.muster.support.PublicId;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The table of {@code docs/segments.md} a second time, as plainly as can be: contact by contact, with recursion, from the
 * text of conditions. It shares nothing with the code under test but the folding of texts and the ids.
 */
final class NaiveEvaluation {

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
    private static final List<String> OPERATORS = List.of(
            "is",
            "isNot",
            "in",
            "notIn",
            "contains",
            "startsWith",
            "endsWith",
            "matches",
            "isEmpty",
            "isNotEmpty",
            "lt",
            "lte",
            "gt",
            "gte",
            "between",
            "before",
            "after",
            "withinLast",
            "withinNext");
    private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("uuuu-MM-dd['T'HH:mm[:ss]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendPattern("[XXX][XX][X]]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final ZoneId zone;
    private final Instant asOf;
    private final Map<Long, JsonNode> segments;
    private final Map<Long, Set<Long>> published;

    NaiveEvaluation(ZoneId zone, Instant asOf, Map<Long, JsonNode> segments, Map<Long, Set<Long>> published) {
        this.zone = zone;
        this.asOf = asOf;
        this.segments = segments;
        this.published = published;
    }

    boolean holds(JsonNode node, LiveContact contact) {
        if (node.has("transactions")) {
            return transactions(node, contact);
        }

        if (node.has("touchpoints")) {
            JsonNode of = node.path("touchpoints");
            long count = contact.touchpoints().stream()
                    .filter(event -> recent(of, event))
                    .filter(event -> oneOf(of.path("channel"), event.fields().get("channel"))
                            && oneOf(of.path("kind"), event.fields().get("kind"))
                            && oneOf(of.path("survey"), event.fields().get("survey"))
                            && oneOf(of.path("intercept"), event.fields().get("intercept")))
                    .count();
            return count(node, count);
        }

        if (node.has("optedOut")) {
            boolean out = node.has("list")
                    ? contact.lists().getOrDefault((int) id(PublicId.LIST, node.path("list")), false)
                    : contact.unsubscribed();
            return out == truth(node.path("optedOut"));
        }

        if (node.has("list")) {
            return contact.lists().containsKey((int) id(PublicId.LIST, node.path("list"))) == node.has("is");
        }

        if (node.has("segment")) {
            long segment = id(PublicId.SEGMENT, node.path("segment"));
            JsonNode condition = segments.get(segment);
            boolean member = condition == null
                    ? published.getOrDefault(segment, Set.of()).contains(contact.number())
                    : holds(condition, contact);
            return member == node.has("is");
        }

        if (node.has("embedded")) {
            return value(node, named(contact.embedded(), node.path("embedded").asString()), false);
        }

        if (node.has("field")) {
            String field = node.path("field").asString();
            return switch (field) {
                case "created" -> date(node, "x", Optional.of(instant(contact.created())));
                case "lastModified" -> date(node, "x", Optional.of(instant(contact.modified())));
                default -> value(node, contact.fields().get(field), field.equals("extRef"));
            };
        }

        return group(node, part -> holds(part, contact));
    }

    private static boolean group(JsonNode node, Predicate<JsonNode> holds) {
        if (node.has("all")) {
            return items(node.path("all")).stream().allMatch(holds);
        }

        return node.has("any")
                ? items(node.path("any")).stream().anyMatch(holds)
                : items(node.path("none")).stream().noneMatch(holds);
    }

    private boolean transactions(JsonNode node, LiveContact contact) {
        JsonNode of = node.path("transactions");
        List<LiveContact.Event> found = contact.transactions().stream()
                .filter(event -> recent(of, event))
                .filter(event -> !of.has("where") || where(of.path("where"), event))
                .toList();
        if (node.has("any") || node.has("count")) {
            return count(node, found.size());
        }

        JsonNode asked = node.has("sum") ? node.path("sum") : node.path("latest");
        String field = List.of(asked, node, of).stream()
                .filter(one -> one.has("field"))
                .map(one -> one.path("field").asString())
                .findFirst()
                .orElseThrow();
        if (node.has("sum")) {
            BigDecimal sum = BigDecimal.ZERO;
            for (LiveContact.Event event : found) {
                sum = sum.add(number(named(event.fields(), field)).orElse(BigDecimal.ZERO));
            }

            return number(asked, "x", Optional.of(sum));
        }

        String latest = found.stream()
                .filter(event -> !trimmed(named(event.fields(), field)).isEmpty())
                .max(Comparator.comparingLong(LiveContact.Event::happenedAt).thenComparing(LiveContact.Event::key))
                .map(event -> named(event.fields(), field))
                .orElse(null);
        return value(asked, latest, false);
    }

    private boolean where(JsonNode node, LiveContact.Event event) {
        return node.has("field")
                ? value(node, named(event.fields(), node.path("field").asString()), false)
                : group(node, part -> where(part, event));
    }

    private static boolean count(JsonNode node, long count) {
        return node.has("any")
                ? count > 0 == truth(node.path("any"))
                : number(node.path("count"), "x", Optional.of(BigDecimal.valueOf(count)));
    }

    private boolean recent(JsonNode of, LiveContact.Event event) {
        return !of.has("withinLast")
                || overlaps(instant(event.happenedAt()), asOf.minus(length(of.path("withinLast"))), asOf);
    }

    private static boolean oneOf(JsonNode values, @Nullable String value) {
        return values.isMissingNode()
                || (value != null
                        && (values.isArray() ? items(values) : List.of(values))
                                .stream().anyMatch(one -> word(one.asString()).equals(word(value))));
    }

    private static String word(String text) {
        return folded(text).replace(' ', '-').replace('_', '-');
    }

    private static @Nullable String named(Map<String, String> values, String name) {
        // Of names that differ in case only the first.
        TreeMap<String, String> ordered = new TreeMap<>((one, other) ->
                Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray()));
        ordered.putAll(values);
        for (Map.Entry<String, String> entry : ordered.entrySet()) {
            if (folded(entry.getKey()).equals(folded(name))) {
                return entry.getValue();
            }
        }

        return null;
    }

    private static String operator(JsonNode node) {
        return OPERATORS.stream().filter(node::has).findFirst().orElseThrow();
    }

    private boolean value(JsonNode node, @Nullable String value, boolean exact) {
        String text = trimmed(value);
        return switch (node.path("as").asString("text")) {
            case "number" -> number(node, text, number(value));
            case "date" -> date(node, text, span(text));
            default -> text(node, text, exact);
        };
    }

    private static boolean text(JsonNode node, String text, boolean exact) {
        String operator = operator(node);
        JsonNode operand = node.path(operator);
        String value = exact ? text : folded(text);
        return switch (operator) {
            case "isEmpty" -> text.isEmpty() == truth(operand);
            case "isNotEmpty" -> text.isEmpty() != truth(operand);
            case "isNot" -> !equal(operand, text, exact);
            case "notIn" -> items(operand).stream().noneMatch(one -> equal(one, text, exact));
            case "is" -> equal(operand, text, exact);
            case "in" -> items(operand).stream().anyMatch(one -> equal(one, text, exact));
            default -> {
                String part = exact ? operand.asString() : Fold.fold(operand.asString());
                yield !text.isEmpty()
                        && switch (operator) {
                            case "contains" -> value.contains(part);
                            case "startsWith" -> value.startsWith(part);
                            case "endsWith" -> value.endsWith(part);
                            default -> matches(operand.asString(), text, exact);
                        };
            }
        };
    }

    private static boolean equal(JsonNode operand, String text, boolean exact) {
        String other = trimmed(operand.asString());
        return exact ? other.equals(text) : folded(other).equals(folded(text));
    }

    private static boolean matches(String pattern, String text, boolean exact) {
        return exact
                ? Pattern.compile(pattern, Pattern.DOTALL).matcher(text).matches()
                : Pattern.compile(composed(pattern), Pattern.DOTALL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(composed(text))
                        .matches();
    }

    private static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static boolean number(JsonNode node, String text, Optional<BigDecimal> value) {
        String operator = operator(node);
        JsonNode operand = node.path(operator);
        return switch (operator) {
            case "isEmpty" -> text.isEmpty() == truth(operand);
            case "isNotEmpty" -> text.isEmpty() != truth(operand);
            case "is" -> compare(value, operand, sign -> sign == 0);
            case "isNot" -> !compare(value, operand, sign -> sign == 0);
            case "in" -> items(operand).stream().anyMatch(one -> compare(value, one, sign -> sign == 0));
            case "notIn" -> items(operand).stream().noneMatch(one -> compare(value, one, sign -> sign == 0));
            case "lt" -> compare(value, operand, sign -> sign < 0);
            case "lte" -> compare(value, operand, sign -> sign <= 0);
            case "gt" -> compare(value, operand, sign -> sign > 0);
            case "gte" -> compare(value, operand, sign -> sign >= 0);
            case "between" ->
                compare(value, operand.path(0), sign -> sign >= 0)
                        && compare(value, operand.path(1), sign -> sign <= 0);
            default -> throw new IllegalStateException(operator);
        };
    }

    private static boolean compare(Optional<BigDecimal> value, JsonNode bound, IntPredicate sign) {
        return value.isPresent()
                && sign.test(
                        value.get().compareTo(new BigDecimal(bound.asString().strip())));
    }

    private static Optional<BigDecimal> number(@Nullable String value) {
        String text = trimmed(value);
        return text.length() <= 100 && NUMBER.matcher(text).matches()
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }

    private boolean date(JsonNode node, String text, Optional<Time> value) {
        String operator = operator(node);
        JsonNode operand = node.path(operator);
        return switch (operator) {
            case "isEmpty" -> text.isEmpty() == truth(operand);
            case "isNotEmpty" -> text.isEmpty() != truth(operand);
            case "isNot" -> value.filter(time -> within(time, operand)).isEmpty();
            case "notIn" ->
                value.filter(time -> items(operand).stream().anyMatch(one -> within(time, one)))
                        .isEmpty();
            default -> value.isPresent() && date(operator, operand, value.get());
        };
    }

    private boolean date(String operator, JsonNode operand, Time value) {
        return switch (operator) {
            case "is" -> within(value, operand);
            case "in" -> items(operand).stream().anyMatch(one -> within(value, one));
            case "before", "lt" -> value.last < operand(operand).first;
            case "after", "gt" -> value.first > operand(operand).last;
            case "lte" -> value.last <= operand(operand).last;
            case "gte" -> value.first >= operand(operand).first;
            case "between" ->
                value.first >= operand(operand.path(0)).first && value.last <= operand(operand.path(1)).last;
            case "withinLast" -> overlaps(value, asOf.minus(length(operand)), asOf);
            case "withinNext" -> overlaps(value, asOf, asOf.plus(length(operand)));
            default -> throw new IllegalStateException(operator);
        };
    }

    private boolean within(Time value, JsonNode operand) {
        Time other = operand(operand);
        return value.first >= other.first && value.last <= other.last;
    }

    private static boolean overlaps(Time value, Instant first, Instant last) {
        return value.first <= last.toEpochMilli() && value.last >= first.toEpochMilli();
    }

    /** The first and the last millisecond of a date. */
    private record Time(long first, long last) {}

    private static Time instant(long millis) {
        return new Time(millis, millis);
    }

    private Time day(LocalDate day) {
        return new Time(
                day.atStartOfDay(zone).toInstant().toEpochMilli(),
                day.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli() - 1);
    }

    private Time operand(JsonNode operand) {
        return switch (operand.asString()) {
            case "now" -> instant(asOf.toEpochMilli());
            case "today" -> day(asOf.atZone(zone).toLocalDate());
            default -> span(trimmed(operand.asString())).orElseThrow();
        };
    }

    private Optional<Time> span(String text) {
        String iso =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
        try {
            TemporalAccessor read = DATE.parse(iso);
            if (!read.isSupported(ChronoField.HOUR_OF_DAY)) {
                return Optional.of(day(LocalDate.from(read)));
            }

            Instant time = read.isSupported(ChronoField.OFFSET_SECONDS)
                    ? OffsetDateTime.from(read).toInstant()
                    : LocalDateTime.from(read).atZone(zone).toInstant();
            return Optional.of(instant(time.truncatedTo(ChronoUnit.MILLIS).toEpochMilli()));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    private static Duration length(JsonNode span) {
        String text = span.asString();
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 'h' -> Duration.ofHours(amount);
            case 'd' -> Duration.ofHours(24 * amount);
            default -> Duration.ofHours(7 * 24 * amount);
        };
    }

    private static String trimmed(@Nullable String text) {
        return Fold.trim(Objects.requireNonNullElse(text, ""));
    }

    private static String folded(String text) {
        return Fold.fold(trimmed(text));
    }

    private static boolean truth(JsonNode node) {
        return node.asString().equals("true");
    }

    private static long id(PublicId kind, JsonNode id) {
        return TestDatabase.IDS.read(kind, id.asString()).orElseThrow();
    }

    private static List<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
