package io.muster.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Segments of a realistic mix over the contacts of {@link SampleDirectory}, as condition files and as the SQL that a plain
 * implementation would run. The same on every machine.
 */
final class SampleSegments {

    /** What the segments ask about. */
    enum Mix {
        /** The contacts' own columns. */
        CONTACTS,
        /** Lists too. */
        LISTS,
        /** Lists and transactions too. */
        TRANSACTIONS
    }

    /**
     * A segment.
     *
     * @param json its condition
     * @param sql the same as an SQL condition over a contact {@code c}
     */
    record Sample(String json, String sql) {}

    private static final long SEED = 20261122;
    private static final String LANGUAGES = "EN,DE,FR,ES,JA,ZH-S,PT-BR,RU";
    private static final String CITIES = "Berlin,London,São Paulo,München,Tōkyō,New York,Kraków,Paris,Москва,København";
    private static final String PLANS = "free,basic,plus,premium";
    private static final String DOMAINS =
            "gmail.com,example.com,web.de,yahoo.co.uk,outlook.com,mail.example.org,firma.example,qq.com";
    private static final String FIRST = "Anna,Maria,Thomas,Michael,Laura,Peter,Sofia,Jürgen,Zoë,Иван,李,محمد,José";
    private static final long DAY = 86_400_000;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Mix mix;

    private SampleSegments(Mix mix) {
        this.mix = mix;
    }

    /** That many segments by their numeric ids. */
    static SequencedMap<Long, Sample> of(int count, Mix mix) {
        SampleSegments samples = new SampleSegments(mix);
        SequencedMap<Long, Sample> segments = new LinkedHashMap<>();
        for (long id = 1; id <= count; id++) {
            segments.put(id, samples.segment(segments));
        }

        return segments;
    }

    private Sample segment(SequencedMap<Long, Sample> earlier) {
        List<Sample> parts = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            parts.add(test());
        }

        if (earlier.size() > 20 && random.nextInt(10) == 0) {
            long other = 1L + random.nextInt(earlier.size());
            parts.add(new Sample(
                    "{\"segment\":\"" + BenchServer.IDS.segment(other) + "\",\"is\":\"member\"}",
                    Objects.requireNonNull(earlier.get(other)).sql()));
        }

        if (random.nextInt(5) == 0) {
            parts.add(group("none", List.of(test(), test())));
        }

