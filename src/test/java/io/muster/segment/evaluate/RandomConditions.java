package io.muster.segment.evaluate;

import io.muster.support.PublicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random conditions as JSON, of all subjects and operators, over small sets of values so that they meet. */
final class RandomConditions {

    static final List<String> TEXTS = List.of(
            "gold",
            "Gold ",
            "PLATINUM",
            "straße",
            "STRASSE",
            "é",
            "e\u0301",
            "ΣΑΣ",
            "σας",
            "李",
            "𝒜b",
            "O'Neil\t\\",
            "\"q\"",
            "İstanbul",
            "istanbul",
            "100%",
            "a",
            "A",
            "ab",
            "\u00a0ab\u00a0",
            "K",
            "\u212a");
    static final List<String> NUMBERS = List.of(
            "100",
            "1e2",
            "100.00",
            "-5",
            "+5",
            ".5",
            "5.",
            "99999999999999999999.5",
            "0",
            "-0",
            "0.00001",
            "123456789012.345",
            "5");
    static final List<String> DATES = List.of(
            "2026-11-22",
            "2026-11-22T00:00",
            "2026-11-22T08:15:30Z",
            "2026-11-22T08:15:30.5+01:00",
            "2026-10-25T02:30",
            "2026-03-29T02:30",
            "2026-10-25",
            "2026-11-21",
            "2026-12-01",
            "2026-11-22 09:00",
            "2026-11-15",
            "2024-02-29",
            "2026-11-22T23:59:59.999");
    static final List<String> UNREADABLE =
            List.of("abc", "1,000", "2026-02-30", "22.11.2026", "12e9999", "", "   ", "2026-11-22T25:00", "NaN");
    static final List<String> NAMES = List.of("tier", "Spend", "ÉTÉ", "renewal");
    static final List<String> SPANS = List.of("1h", "12h", "1d", "7d", "30d", "4w");

    private final Random random;
    private final List<Long> segments;

    /** @param segments segments that a condition may refer to */
    RandomConditions(Random random, List<Long> segments) {
        this.random = random;
        this.segments = segments;
    }

    String condition(int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            return group(() -> condition(depth - 1));
        }

