package io.muster.segment.evaluate;

import io.muster.database.TestDatabase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random conditions as JSON, of all subjects and operators, over the same few values that contacts have. */
public final class RandomConditions {

    private static final List<String> PATTERNS = List.of(
            "[a-jl]+",
            "g.*",
            "(?s).*é.*",
            "e\u0301",
            "O'.*|.",
            "\\d+%",
            "[^\\d]*",
            "(stra|x)(ß|ss)e",
            "\\d{4}-11-2\\d.*");
    private static final List<String> PARTS =
            List.of("a", "G", "ss", "ß", "é", "e\u0301", "σ", "李", " ", "\\", "\"", "tan", "k", "2026", "0", "-", ":");

    private final Random random;
    private final RandomValues values;
    private final List<Long> segments;

    /** @param segments segments that a condition may refer to */
    RandomConditions(Random random, RandomValues values, List<Long> segments) {
        this.random = random;
        this.values = values;
        this.segments = segments;
    }

    /** Those of a seed, about some segments that need not be there. */
    public static RandomConditions seeded(long seed) {
        Random random = new Random(seed);
        return new RandomConditions(
                random, new RandomValues(random, ZoneOffset.UTC, Instant.EPOCH), List.of(1L, 2L, 3L));
    }

    /** The next one, with groups at most that deep. */
    public String condition(int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            return group(() -> condition(depth - 1));
        }

