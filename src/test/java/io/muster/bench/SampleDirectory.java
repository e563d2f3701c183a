package io.muster.bench;

import com.mysql.cj.jdbc.JdbcStatement;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A directory of made-up contacts like those of {@link SampleRows}, written straight into the tables: five embedded values,
 * five lists of uneven size, 0.75 transactions a contact. The same on every machine.
 */
final class SampleDirectory {

    /** The moment that segments are computed for. */
    static final Instant AS_OF = Instant.parse("2026-11-22T06:00:00Z");

    static final int NUMBER = 1;
    static final int LISTS = 5;

    private static final long SEED = 20261122;
    private static final long YEAR = 365L * 86_400_000;
    private static final String[] FIRST = {
        "Anna", "Maria", "Thomas", "Michael", "Laura", "Peter", "Sofia", "Jürgen", "Zoë", "Léa", "Łukasz", "Søren",
        "Иван", "Ольга", "Γιώργος", "Ελένη", "李", "伟", "さくら", "翔太", "민준", "محمد", "فاطمة", "आरव", "Chidi", "Ngọc",
        "José"
    };
    private static final String[] LAST = {
        "Smith", "Müller", "Schmidt", "García", "Rossi", "Nowak", "Jensen", "Dubois", "O'Brien", "Van den Berg",
                "Иванов",
        "Παπαδόπουλος", "王", "佐藤", "김", "حسن", "शर्मा", "Nguyễn", "Yılmaz", "Kovács", "Lindström", "Weiß"
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
        "", "", "called twice", "prefers e-mail", "met at the fair", "Kündigung zurückgenommen", "会员"
    };
    private static final int[] PERCENT_OF_LIST = {60, 20, 10, 3, 1};

    private SampleDirectory() {}

    /** Fills the empty tables of a schema. */
    static void fill(Connection connection, Path folder, long contacts) throws SQLException, IOException {
        Path file = Files.createTempFile(folder, "sample", ".tsv");
        try {
            try (OutputStream out = open(file)) {
                for (long number = 1; number <= contacts; number++) {
                    out.write(contact(number).getBytes(StandardCharsets.UTF_8));
                }
            }

            load(
                    connection,
                    file,
                    "contact (directory_id, number, first_name, last_name, email, phone, ext_ref, language, unsubscribed,"
                            + " embedded, created_at, modified_at, version)");
            try (OutputStream out = open(file)) {
                for (int list = 1; list <= LISTS; list++) {
                    SplittableRandom random = new SplittableRandom(SEED + list);
                    for (long number = 1; number <= contacts; number++) {
                        if (random.nextInt(100) < PERCENT_OF_LIST[list - 1]) {
                            out.write((NUMBER + "\t" + list + "\t" + number + "\t" + (random.nextInt(50) == 0 ? 1 : 0)
                                            + "\t1700000000000\n")
                                    .getBytes(StandardCharsets.UTF_8));
                        }
                    }
                }
            }

            load(connection, file, "list_member (directory_id, list_id, number, unsubscribed, joined_at)");
            try (OutputStream out = open(file)) {
                for (long number = 1; number <= contacts; number++) {
                    out.write(transactions(number).getBytes(StandardCharsets.UTF_8));
                }
            }

            load(
                    connection,
                    file,
                    "contact_transaction (directory_id, number, @k, happened_at, fields, recorded_at)"
                            + " SET transaction_key = UNHEX(@k), source = 'sample',"
                            + " transaction_no = (@place := COALESCE(@place, 0) + 1)");
        } finally {
            Files.delete(file);
        }
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
    }

    private static void load(Connection connection, Path file, String into) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                InputStream in = Files.newInputStream(file)) {
            statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(in);
            int columns = into.indexOf(' ');
            statement.execute("LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + into.substring(0, columns)
                    + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'"
                    + into.substring(columns));
        }
    }

    private static String contact(long number) {
        SplittableRandom random = new SplittableRandom(SEED + number * 0x9E3779B97F4A7C15L);
        int domain = random.nextInt(100);
        long created = AS_OF.toEpochMilli() - random.nextLong(YEAR);
        return NUMBER + "\t" + number + "\t" + skewed(FIRST, random) + "\t" + skewed(LAST, random) + "\tc"
                + Long.toString(number * 7 + 13, 36) + "." + number % 1000 + "@"
                + DOMAINS[domain < 60 ? 0 : domain % DOMAINS.length] + "\t"
                + (random.nextInt(100) < 80 ? "+4930" + (1_000_000 + random.nextInt(8_999_999)) : "\\N") + "\tcrm-"
                + (100_000_000 + number) + "\t" + skewed(LANGUAGES, random) + "\t" + (random.nextInt(100) < 4 ? 1 : 0)
                + "\t{\"city\":\"" + skewed(CITIES, random) + "\",\"lastPurchase\":\"2026-"
                + two(1 + random.nextInt(12)) + "-" + two(1 + random.nextInt(28)) + note(random) + "\",\"plan\":\""
                + skewed(PLANS, random) + "\",\"points\":\""
                + (int) (random.nextDouble() * random.nextDouble() * 20_000)
                + "\"}\t" + created + "\t" + (created + random.nextLong(YEAR / 4)) + "\t1\n";
    }

    private static String note(SplittableRandom random) {
        String note = NOTES[random.nextInt(NOTES.length)];
        return note.isEmpty() ? "" : "\",\"note\":\"" + note;
    }

    private static String transactions(long number) {
        SplittableRandom random = new SplittableRandom(SEED + 1 + number * 0x9E3779B97F4A7C15L);
        StringBuilder lines = new StringBuilder();
        for (int i = Math.max(0, random.nextInt(6) - 2); i > 0; i--) {
            lines.append(NUMBER + "\t" + number + "\t" + "%016x%016x".formatted(number, i) + "\t"
                    + (AS_OF.toEpochMilli() - random.nextLong(YEAR)) + "\t{\"amount\":\"" + random.nextInt(200) + "."
                    + two(random.nextInt(100)) + "\",\"shop\":\"" + skewed(CITIES, random) + "\"}\t1700000000000\n");
        }

        return lines.toString();
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    private static String skewed(String[] values, SplittableRandom random) {
        double x = random.nextDouble();
        return values[(int) (x * x * values.length)];
    }
}