        return switch (random.nextInt(8)) {
            case 0 ->
                "{\"field\":\"" + any("firstName", "lastName", "email", "phone", "extRef", "language") + "\"" + text()
                        + "}";
            case 1 -> "{\"field\":\"" + any("created", "lastModified") + "\"" + date() + "}";
            case 2, 3 -> "{\"embedded\":" + quoted(name()) + value() + "}";
            case 4 ->
                random.nextBoolean()
                        ? "{\"optedOut\":" + random.nextBoolean() + "}"
                        : "{\"optedOut\":" + random.nextBoolean() + ",\"list\":\"" + list() + "\"}";
            case 5 ->
                random.nextBoolean() || segments.isEmpty()
                        ? "{\"list\":\"" + list() + "\",\"" + any("is", "isNot") + "\":\"member\"}"
                        : "{\"segment\":\"" + PublicId.SEGMENT.of(segments.get(random.nextInt(segments.size())))
                                + "\",\"" + any("is", "isNot") + "\":\"member\"}";
            case 6 -> "{\"transactions\":{" + transactionFilter() + "}," + aggregate() + "}";
            default -> "{\"touchpoints\":{" + touchpointFilter() + "},\"count\":{" + count() + "}}";
        };
    }

    private String group(Supplier<String> part) {
        return "{\"" + any("all", "any", "none") + "\":["
                + IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(ignored -> part.get())
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private String transactionFilter() {
        List<String> parts = new ArrayList<>();
        if (random.nextBoolean()) {
            parts.add("\"where\":" + where(2));
        }

        if (random.nextBoolean()) {
            parts.add("\"withinLast\":\"" + any(SPANS) + "\"");
        }

        return String.join(",", parts);
    }

    private String where(int depth) {
        return depth > 0 && random.nextInt(3) == 0
                ? group(() -> where(depth - 1))
                : "{\"field\":" + quoted(name()) + value() + "}";
    }

    private String aggregate() {
        return switch (random.nextInt(4)) {
            case 0 -> "\"any\":" + random.nextBoolean();
            case 1 -> "\"count\":{" + count() + "}";
            case 2 -> "\"sum\":{\"field\":" + quoted(name()) + "," + sum() + "}";
            default -> "\"latest\":{\"field\":" + quoted(name()) + value() + "}";
        };
    }

    private String touchpointFilter() {
        List<String> parts = new ArrayList<>();
        if (random.nextBoolean()) {
            parts.add("\"channel\":" + any("\"email\"", "[\"web\",\"EMAIL\"]"));
        }

        if (random.nextBoolean()) {
            parts.add("\"kind\":" + any("\"shown\"", "[\"invite\",\"shown\"]"));
        }

        if (random.nextInt(3) == 0) {
            parts.add("\"survey\":" + any("\"S1\"", "[\"s2\",\"s1\"]"));
        }

        if (random.nextInt(4) == 0) {
            parts.add("\"intercept\":\"i1\"");
        }

        if (random.nextBoolean()) {
            parts.add("\"withinLast\":\"" + any(SPANS) + "\"");
        }

        return String.join(",", parts);
    }

    private String count() {
        return switch (random.nextInt(3)) {
            case 0 -> "\"" + any("in", "notIn") + "\":[0,2]";
            case 1 -> "\"between\":[1,2]";
            default -> "\"" + any("is", "isNot", "lt", "lte", "gt", "gte") + "\":" + random.nextInt(4);
        };
    }

    private String sum() {
        return random.nextInt(4) == 0
                ? "\"between\":[-5,100.5]"
                : "\"" + any("is", "isNot", "lt", "lte", "gt", "gte") + "\":\""
                        + any("0", "100", "5.5", "-5", "200", "99999999999999999999.5") + "\"";
    }

    private String value() {
        return switch (random.nextInt(3)) {
            case 0 -> text();
            case 1 -> ",\"as\":\"number\"" + number();
            default -> ",\"as\":\"date\"" + date();
        };
    }

    private String text() {
        return ","
                + switch (random.nextInt(5)) {
                    case 0 -> "\"" + any("is", "isNot") + "\":" + quoted(any(TEXTS));
                    case 1 -> "\"" + any("in", "notIn") + "\":" + list(TEXTS);
                    case 2 -> "\"" + any("isEmpty", "isNotEmpty") + "\":" + random.nextBoolean();
                    case 3 -> "\"matches\":" + quoted(any("[a-jl]+", "g.*", "(?s).*é.*", "O'.*|.", "\\d+%"));
                    default ->
                        "\"" + any("contains", "startsWith", "endsWith") + "\":"
                                + quoted(any("a", "G", "ss", "é", "σ", "李", " ", "\\", "\"", "tan", "k"));
                };
    }

    private String number() {
        return ","
                + switch (random.nextInt(5)) {
                    case 0 -> "\"" + any("in", "notIn") + "\":" + list(NUMBERS);
                    case 1 -> "\"" + any("isEmpty", "isNotEmpty") + "\":true";
                    case 2 -> "\"between\":[" + any("-5", "0", "5") + "," + any("5", "100", "1e30") + "]";
                    default -> "\"" + any("is", "isNot", "lt", "lte", "gt", "gte") + "\":\"" + any(NUMBERS) + "\"";
                };
    }

    private String date() {
        return ","
                + switch (random.nextInt(5)) {
                    case 0 -> "\"" + any("in", "notIn") + "\":" + list(DATES);
                    case 1 -> "\"" + any("isEmpty", "isNotEmpty") + "\":true";
                    case 2 ->
                        "\"between\":[\"2026-10-25\",\"" + any("2026-11-22", "2026-11-22T08:15:30Z", "now") + "\"]";
                    case 3 -> "\"" + any("withinLast", "withinNext") + "\":\"" + any(SPANS) + "\"";
                    default ->
                        "\"" + any("is", "isNot", "lt", "lte", "gt", "gte", "before", "after") + "\":\""
                                + (random.nextInt(4) == 0 ? any("today", "now") : any(DATES)) + "\"";
                };
    }

    private String list(List<String> values) {
        return "["
                + IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(ignored -> quoted(any(values)))
                        .collect(Collectors.joining(","))
                + "]";
    }

    private String list() {
        return PublicId.LIST.of(1 + random.nextInt(3));
    }

    private String name() {
        String name = any(NAMES);
        return random.nextBoolean() ? name : name.toUpperCase(java.util.Locale.ROOT);
    }

    private String any(String... values) {
        return values[random.nextInt(values.length)];
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t") + "\"";
    }
}
