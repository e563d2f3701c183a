package io.muster.dedup.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.rules.Change;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.Policies;
import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Both views of a directory answer alike, on random directories and rows. */
class StreamedViewDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<@Nullable String> TEXTS = new ArrayList<>();

    static {
        TEXTS.addAll(List.of("a", "A", "é", "李", "𝒜b", "x".repeat(250), "O'Neil\t\\"));
        TEXTS.add(null);
        TEXTS.add(null);
    }

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();

    @RepeatedTest(12)
    void answersAsLookupsDo(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
        int list = directory.addList("List");
        fill(directory, list, random);
        List<IdentityRule> rules = List.of(rule(1, "extRef"), rule(2, "email", "lastName"));
        KeyMaker keys = new KeyMaker(rules, name -> name, List.of());
        // No memory, so that everything is in files.
        try (StreamedView streamed = new StreamedView(reader(directory, list), keys, true, new KeyMemory(folder, 0));
                LookupView comparing = new LookupView(reader(directory, list), keys, true, true);
                LookupView lookups = new LookupView(reader(directory, list), keys, true, false)) {
            for (int block = 0; block < 4; block++) {
                List<IncomingRow> rows = rows(random, keys);
                List<IdentityKey> content = contentKeys(keys, block);
                lookups.prepare(rows, content);
                for (DirectoryView view : List.of(streamed, comparing)) {
                    view.prepare(rows, content);
                    content.forEach(key -> compare(key, view, lookups));
                    for (IncomingRow row : rows) {
                        row.keys().forEach(key -> compare(key, view, lookups));
                    }
                }

                for (long number = 1; number <= 80; number++) {
                    SurveyedContact contact = lookups.contact(number);
                    assertThat(streamed.contact(number)).isEqualTo(contact);
                    assertThat(comparing.contact(number)).isEqualTo(contact);
                    for (IncomingRow row : rows) {
                        boolean isAsStored = streamed.isAsStored(number, row.values());
                        if (contact != null && isAsStored) {
                            assertThat(isUnchanged(contact, row, keys, random)).isTrue();
                        }

                        assertThat(isAsStored || !comparing.isAsStored(number, row.values()))
                                .as("lookups know no more")
                                .isTrue();
                        assertThat(lookups.isAsStored(number, row.values())).isFalse();
                    }
                }
            }
        }
    }

    @Test
    void nothingIsAsStoredWhereTheListIsStillToBeMade() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids())
                .create(directory.id(), DirectoryFixture.record("extRef", "a"));
        KeyMaker keys = new KeyMaker(List.of(rule(1, "extRef")), name -> name, List.of());
        IncomingRow.Values values = saying(Map.of(ContactField.EXT_REF, "a"), Map.of());

        try (DirectoryView joining = view(directory, OptionalInt.of(0), keys);
                DirectoryView without = view(directory, OptionalInt.empty(), keys)) {
            assertThat(joining.isAsStored(1, values)).isFalse();
            assertThat(without.isAsStored(1, values)).isTrue();
        }
    }

    private DirectoryView view(DirectoryFixture directory, OptionalInt list, KeyMaker keys) {
        return new DirectoryViews(database.dataSource())
                .open(directory.id(), list, keys, 1_000_000, 1_000, new KeyMemory(folder, 1 << 20));
    }

    @Test
    void aRowThatSaysExactlyWhatIsStoredIsRecognisedAndNoOther() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        List<Map<String, String>> stored = List.of(
                Map.of("extRef", "1", "firstName", "Zoë 😀", "embedded.p", "é 小"),
                Map.of("extRef", "2", "firstName", "a\tb", "lastName", "c"),
                Map.of("extRef", "3", "firstName", "a", "lastName", "b\tc"),
                Map.of("extRef", "4", "firstName", "\\N"),
                Map.of("extRef", "5", "firstName", "NULL", "embedded.p", "a\"b"),
                Map.of("extRef", "6"));
        stored.forEach(values -> edits.create(
                directory.id(),
                DirectoryFixture.record(values.entrySet().stream()
                        .flatMap(value -> Stream.of(value.getKey(), value.getValue()))
                        .toArray(String[]::new))));
        KeyMaker keys = new KeyMaker(List.of(rule(1, "extRef")), name -> name, List.of());

        try (DirectoryView view = view(directory, OptionalInt.empty(), keys)) {
            Set<String> found = new TreeSet<>();
            for (int contact = 1; contact <= stored.size(); contact++) {
                for (int row = 1; row <= stored.size(); row++) {
                    Map<String, String> says = new HashMap<>(stored.get(row - 1));
                    // The reference tells no two of them apart.
                    says.put("extRef", Integer.toString(contact));
                    if (view.isAsStored(contact, saying(says))) {
                        found.add(contact + " as row " + row);
                    }
                }
            }

            assertThat(found)
                    .containsExactly(
                            "1 as row 1", "2 as row 2", "3 as row 3", "4 as row 4", "5 as row 5", "6 as row 6");
            assertThat(view.isAsStored(1, saying(Map.of("extRef", "1", "firstName", "Zoë 😀"))))
                    .isFalse();
        }
    }

    @Test
    void lookupsOfALargeFileRecogniseRowsThatSayWhatIsStored() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        int list = directory.addList("List");
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        for (String ref : List.of("1", "2", "3")) {
            edits.create(directory.id(), DirectoryFixture.record("extRef", ref, "firstName", "Zoë", "embedded.p", "é"));
        }

        jdbc.sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, joined_at)"
                        + " VALUES (?, ?, 1, 0, 0), (?, ?, 2, 0, 0)")
                .params(directory.id(), list, directory.id(), list)
                .update();
        KeyMaker keys = new KeyMaker(List.of(rule(1, "extRef")), name -> name, List.of());
        List<IncomingRow> rows = List.of(
                row(1, Map.of("extRef", "1", "firstName", "Zoë", "embedded.p", "é"), keys),
                row(2, Map.of("extRef", "2", "firstName", "Zoe", "embedded.p", "é"), keys),
                row(3, Map.of("extRef", "3", "firstName", "Zoë", "embedded.p", "é"), keys));

        try (LookupView view = new LookupView(reader(directory, list), keys, true, true)) {
            view.prepare(rows, List.of());

            assertThat(view.isAsStored(1, rows.get(0).values())).isTrue();
            assertThat(view.isAsStored(2, rows.get(0).values())).isFalse();
            assertThat(view.isAsStored(2, rows.get(1).values())).isFalse();
            assertThat(view.isAsStored(3, rows.get(2).values()))
                    .as("not a member yet")
                    .isFalse();
        }
    }

    @Test
    void lookupsStopComparingWhereMostRowsSaySomethingElse() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        int list = directory.addList("List");
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        List<IncomingRow> rows = new ArrayList<>();
        KeyMaker keys = new KeyMaker(List.of(rule(1, "extRef")), name -> name, List.of());
        for (int row = 1; row <= 10; row++) {
            edits.create(directory.id(), DirectoryFixture.record("extRef", "" + row, "firstName", "Zoë"));
            rows.add(row(row, Map.of("extRef", "" + row, "firstName", "Eve"), keys));
        }

        try (LookupView view = new LookupView(reader(directory, list), keys, true, true)) {
            long atFirst = selects(() -> view.prepare(rows, List.of()));
            long later = selects(() -> view.prepare(rows, List.of()));

            assertThat(atFirst - later).as("digests and members").isEqualTo(2);
        }
    }

    private long selects(Runnable action) {
        long before = selects();
        action.run();
        return selects() - before;
    }

    private long selects() {
        return jdbc.sql("SHOW GLOBAL STATUS LIKE 'Com_select'")
                .query((row, number) -> row.getLong(2))
                .single();
    }

    private static IncomingRow row(int number, Map<String, String> says, KeyMaker keys) {
        IncomingRow.Values values = saying(says);
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        values.said().fields().forEach(fields::put);
        return new IncomingRow(
                number, number, List.of(), new IncomingRow.RowVerdict.Good(), values, keys(keys, fields));
    }

    private static IncomingRow.Values saying(Map<String, String> values) {
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        Map<String, String> embedded = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith("embedded.")) {
                embedded.put(name.substring(9), value);
            } else {
                fields.put(ContactField.byKey(name).orElseThrow(), value);
            }
        });
        return saying(fields, embedded);
    }

    private static IncomingRow.Values saying(Map<ContactField, String> fields, Map<String, String> embedded) {
        return new IncomingRow.Values(
                new Profile(fields, embedded, false), IncomingRow.Blank.NOTHING, OptOut.UNSAID, new TreeMap<>(), null);
    }

    @Test
    void digestsAreKeptByNumberInMemoryAndInFiles() {
        KeyMemory memory = new KeyMemory(folder, 1 << 20);
        try (DigestTable digests = new DigestTable(memory)) {
            for (int number = 1; number <= 40_000; number++) {
                digests.put(number * 7L, number, -number, Digests.THERE);
            }

            digests.flag(21, Digests.MEMBER);

            assertThat(memory.hasSpilled()).isTrue();
            for (int number = 1; number <= 40_000; number++) {
                assertThat(digests.has(number * 7L, number, -number)).isTrue();
                assertThat(digests.has(number * 7L, number, number)).isFalse();
            }

            assertThat(digests.flags(21)).isEqualTo(Digests.THERE | Digests.MEMBER);
            assertThat(digests.flags(1)).isZero();
            assertThat(digests.flags(1L << 33)).isZero();
        }
    }

    /** In every other block so many that their claims are streamed. */
    private static List<IdentityKey> contentKeys(KeyMaker keys, int block) {
        List<IdentityKey> made = new ArrayList<>();
        for (int occurrence = 1; occurrence <= (block % 2 == 1 ? 20 : 2); occurrence++) {
            made.add(keys.contentKey(List.of("a"), occurrence));
        }

        return made;
    }

    private static void compare(@Nullable IdentityKey key, DirectoryView view, LookupView lookups) {
        if (key != null) {
            assertThat(view.owner(key)).isEqualTo(lookups.owner(key));
            assertThat(view.shadows(key)).isEqualTo(lookups.shadows(key));
        }
    }

    private static boolean isUnchanged(SurveyedContact contact, IncomingRow row, KeyMaker keys, Random random) {
        Map<String, FieldPolicy> policies = new HashMap<>();
        for (String target : List.of("firstName", "lastName", "email", "extRef", "phone", "language", "embedded.p")) {
            policies.put(target, any(List.of(FieldPolicy.values()), random));
        }

        Profile stored = contact.stored().profile();
        Profile after =
                new Change(new Policies(policies, Map.of()), keys).updated(stored, List.of(), row, OptOut.UNSAID);
        IncomingRow.Values values = row.values();
        return stored.equals(after)
                && Change.joined(contact.membership(), values.listEmbedded(), values.optOut(), 0)
                        .equals(contact.membership());
    }

    private SnapshotReader reader(DirectoryFixture directory, int list) {
        return new SnapshotReader(database.dataSource(), directory.id(), list);
    }

    private void fill(DirectoryFixture directory, int list, Random random) {
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        for (int i = 0; i < 70; i++) {
            List<String> pairs = new ArrayList<>();
            for (String field : List.of("firstName", "lastName", "email", "extRef", "embedded.p")) {
                String text = text(random);
                if (text != null) {
                    pairs.addAll(List.of(field, field.equals("extRef") ? text + random.nextInt(30) : text));
                }
            }

            edits.create(directory.id(), DirectoryFixture.record(pairs.toArray(String[]::new)));
        }

        edits.delete(directory.id(), 5);
        for (long number : directory.numbers()) {
            if (random.nextInt(3) > 0) {
                jdbc.sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?)")
                        .params(
                                directory.id(),
                                list,
                                number,
                                random.nextInt(2),
                                "{\"q\":\"" + random.nextInt(3) + "\"}",
                                number)
                        .update();
            }
        }
    }

    private static List<IncomingRow> rows(Random random, KeyMaker keys) {
        List<IncomingRow> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
            EnumSet<ContactField> blank = EnumSet.noneOf(ContactField.class);
            for (ContactField field : ContactField.values()) {
                boolean unused = field == ContactField.PHONE || field == ContactField.LANGUAGE;
                String text = unused ? null : text(random);
                if (text == null) {
                    blank.add(field);
                } else {
                    fields.put(field, field == ContactField.EXT_REF ? text + random.nextInt(30) : text);
                }
            }

            SortedMap<String, String> embedded = new TreeMap<>();
            String text = text(random);
            if (text != null) {
                embedded.put("p", text);
            }

            IncomingRow.Values values = new IncomingRow.Values(
                    new Profile(fields, embedded, false),
                    new IncomingRow.Blank(blank, text == null ? Set.of("p") : Set.of()),
                    any(List.of(OptOut.values()), random),
                    new TreeMap<>(),
                    null);
            rows.add(new IncomingRow(
                    i + 1, i + 2, List.of(), new IncomingRow.RowVerdict.Good(), values, keys(keys, fields)));
        }

        return rows;
    }

    private static List<@Nullable IdentityKey> keys(KeyMaker keys, Map<ContactField, String> fields) {
        FieldValues asked = new FieldValues() {
            @Override
            public @Nullable String field(ContactField field) {
                return fields.get(field);
            }

            @Override
            public @Nullable String embedded(String name) {
                return null;
            }
        };
        List<@Nullable IdentityKey> made = new ArrayList<>();
        for (int place = 0; place < keys.size(); place++) {
            made.add(keys.key(place, asked));
        }

        return made;
    }

    private static IdentityRule rule(int id, String... fields) {
        return new IdentityRule(id, List.of(fields), IdentityRule.State.ACTIVE);
    }

    private static <T> T any(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private static @Nullable String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