        return switch (random.nextInt(9)) {
            case 0 ->
                "{\"field\":\"" + any("firstName", "lastName", "email", "phone", "extRef", "language") + "\"" + value()
                        + "}";
            case 1 ->
                "{\"field\":\"" + any("created", "lastModified") + "\""
                        + (random.nextInt(3) == 0 ? ",\"as\":\"date\"" : "") + date() + "}";
            case 2, 3 -> "{\"embedded\":" + quoted(name()) + value() + "}";
            case 4 ->
                "{\"optedOut\":" + random.nextBoolean()
                        + (random.nextBoolean() ? ",\"list\":\"" + list() + "\"}" : "}");
            case 5 -> "{\"list\":\"" + list() + "\",\"" + any("is", "isNot") + "\":\"member\"}";
            case 6 ->
                "{\"segment\":\"" + TestDatabase.IDS.segment(segments.get(random.nextInt(segments.size()))) + "\",\""
                        + any("is", "isNot") + "\":\"member\"}";
            case 7 -> transactions();
            default ->
                "{\"touchpoints\":{" + touchpointFilter() + "}," + (random.nextInt(4) == 0 ? anyOrNone() : counted())
                        + "}";
        };
    }

    private String group(Supplier<String> part) {
        return "{\"" + any("all", "any", "none") + "\":["
                + IntStream.rangeClosed(0, random.nextInt(4))
                        .mapToObj(ignored -> part.get())
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private String transactions() {
        List<String> filter = new ArrayList<>();
        if (random.nextBoolean()) {
            filter.add("\"where\":" + where(2));
        }

        if (random.nextBoolean()) {
            filter.add("\"withinLast\":\"" + span() + "\"");
        }

        if (random.nextInt(2) == 0) {
            return "{\"transactions\":{" + String.join(",", filter) + "},"
                    + (random.nextInt(3) == 0 ? anyOrNone() : counted()) + "}";
        }

        // The field of a sum or latest value may stand in three places.
        String field = "\"field\":" + quoted(name());
        int place = random.nextInt(4);
        if (place == 0) {
            filter.add(field);
        }

        String word = any("sum", "latest");
        String test = (word.equals("sum") ? sum() : value()).substring(1);
        return "{\"transactions\":{" + String.join(",", filter) + "}," + (place == 1 ? field + "," : "") + "\"" + word
                + "\":{" + (place > 1 ? field + "," : "") + test + "}}";
    }

    private String where(int depth) {
        return depth > 0 && random.nextInt(3) == 0
                ? group(() -> where(depth - 1))
                : "{\"field\":" + quoted(name()) + value() + "}";
    }

    private String touchpointFilter() {
        List<String> parts = new ArrayList<>();
        if (random.nextBoolean()) {
            parts.add("\"channel\":" + any("\"email\"", "[\"web\",\"EMAIL\"]", "[\"sms\"]"));
        }

        if (random.nextBoolean()) {
            parts.add("\"kind\":" + any("\"shown\"", "[\"invite\",\"Thank You\"]"));
        }

        if (random.nextInt(3) == 0) {
            parts.add("\"survey\":" + any("\"S1\"", "[\"s2\",\"s1\"]"));
        }

        if (random.nextInt(3) == 0) {
            parts.add("\"intercept\":" + any("\"i1\"", "[\"I0\",\"i9\"]"));
        }

        if (random.nextBoolean()) {
            parts.add("\"withinLast\":\"" + span() + "\"");
        }

        return String.join(",", parts);
    }

    private String anyOrNone() {
        return "\"any\":" + random.nextBoolean();
    }

    private String counted() {
        return "\"count\":{"
                + switch (random.nextInt(4)) {
                    case 0 -> "\"" + any("in", "notIn") + "\":[0,2]";
                    case 1 -> "\"between\":[1,2]";
                    case 2 -> "\"gt\":1.5";
                    default -> "\"" + any("is", "isNot", "lt", "lte", "gt", "gte") + "\":" + random.nextInt(4);
                }
                + "}";
    }

    private String sum() {
        return switch (random.nextInt(5)) {
            case 0 -> ",\"between\":[-5,100.5]";
            case 1 -> ",\"" + any("in", "notIn") + "\":[0,105,\"1e2\"]";
            default ->
                ",\"" + any("is", "isNot", "lt", "lte", "gt", "gte") + "\":\""
                        + any("0", "100", "5.5", "-5", "200", "99999999999999999999.5") + "\"";
        };
    }

    private String value() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(4) == 0 ? ",\"as\":\"text\"" + text() : text();
            case 1 -> ",\"as\":\"number\"" + number();
            default -> ",\"as\":\"date\"" + date();
        };
    }

    private String text() {
        return ","
                + switch (random.nextInt(6)) {
                    case 0, 1 -> "\"" + any("is", "isNot") + "\":" + quoted(any(RandomValues.TEXTS));
                    case 2 -> "\"" + any("in", "notIn") + "\":" + list(RandomValues.TEXTS);
                    case 3 -> empty();
                    case 4 -> "\"matches\":" + quoted(any(PATTERNS));
                    default -> "\"" + any("contains", "startsWith", "endsWith") + "\":" + quoted(any(PARTS));
                };
    }

    private String number() {
        return ","
                + switch (random.nextInt(5)) {
                    case 0 -> "\"" + any("in", "notIn") + "\":" + list(RandomValues.NUMBERS);
                    case 1 -> empty();
                    case 2 -> "\"between\":[" + any("-5", "0", "5") + "," + any("5", "100", "1e30") + "]";
                    default ->
                        "\"" + any("is", "isNot", "lt", "lte", "gt", "gte") + "\":\"" + any(RandomValues.NUMBERS)
                                + "\"";
                };
    }

    private String date() {
        List<String> moments = new ArrayList<>(values.dates());
        moments.addAll(List.of("today", "now", "today", "now"));
        return ","
                + switch (random.nextInt(6)) {
                    case 0 -> "\"" + any("in", "notIn") + "\":" + list(moments);
                    case 1 -> empty();
                    case 2 ->
                        "\"between\":[\"2024-02-29\",\"" + any("2026-11-22", "2026-11-22T08:15:30Z", "now", "today")
                                + "\"]";
                    case 3 -> "\"" + any("withinLast", "withinNext") + "\":\"" + span() + "\"";
                    default ->
                        "\"" + any("is", "isNot", "lt", "lte", "gt", "gte", "before", "after") + "\":\"" + any(moments)
                                + "\"";
                };
    }

    private String empty() {
        return "\"" + any("isEmpty", "isNotEmpty") + "\":" + random.nextBoolean();
    }

    private String list(List<String> of) {
        return "["
                + IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(ignored -> quoted(any(of)))
                        .collect(Collectors.joining(","))
                + "]";
    }

    private String list() {
        return TestDatabase.IDS.list(1 + random.nextInt(4));
    }

    private String span() {
        return any(RandomValues.SPANS);
    }

    private String name() {
        String name = any(RandomValues.NAMES);
        return random.nextBoolean() ? name : name.toUpperCase(Locale.ROOT);
    }

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static String quoted(String text) {
        return "\""
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n") + "\"";
    }
}
