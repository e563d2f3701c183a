package io.muster.sample;

import io.muster.sample.SampleRow.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sample files of two days, always the same ones. What an import has to make of each row is known by construction:
 * the counts in {@code expected.json} owe nothing to the importer.
 *
 * <p>Run {@code main} from the project's folder to write them into {@code sample-data}.
 */
final class SampleData {

    static final Path FOLDER = Path.of("sample-data");
    static final String EXPECTED = "expected.json";

    private static final long SEED = 20_260_301;
    private static final int CUSTOMERS = 4_652;

    private final Random random = new Random(SEED);
    private final People people = new People(random);
    /** Every contact of the directory, as the last good row about it has left it in the shop. */
    private final List<Person> customers = new ArrayList<>();
    /** Those whose row was rejected on the first day. */
    private final List<Person> refused = new ArrayList<>();

    /** The reference of somebody whose rows of both days change something. */
    private String example = "";

    private final List<SampleFile> files;

    SampleData() {
        SampleFile first = new SampleFile("contacts-20260301.csv", firstDay());
        SampleFile second = new SampleFile("contacts-20260302.csv", secondDay());
        this.files = List.of(first, second);
    }

    /** Writes the files. */
    public static void main(String[] args) throws IOException {
        new SampleData().writeTo(FOLDER);
    }

