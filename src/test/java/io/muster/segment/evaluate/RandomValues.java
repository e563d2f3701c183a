package io.muster.segment.evaluate;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Random contacts over few values, so that conditions and contacts meet; many of them on the edge of something. */
final class RandomValues {

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
            "\u212a",
            "two\nlines",
            "longer than eight, longer than sixteen bytes");
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
    static final List<String> SPANS = List.of("1h", "12h", "1d", "7d", "30d", "4w", "99999w");
    static final List<String> NAMES = List.of("tier", "Spend", "ÉTÉ", "renewal", "a \"b\\c");

    private static final List<String> DATES = List.of(
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
            "2026-11-22T23:59:59.999",
            "2026-11-22t08:15z",
            "2026-11-22T08:15:30.123456789-0330",
            "0000-01-01",
            "9999-12-31");
    private static final List<String> UNREADABLE = List.of(
            "abc",
            "1,000",
            "2026-02-30",
            "22.11.2026",
            "12e9999",
            "",
            "   ",
            "\u3000",
            "2026-11-22T25:00",
            "NaN",
            "today",
            "2026-11-22T08",
            "٥");
    private static final List<Long> HOURS = List.of(0L, 1L, 12L, 24L, 7 * 24L, 30 * 24L, 4 * 7 * 24L);

    private final Random random;
    private final Instant asOf;
    private final List<String> dates = new ArrayList<>(DATES);

    RandomValues(Random random, ZoneId zone, Instant asOf) {
        this.random = random;
        this.asOf = asOf;
        for (int i = 0; i < 8; i++) {
            Instant time = time();
            dates.add(time.toString());
            dates.add(DateTimeFormatter.ISO_LOCAL_DATE.format(time.atZone(zone)));
        }
    }

    List<String> dates() {
        return dates;
    }

    /** Somewhere around the moment, often exactly where a span begins or ends. */
    Instant time() {
        long hours = HOURS.get(random.nextInt(HOURS.size())) * (random.nextInt(3) == 0 ? 1 : -1);
        return switch (random.nextInt(3)) {
            case 0 -> asOf.plusSeconds(3600 * hours);
            case 1 -> asOf.plusSeconds(3600 * hours).plusMillis(random.nextInt(3) - 1);
            default -> asOf.plusSeconds(3600L * (random.nextInt(24 * 80) - 24 * 40));
        };
    }

    String value() {
        List<List<String>> pools = List.of(TEXTS, NUMBERS, dates, UNREADABLE);
        List<String> pool = pools.get(random.nextInt(pools.size()));
        return pool.get(random.nextInt(pool.size()));
    }

    LiveContact contact(long number, LiveDirectory directory) {
        LiveDirectory.Builder contact =
                LiveDirectory.contact(number).created(time()).modified(time());
        for (String field : List.of("firstName", "lastName", "email", "phone", "extRef", "language")) {
            if (random.nextInt(4) > 0) {
                String value = value();
                contact.field(field, value.codePointCount(0, value.length()) > 35 ? "long" : value);
            }
        }

        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                contact.embedded(name, value());
            }
        }

        contact.embedded("other \"name\" " + random.nextInt(3), value());
        for (int list = 1; list <= 3; list++) {
            switch (random.nextInt(4)) {
                case 0 -> contact.onList(list);
                case 1 -> contact.optedOutOf(list);
                default -> {
                    // Not on the list.
                }
            }
        }

        if (random.nextInt(5) == 0) {
            contact.unsubscribed();
        }

        transactions(contact, directory, random.nextInt(40) == 0 ? 50 : random.nextInt(5));
        for (int i = random.nextInt(4); i > 0; i--) {
            contact.touchpoint(
                    directory.key(),
                    time(),
                    any("email", "web", "sms"),
                    any("shown", "invite", "thank-you"),
                    random.nextBoolean() ? Optional.of("S" + random.nextInt(3)) : Optional.empty(),
                    random.nextBoolean() ? Optional.of("I" + random.nextInt(3)) : Optional.empty());
        }

        return contact.build();
    }

    void transactions(LiveDirectory.Builder contact, LiveDirectory directory, int count) {
        for (int i = 0; i < count; i++) {
            Map<String, String> fields = new HashMap<>();
            for (String name : NAMES) {
                if (random.nextInt(3) > 0) {
                    fields.put(name, value());
                }

                if (random.nextInt(6) == 0) {
                    fields.put(name.toUpperCase(Locale.ROOT), value());
                }
            }

            contact.transaction(directory.key(), time(), fields);
        }
    }

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }
}
