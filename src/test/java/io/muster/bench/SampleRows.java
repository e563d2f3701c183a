package io.muster.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Files of made-up contacts, the same on every machine: all fields, five embedded values, names in several scripts,
 * values of uneven frequency, 3 % quoted cells, 4 % opt-outs. Row {@code n} says the same in every file unless it was
 * changed.
 */
final class SampleRows {

    private static final long SEED = 20261122;
    private static final String HEADER =
            "FirstName,LastName,Email,Phone,ExternalDataReference,Language,Unsubscribed,plan,city,points,lastPurchase,note\n";

    private static final String[] FIRST = {
        "Anna",
        "Maria",
        "Thomas",
        "Michael",
        "Laura",
        "Peter",
        "Sofia",
        "Jürgen",
        "Zoë",
        "Léa",
        "Łukasz",
        "Søren",
        "Иван",
        "Ольга",
        "Γιώργος",
        "Ελένη",
        "李",
        "伟",
        "さくら",
        "翔太",
        "민준",
        "서연",
        "محمد",
        "فاطمة",
        "אברהם",
        "आरव",
        "Chidi",
        "Ngọc",
        "Şebnem",
        "O'Neil",
        "Mary-Jane",
        "José"
    };
    private static final String[] LAST = {
        "Smith",
        "Müller",
        "Schmidt",
        "García",
        "Rossi",
        "Nowak",
        "Jensen",
        "Dubois",
        "O'Brien",
        "Van den Berg",
        "Иванов",
        "Петрова",
        "Παπαδόπουλος",
        "王",
        "李",
        "佐藤",
        "鈴木",
        "김",
        "이",
        "حسن",
        "כהן",
        "शर्मा",
        "Nguyễn",
        "Yılmaz",
        "Kovács",
        "Lindström",
        "Fernandes",
        "Okafor",
        "Weiß",
        "Håkansson",
        "de la Cruz",
        "Novák"
    };
    private static final String[] DOMAINS = {
        "gmail.com",
        "example.com",
        "web.de",
        "yahoo.co.uk",
        "outlook.com",
        "mail.example.org",
        "firma.example",
        "qq.com"
    };
    private static final String[] LANGUAGES = {"EN", "DE", "FR", "ES", "JA", "ZH-S", "PT-BR", "RU"};
    private static final String[] PLANS = {"free", "basic", "plus", "premium"};
    private static final String[] CITIES = {
        "Berlin", "London", "São Paulo", "München", "Tōkyō", "New York", "Kraków", "Paris", "Москва", "København"
    };
    private static final String[] NOTES = {
        "", "", "", "called twice", "prefers e-mail", "met at the fair", "Kündigung zurückgenommen", "会员"
    };

    /** What a file says of its rows. */
    enum Version {
        FIRST,
        LATER
    }

    private SampleRows() {}

    /** Rows {@code from} (included) to {@code to} (excluded) in order. */
    static void write(Path file, long from, long to) throws IOException {
        try (OutputStream out = open(file)) {
            for (long row = from; row < to; row++) {
                out.write(line(row, Version.FIRST));
            }
        }
    }

    /** Rows 0 to {@code rows} with every twentieth changed and 1 % new ones, shuffled. */
    static void writeChanged(Path file, int rows) throws IOException {
        int all = rows + rows / 100;
        int[] order = shuffled(all);
        try (OutputStream out = open(file)) {
            for (int row : order) {
                out.write(line(row, changed(row, rows)));
            }
        }
    }

    /** {@code rows} rows, one half from {@code known} on, the other from {@code fresh} on, shuffled. */
    static void writeMixed(Path file, int rows, long known, long fresh) throws IOException {
        int half = rows / 2;
        try (OutputStream out = open(file)) {
            for (int place : shuffled(rows)) {
                out.write(line(place < half ? known + place : fresh + place - half, Version.FIRST));
            }
        }
    }

    private static OutputStream open(Path file) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
        out.write(HEADER.getBytes(StandardCharsets.UTF_8));
        return out;
    }

    private static int[] shuffled(int count) {
        int[] order = new int[count];
        Random random = new Random(SEED);
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /** What the file of {@link #writeChanged} says of a row. */
    static Version changed(long row, int rows) {
        return row % 20 == 7 && row < rows ? Version.LATER : Version.FIRST;
    }

    /** The cells of a row in the order of the file's columns; a quoted one without its quotes. */
    static List<String> cells(long row, Version version) {
        SplittableRandom random = new SplittableRandom(SEED + row * 0x9E3779B97F4A7C15L);
        String first = skewed(FIRST, random);
        String last = skewed(LAST, random);
        int domain = random.nextInt(100);
        boolean phone = random.nextInt(100) < 80;
        long digits = 1_000_000L + random.nextInt(8_999_999);
        String language = skewed(LANGUAGES, random);
        boolean out = random.nextInt(100) < 4;
        String plan = skewed(PLANS, random);
        String city = skewed(CITIES, random);
        int points = (int) Math.abs(random.nextDouble() * random.nextDouble() * 20_000);
        int day = random.nextInt(28) + 1;
        int month = random.nextInt(12) + 1;
        String note = NOTES[random.nextInt(NOTES.length)];
        // 36 % of the rows, hence 3 % of all cells.
        boolean quoted = random.nextInt(100) < 36;
        boolean moved = version == Version.LATER && random.nextInt(10) == 0;
        return List.of(
                first,
                last,
                "c" + Long.toString(row * 7 + 13, 36) + "." + row % 1000 + (moved ? ".new@" : "@")
                        + DOMAINS[domain < 60 ? 0 : domain % DOMAINS.length],
                phone ? "+4930" + digits : "",
                "crm-" + (100_000_000L + row),
                language,
                out ? "true" : "false",
                plan,
                city,
                Integer.toString(version == Version.LATER ? points + 100 : points),
                "2026-" + (month < 10 ? "0" : "") + month + "-" + (day < 10 ? "0" : "") + day,
                quoted ? "said \"yes\", then left" : note);
    }

    private static byte[] line(long row, Version version) {
        StringBuilder line = new StringBuilder(200);
        List<String> cells = cells(row, version);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(cell.indexOf('"') < 0 ? cell : '"' + cell.replace("\"", "\"\"") + '"');
            line.append(i == cells.size() - 1 ? '\n' : ',');
        }

        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String skewed(String[] values, SplittableRandom random) {
        double x = random.nextDouble();
        return values[(int) (x * x * values.length)];
    }
}