    void writeTo(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : contents().entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    List<SampleFile> files() {
        return files;
    }

    /** What belongs into the folder, by name. */
    Map<String, byte[]> contents() {
        return Stream.concat(
                        files.stream().map(file -> Map.entry(file.name(), file.bytes())),
                        Stream.of(Map.entry(EXPECTED, expected().getBytes(StandardCharsets.UTF_8))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String expected() {
        String counts = files.stream().map(SampleData::expected).collect(Collectors.joining(",\n"));
        return """
                {
                  "example": "%s",
                  "files": [
                %s
                  ]
                }
                """.formatted(example, counts);
    }

    private static String expected(SampleFile file) {
        String rejects = file.rejects().entrySet().stream()
                .map(reject -> "\"" + reject.getKey() + "\": " + reject.getValue())
                .collect(Collectors.joining(", "));
        return """
                    {"file": "%s", "read": %d, "created": %d, "updated": %d, "unchanged": %d, "rejected": %d, "skipped": %d,
                     "rejects": {%s}}\
                """.formatted(
                        file.name(),
                        file.read(),
                        file.count(Outcome.CREATED),
                        file.count(Outcome.UPDATED),
                        file.count(Outcome.UNCHANGED),
                        file.count(Outcome.REJECTED),
                        file.count(Outcome.SKIPPED),
                        rejects);
    }

    private List<SampleRow> firstDay() {
        List<SampleRow> rows = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            Person person = i % 17 == 3 ? people.nextWithEmail().with(Column.REFERENCE, "") : people.next();
            add(rows, i == 41 ? person.with(Column.PHONE, "N/A") : person);
        }

        for (int i = 0; i < 8; i++) {
            // Nothing that a rule asks for: its key is its content.
            add(rows, people.next().with(Column.REFERENCE, "").with(Column.EMAIL, ""));
        }

        sharedMailboxes(rows, 20);
        changes(rows, 60, person -> spending(person).with(Column.PLAN, "premium"));
        changes(rows, 40, person -> person.with(Column.TIER, "platinum"));
        byEmail(rows, 60);
        chooseExample(rows);
        newReferences(rows, 8);
        possibleDuplicates(rows, 5);
        repeated(rows, 45);
        nothingNew(rows, 15);
        mistakes(rows);
        blanks(rows, 5, 4);
        return rows;
    }

    private List<SampleRow> secondDay() {
        List<SampleRow> rows = new ArrayList<>();
        // Customers who left the shop are not in its export any more; they stay in the directory.
        for (int i = 0; i < 25; i++) {
            int place = random.nextInt(customers.size());
            if (!isExample(customers.get(place))) {
                customers.remove(place);
            }
        }

        for (int i = 0; i < customers.size(); i++) {
            Person before = customers.get(i);
            Person now = secondDay(before);
            customers.set(i, now);
            rows.add(SampleRow.of(now, now.equals(before) ? Outcome.UNCHANGED : Outcome.UPDATED));
        }

        // Corrected by the shop over night.
        for (Person corrected : refused.subList(0, 20)) {
            add(rows, corrected);
        }

        for (int i = 0; i < 70; i++) {
            add(rows, people.next());
        }

        liftedOptOuts(rows, 6);
        repeated(rows, 5);
        insert(rows, SampleRow.bad(broken().with(Column.EMAIL, "nobody@localhost"), "EMAIL_INVALID"));
        insert(rows, SampleRow.bad(broken().with(Column.EMAIL, "two@signs@example"), "EMAIL_INVALID"));
        insert(rows, SampleRow.bad(broken().with(Column.PHONE, "call me"), "PHONE_INVALID"));
        insert(rows, SampleRow.bad(broken().with(Column.UNSUBSCRIBED, "perhaps"), "UNSUBSCRIBED_INVALID"));
        insert(rows, SampleRow.bad(broken().cells().subList(0, 6), "RAGGED_ROW"));
        blanks(rows, 1, 1);
        return rows;
    }

    private Person secondDay(Person person) {
        // Those without reference and email have no key but their content: a change would be another contact.
        if (person.get(Column.REFERENCE).isEmpty()) {
            return person;
        }

        if (isExample(person)) {
            return person.with(Column.PLAN, "premium");
        }

        return switch (random.nextInt(100)) {
            case 0, 1 -> spending(person);
            case 2 -> person.with(Column.PLAN, person.get(Column.PLAN).equals("plus") ? "premium" : "plus");
            case 3 -> person.with(Column.RENEWAL, "2027" + people.renewal().substring(4));
            case 4 -> person.get(Column.UNSUBSCRIBED).isEmpty() ? person.with(Column.UNSUBSCRIBED, "true") : person;
            default -> person;
        };
    }

    private boolean isExample(Person person) {
        return person.get(Column.REFERENCE).equals(example);
    }

    private Person spending(Person person) {
        return person.with(Column.SPEND, people.spendOtherThan(person.get(Column.SPEND)));
    }

    /** A new contact at the end. */
    private void add(List<SampleRow> rows, Person person) {
        customers.add(person);
        rows.add(SampleRow.of(person, Outcome.CREATED));
    }

    /** Two people, one address: the names tell them apart. */
    private void sharedMailboxes(List<SampleRow> rows, int count) {
        for (int i = 0; i < count; i++) {
            Person one = people.nextWithEmail();
            Person other = people.next();
            add(rows, one);
            if (!other.get(Column.LAST_NAME).equals(one.get(Column.LAST_NAME))) {
                add(rows, other.with(Column.EMAIL, one.get(Column.EMAIL)));
            }
        }
    }

    /** A later row of the same reference. */
    private void changes(List<SampleRow> rows, int count, UnaryOperator<Person> change) {
        for (int i = 0; i < count; i++) {
            int place = customer(rows, Column.REFERENCE);
            later(rows, place, change.apply(customers.get(place)));
        }
    }

    /** A row without reference, found by email in another case and last name. */
    private void byEmail(List<SampleRow> rows, int count) {
        for (int i = 0; i < count; i++) {
            int place = customer(rows, Column.EMAIL);
            Person person = customers.get(place);
            Person other = spending(person).with(Column.EMAIL, capitalised(person.get(Column.EMAIL)));
            rows.add(SampleRow.of(other.with(Column.REFERENCE, ""), Outcome.UPDATED));
            customers.set(place, other);
        }
    }

    private static String capitalised(String email) {
        return email.substring(0, 1).toUpperCase(Locale.ROOT) + email.substring(1);
    }

    /** Somebody whose name is written in Japanese: a new tier, then an order under another spelling of the address. */
    private void chooseExample(List<SampleRow> rows) {
        int place = customer(rows, Column.EMAIL);
        while (!customers.get(place).get(Column.LANGUAGE).equals("JA")
                || customers.get(place).get(Column.PHONE).isEmpty()
                || !customers.get(place).get(Column.UNSUBSCRIBED).isEmpty()) {
            place = customer(rows, Column.EMAIL);
        }

        later(rows, place, customers.get(place).with(Column.TIER, "gold plus"));
        Person person = customers.get(place);
        Person spelt = spending(person).with(Column.EMAIL, capitalised(person.get(Column.EMAIL)));
        rows.add(SampleRow.of(spelt.with(Column.REFERENCE, ""), Outcome.UPDATED));
        customers.set(place, spelt);
        example = spelt.get(Column.REFERENCE);
    }

    /** The shop gave somebody a new number: email and last name find the contact, which takes the new reference. */
    private void newReferences(List<SampleRow> rows, int count) {
        for (int i = 0; i < count; i++) {
            int place = customer(rows, Column.EMAIL);
            later(rows, place, customers.get(place).with(Column.REFERENCE, people.newReference()));
        }
    }

    /** Somebody whose new address makes the contact look like another one: kept, and reported. */
    private void possibleDuplicates(List<SampleRow> rows, int count) {
        for (int i = 0; i < count; i++) {
            Person owner = people.nextWithEmail();
            Person other = people.next().with(Column.LAST_NAME, owner.get(Column.LAST_NAME));
            add(rows, owner);
            add(rows, other.with(Column.EMAIL, ""));
            later(rows, customers.size() - 1, other.with(Column.EMAIL, owner.get(Column.EMAIL)));
        }
    }

    /** The same row again. */
    private void repeated(List<SampleRow> rows, int count) {
        for (int i = 0; i < count; i++) {
            rows.add(SampleRow.of(customers.get(customer(rows, Column.REFERENCE)), Outcome.UNCHANGED));
        }
    }

    /** Blank cells change nothing. */
    private void nothingNew(List<SampleRow> rows, int count) {
        for (int i = 0; i < count; i++) {
            Person known = customers.get(customer(rows, Column.REFERENCE));
            rows.add(
                    SampleRow.of(Person.NOBODY.with(Column.REFERENCE, known.get(Column.REFERENCE)), Outcome.UNCHANGED));
        }
    }

    /** “false” never lifts an opt-out. */
    private void liftedOptOuts(List<SampleRow> rows, int count) {
        customers.stream()
                .filter(person -> person.get(Column.UNSUBSCRIBED).equals("true"))
                .filter(person -> !person.get(Column.REFERENCE).isEmpty())
                .limit(count)
                .forEach(
                        person -> rows.add(SampleRow.of(person.with(Column.UNSUBSCRIBED, "false"), Outcome.UNCHANGED)));
    }

    private void mistakes(List<SampleRow> rows) {
        for (String email : List.of(
                "no-at.example.com",
                "@example.com",
                "two..dots@example.com",
                "blank inside@example.com",
                "lone@localhost",
                "dash@-example.com",
                "dot.@example.org",
                "quote\"d@example.com",
                "someone@exam ple.com",
                "trailing@example.",
                "<angle@example.com>",
                "comma,here@example.com")) {
            insert(rows, SampleRow.bad(broken().with(Column.EMAIL, email), "EMAIL_INVALID"));
        }

        for (String phone : List.of("unknown", "12", "+49 30 call 23125", "555-SHOP?", "0049+30+23125")) {
            insert(rows, SampleRow.bad(broken().with(Column.PHONE, phone), "PHONE_INVALID"));
        }

        for (String word : List.of("maybe", "2", "ja", "unsubscribed", "x", "TRUE!")) {
            insert(rows, SampleRow.bad(broken().with(Column.UNSUBSCRIBED, word), "UNSUBSCRIBED_INVALID"));
        }

        for (String language : List.of("Deutsch (Hochdeutsch)", "e", "en_US", "中文")) {
            insert(rows, SampleRow.bad(broken().with(Column.LANGUAGE, language), "LANGUAGE_INVALID"));
        }

        insert(rows, SampleRow.bad(broken().with(Column.FIRST_NAME, "Aa".repeat(150)), "TOO_LONG"));
        insert(rows, SampleRow.bad(broken().with(Column.LAST_NAME, "長".repeat(256)), "TOO_LONG"));
        insert(rows, SampleRow.bad(broken().with(Column.REFERENCE, "C-" + "0".repeat(254)), "TOO_LONG"));
        insert(rows, SampleRow.bad(broken().with(Column.NOTE, "on and ".repeat(160)), "TOO_LONG"));
        insert(rows, SampleRow.bad(broken().with(Column.REFERENCE, "C-1\t2"), "TEXT_INVALID"));
        insert(rows, SampleRow.bad(broken().with(Column.CITY, "Bell\u0007e"), "TEXT_INVALID"));
        insert(rows, SampleRow.bad(broken().with(Column.CITY, "Nul\u0000l"), "NUL_CHARACTER"));
        for (String name : List.of("Müller", "Lefèvre", "García", "Gonçalves", "Åström", "Größmann")) {
            Person written = broken().with(Column.FIRST_NAME, "Zoë")
                    .with(Column.LAST_NAME, name)
                    .with(Column.CITY, "Köln")
                    .with(Column.NOTE, "");
            insert(rows, SampleRow.misspelt(written, StandardCharsets.ISO_8859_1));
        }

        for (int i = 0; i < 5; i++) {
            List<String> cells = broken().cells();
            insert(rows, SampleRow.bad(cells.subList(0, 4 + i), "RAGGED_ROW"));
            insert(
                    rows,
                    SampleRow.bad(
                            Stream.concat(cells.stream(), Stream.of("left over"))
                                    .toList(),
                            "RAGGED_ROW"));
        }
    }

    /** Somebody whose row goes wrong; good as made up. */
    private Person broken() {
        Person person = people.nextWithEmail();
        refused.add(person);
        return person;
    }

    private void blanks(List<SampleRow> rows, int blankRows, int blankLines) {
        for (int i = 0; i < blankRows; i++) {
            insert(rows, SampleRow.of(Person.NOBODY, Outcome.SKIPPED));
        }

        for (int i = 0; i < blankLines; i++) {
            insert(rows, SampleRow.blankLine());
        }
    }

    /** The place of a customer who has that and whom no later row of this file has named yet. */
    private int customer(List<SampleRow> rows, Column column) {
        while (true) {
            int place = random.nextInt(customers.size());
            Person person = customers.get(place);
            boolean shared = customers.stream()
                            .filter(other -> other.get(Column.EMAIL).equalsIgnoreCase(person.get(Column.EMAIL)))
                            .count()
                    > 1;
            boolean named = rows.stream().filter(row -> isAbout(row, person)).count() > 1;
            boolean missing =
                    person.get(column).isEmpty() || person.get(Column.REFERENCE).isEmpty();
            if (!missing && !named && (column != Column.EMAIL || !shared)) {
                return place;
            }
        }
    }

    private static boolean isAbout(SampleRow row, Person person) {
        return row.cells().contains(person.get(Column.REFERENCE))
                || (!person.get(Column.EMAIL).isEmpty()
                        && row.cells().stream().anyMatch(cell -> cell.equalsIgnoreCase(person.get(Column.EMAIL))));
    }

    /** A further row about a known customer, at the end. */
    private void later(List<SampleRow> rows, int place, Person now) {
        rows.add(SampleRow.of(now, Outcome.UPDATED));
        customers.set(place, now);
    }

    /** A row about nobody else, anywhere. */
    private void insert(List<SampleRow> rows, SampleRow row) {
        rows.add(random.nextInt(rows.size()), row);
    }
}
