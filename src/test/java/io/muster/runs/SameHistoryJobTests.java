package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.IncomingContact;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.resolve.DirectoryViews;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.OptOut;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * One history of records, applied as one file, as files of random cuts, and one by one as edits, gives the same contacts
 * (numbers and times apart), lists, aliases, claims and shadows. A history has merges in it; files are cut there as
 * well. {@code -Dmuster.rounds=N} tries more histories; the round is the seed.
 */
class SameHistoryJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    /** The rule of the email comes last everywhere, so that no record is unrecognisable: content keys are a file's own. */
    private static final List<List<String>> RULES = List.of(
            List.of("extRef", "email"),
            List.of("email,lastName", "extRef", "email"),
            List.of("extRef:folded", "embedded.plan", "email"),
            List.of("firstName:exact,lastName", "extRef", "email"),
            List.of("embedded.plan", "email"));

    private static final Map<ContactField, List<String>> FIELDS = fields();
    private static final Map<ContactField, String> HEADERS = Map.of(
            ContactField.FIRST_NAME, "FirstName",
            ContactField.LAST_NAME, "LastName",
            ContactField.EMAIL, "Email",
            ContactField.EXT_REF, "ExternalDataReference",
            ContactField.LANGUAGE, "Language");
    private static final Map<String, List<String>> DATA =
            Map.of("plan", List.of("gold", "Gold", "silver"), "city", List.of("Rome", "N/A"));

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();

    /** One record: values by field and name, blank ones too; what it says of the opt-out. */
    private record Given(Map<ContactField, String> fields, Map<String, String> data, String unsubscribed) {

        String line(List<ContactField> columns) {
            List<String> cells = new ArrayList<>();
            columns.forEach(field -> cells.add(fields.getOrDefault(field, "")));
            DATA.keySet().stream().sorted().forEach(name -> cells.add(data.getOrDefault(name, "")));
            cells.add(unsubscribed);
            return String.join(",", cells);
        }
    }

    private static Map<ContactField, List<String>> fields() {
        Map<ContactField, List<String>> values = new LinkedHashMap<>();
        values.put(ContactField.FIRST_NAME, List.of("Ada", "ada", "Bo"));
        values.put(ContactField.LAST_NAME, List.of("Ray", "RAY", "Sol", "unknown"));
        values.put(ContactField.EMAIL, List.of("a@x.org", "A@X.ORG", "b@x.org", "c@x.org", "d@x.org"));
        values.put(ContactField.EXT_REF, List.of("R1", "r1", "R2", "R3", "R4"));
        values.put(ContactField.LANGUAGE, List.of("EN", "DE"));
        return values;
    }

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    static LongStream rounds() {
        return LongStream.rangeClosed(1, Long.getLong("muster.rounds", 16));
    }

    /** A directory that one of the ways writes. */
    private final class Way {

        private final DirectoryFixture directory;
        private final int list;
        private final boolean hasList;
        private final ContactEdits edits;
        private final Duplicates duplicates;

        Way(List<String> rules, String settings, boolean hasList) {
            directory = DirectoryFixture.create(jdbc, rules.toArray(String[]::new));
            directory.settings(settings);
            list = directory.addList("Members");
            this.hasList = hasList;
            MovableClock clock = new MovableClock();
            edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
            duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        }

        void load(List<Given> records, List<ContactField> columns, boolean falseLifts, ImportTuning pace) {
            StringBuilder text = new StringBuilder();
            columns.forEach(field -> text.append(HEADERS.get(field)).append(','));
            DATA.keySet().stream().sorted().forEach(name -> text.append(name).append(','));
            text.append("Unsubscribed\n");
            records.forEach(record -> text.append(record.line(columns)).append('\n'));
            ImportSpec spec = ImportFixture.spec(
                    directory.id(),
                    told -> told.list(hasList ? new ListTarget.Existing("Members") : new ListTarget.None())
                            .optOut(falseLifts ? ImportSpec.OptOut.FALSE_LIFTS : ImportSpec.OptOut.NEVER_LIFT));
            Run run = imports.load(imports.file(text.toString()), spec, pace);
            assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        }

        void edit(Given record, boolean falseLifts) {
            OptOut optOut = record.unsubscribed().equals("true")
                    ? OptOut.OUT
                    : record.unsubscribed().equals("no") && falseLifts ? OptOut.LIFTED : OptOut.UNSAID;
            EditResult result = edits.upsert(
                    directory.id(),
                    new IncomingContact(record.fields(), record.data(), hasList ? OptOut.UNSAID : optOut));
            long number = switch (result) {
                case EditResult.Created created -> created.number();
                case EditResult.Updated updated -> updated.number();
                case EditResult.Unchanged unchanged -> unchanged.number();
                default -> 0;
            };
            if (hasList && number != 0) {
                edits.join(directory.id(), number, list, Map.of(), optOut);
            }
        }

        /** Merges everything; times are made equal beforehand, as the newest value would win. */
        void merge() {
            jdbc.sql("UPDATE contact SET modified_at = 0 WHERE directory_id = ?")
                    .param(directory.id())
                    .update();
            MergeRun merging = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
            while (!merging.mergeNext(10).isEmpty()) {
                // The next groups.
            }
        }

        /** Everything the directory holds, contacts by their age instead of their numbers. */
        SortedMap<String, List<String>> state() {
            Map<Long, Integer> ages = new HashMap<>();
            directory.numbers().forEach(number -> ages.put(number, ages.size() + 1));
            SortedMap<String, List<String>> state = new TreeMap<>();
            state.put(
                    "contacts",
                    rows(
                            ages,
                            "SELECT number, first_name, last_name, email, phone, ext_ref, language, unsubscribed,"
                                    + " embedded FROM contact"));
            state.put("lists", rows(ages, "SELECT number, unsubscribed, embedded FROM list_member"));
            state.put("aliases", rows(ages, "SELECT number, ext_ref FROM contact_alias"));
            state.put("claims", rows(ages, "SELECT number, rule_id, key_hash FROM claim"));
            state.put("shadows", rows(ages, "SELECT number, rule_id, key_hash FROM claim_shadow"));
            return state;
        }

        private List<String> rows(Map<Long, Integer> ages, String sql) {
            List<String> rows = new ArrayList<>();
            for (Map<String, Object> row : jdbc.sql(sql + " WHERE directory_id = ?")
                    .param(directory.id())
                    .query()
                    .listOfRows()) {
                StringBuilder text = new StringBuilder();
                row.forEach((column, value) -> text.append(
                                value instanceof Long number && column.equals("number")
                                        ? "contact " + ages.get(number)
                                        : value instanceof byte[] bytes
                                                ? HexFormat.of().formatHex(bytes)
                                                : value)
                        .append(' '));
                rows.add(text.toString());
            }

            rows.sort(null);
            return rows;
        }
    }

    private static ImportTuning pace(Random random) {
        return new ImportTuning(
                random.nextBoolean() ? 1 : 4,
                1 + random.nextInt(5),
                1 + random.nextInt(7),
                KeyMemory.DEFAULT_BYTES,
                random.nextBoolean() ? 1 : DirectoryViews.LEAST_ROWS,
                null);
    }

    private static List<Given> history(Random random) {
        List<Given> history = new ArrayList<>();
        int count = 5 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
            FIELDS.forEach((field, values) ->
                    fields.put(field, field == ContactField.EMAIL || random.nextInt(3) > 0 ? any(random, values) : ""));
            Map<String, String> data = new HashMap<>();
            DATA.forEach((name, values) -> data.put(name, random.nextBoolean() ? any(random, values) : ""));
            history.add(new Given(fields, data, any(random, List.of("", "", "true", "no"))));
        }

        return history;
    }

    private static <T> T any(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void oneHistoryHasOneResultOnEveryWay(long seed) {
        Random random = new Random(seed * 7_919);
        List<String> rules = RULES.get((int) (seed % RULES.size()));
        Map<String, FieldPolicy> policies = new HashMap<>();
        if (random.nextBoolean()) {
            for (String target : List.of("firstName", "lastName", "extRef", "embedded.plan", "embedded.city")) {
                policies.put(target, any(random, List.of(FieldPolicy.values())));
            }
        }

        String settings = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "policies",
                        policies,
                        "nullTokens",
                        List.of("n/a"),
                        "placeholders",
                        random.nextBoolean() ? List.of("unknown") : List.of(),
                        "protectReference",
                        random.nextInt(3) == 0));
        boolean hasList = random.nextBoolean();
        boolean falseLifts = random.nextBoolean();
        Way oneFile = new Way(rules, settings, hasList);
        Way cuts = new Way(rules, settings, hasList);
        Way single = new Way(rules, settings, hasList);
        StringBuilder story = new StringBuilder("rules " + rules + ", settings " + settings);
        for (int part = 0; part < 3; part++) {
            List<Given> history = history(random);
            List<ContactField> columns = List.copyOf(FIELDS.keySet());
            history.forEach(record -> story.append('\n').append(record.line(columns)));
            oneFile.load(history, columns, falseLifts, pace(random));
            for (int from = 0; from < history.size(); ) {
                int to = Math.min(history.size(), from + 1 + random.nextInt(history.size()));
                cuts.load(history.subList(from, to), columns, falseLifts, pace(random));
                from = to;
            }

            history.forEach(record -> single.edit(record, falseLifts));
            compare(oneFile, cuts, single, story);
            if (random.nextBoolean()) {
                story.append("\nmerge");
                List.of(oneFile, cuts, single).forEach(Way::merge);
                compare(oneFile, cuts, single, story);
            }
        }
    }

    private void compare(Way oneFile, Way cuts, Way single, StringBuilder story) {
        SortedMap<String, List<String>> expected = oneFile.state();
        assertThat(expected.get("contacts")).isNotEmpty();
        assertThat(cuts.state()).as("cut in files, against one file%n%s", story).isEqualTo(expected);
        assertThat(single.state()).as("one by one, against one file%n%s", story).isEqualTo(expected);
        for (Way way : List.of(oneFile, cuts, single)) {
            assertThat(new IdentityInvariant(jdbc).violations(way.directory.id()))
                    .as("invariant after%n%s", story)
                    .isEmpty();
        }
    }
}