        return group(random.nextInt(6) == 0 ? "any" : "all", parts);
    }

    private static Sample group(String word, List<Sample> parts) {
        String operator = word.equals("all") ? " AND " : " OR ";
        String sql = parts.stream().map(Sample::sql).collect(Collectors.joining(operator, "(", ")"));
        return new Sample(
                parts.stream().map(Sample::json).collect(Collectors.joining(",", "{\"" + word + "\":[", "]}")),
                word.equals("none") ? "NOT " + sql : sql);
    }

    private Sample test() {
        int kinds = mix == Mix.CONTACTS ? 17 : mix == Mix.LISTS ? 19 : 22;
        return switch (random.nextInt(kinds)) {
            case 0, 1 -> text("{\"field\":\"language\"", "c.language", LANGUAGES);
            case 2, 3 -> text("{\"embedded\":\"plan\"", embedded("plan"), PLANS);
            case 4, 5 -> text("{\"embedded\":\"city\"", embedded("city"), CITIES);
            case 6, 7 -> {
                int least = random.nextInt(40) * 400;
                yield new Sample(
                        "{\"embedded\":\"points\",\"as\":\"number\",\"gte\":" + least + "}",
                        "(" + embedded("points") + " + 0) >= " + least);
            }
            case 8 -> {
                int low = random.nextInt(20) * 500;
                yield new Sample(
                        "{\"embedded\":\"points\",\"as\":\"number\",\"between\":[" + low + "," + (low + 2000) + "]}",
                        "(" + embedded("points") + " + 0) BETWEEN " + low + " AND " + (low + 2000));
            }
            case 9, 10 -> {
                String day = "2026-%02d-15".formatted(1 + random.nextInt(12));
                yield new Sample(
                        "{\"embedded\":\"lastPurchase\",\"as\":\"date\",\"after\":\"" + day + "\"}",
                        embedded("lastPurchase") + " > '" + day + "'");
            }
            case 11 -> {
                String domain = one(DOMAINS);
                yield new Sample(
                        "{\"field\":\"email\",\"endsWith\":\"@" + domain + "\"}", "c.email LIKE '%@" + domain + "'");
            }
            case 12 -> text("{\"field\":\"firstName\"", "c.first_name", FIRST);
            case 13 ->
                random.nextBoolean()
                        ? new Sample("{\"field\":\"phone\",\"isEmpty\":true}", "COALESCE(c.phone, '') = ''")
                        : new Sample("{\"field\":\"phone\",\"startsWith\":\"+49301\"}", "c.phone LIKE '+49301%'");
            case 14 ->
                random.nextBoolean()
                        ? new Sample(
                                "{\"embedded\":\"note\",\"isEmpty\":true}",
                                "COALESCE(" + embedded("note") + ", '') = ''")
                        : new Sample(
                                "{\"embedded\":\"note\",\"contains\":\"twice\"}", embedded("note") + " LIKE '%twice%'");
            case 15 -> new Sample("{\"optedOut\":false}", "c.unsubscribed = 0");
            case 16 -> {
                int days = 10 * (1 + random.nextInt(30));
                yield new Sample(
                        "{\"field\":\"created\",\"withinLast\":\"" + days + "d\"}",
                        "c.created_at >= " + (SampleDirectory.AS_OF.toEpochMilli() - days * DAY));
            }
            case 17, 18 -> {
                int list = 1 + random.nextInt(SampleDirectory.LISTS);
                yield new Sample(
                        "{\"list\":\"" + BenchServer.IDS.list(list) + "\",\"is\":\"member\"}",
                        "EXISTS (SELECT 1 FROM list_member m WHERE m.directory_id = c.directory_id AND m.list_id = "
                                + list + " AND m.number = c.number)");
            }
            default -> transactions();
        };
    }

    private Sample transactions() {
        int days = 30 * (1 + random.nextInt(6));
        int least = 10 * random.nextInt(10);
        String from = "FROM contact_transaction t WHERE t.directory_id = c.directory_id AND t.number = c.number"
                + " AND t.happened_at >= " + (SampleDirectory.AS_OF.toEpochMilli() - days * DAY);
        String amount = "(JSON_UNQUOTE(JSON_EXTRACT(t.fields, '$.amount')) + 0)";
        return random.nextBoolean()
                ? new Sample(
                        "{\"transactions\":{\"where\":{\"field\":\"amount\",\"as\":\"number\",\"gt\":" + least
                                + "},\"withinLast\":\"" + days + "d\"},\"count\":{\"gte\":1}}",
                        "(SELECT COUNT(*) " + from + " AND " + amount + " > " + least + ") >= 1")
                : new Sample(
                        "{\"transactions\":{\"withinLast\":\"" + days + "d\"},\"sum\":{\"field\":\"amount\",\"gte\":"
                                + least + "}}",
                        "(SELECT COALESCE(SUM(" + amount + "), 0) " + from + ") >= " + least);
    }

    private Sample text(String subject, String sql, String values) {
        if (random.nextInt(3) == 0) {
            String one = one(values);
            String other = one(values);
            return new Sample(
                    subject + ",\"in\":[\"" + one + "\",\"" + other + "\"]}",
                    "LOWER(" + sql + ") IN ('" + lower(one) + "','" + lower(other) + "')");
        }

        String one = one(values);
        return random.nextInt(4) == 0
                ? new Sample(
                        subject + ",\"isNot\":\"" + one + "\"}",
                        "NOT (LOWER(COALESCE(" + sql + ", '')) = '" + lower(one) + "')")
                : new Sample(subject + ",\"is\":\"" + one + "\"}", "LOWER(" + sql + ") = '" + lower(one) + "'");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private String one(String values) {
        List<String> all = List.of(values.split(",", -1));
        return all.get(random.nextInt(all.size()));
    }

    private static String embedded(String name) {
        return "JSON_UNQUOTE(JSON_EXTRACT(c.embedded, '$." + name + "'))";
    }
}
