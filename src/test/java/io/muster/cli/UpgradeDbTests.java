package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.support.StateFolder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An installation as the first released schema (migrations 1 to 7) left it, opened by this version. Its content is in
 * {@code src/test/resources/upgrade}; the README there says what it holds. What was killed in it goes on here, and ends as the
 * version that left it would have ended it.
 */
class UpgradeDbTests {

    /** Where the installation was; every path in its database and job files begins with it. */
    private static final String PLACE = "/srv/muster";

    /** Of each table all that an upgrade must leave as it is. */
    private static final List<String> UNTOUCHED = List.of(
            "contact",
            "embedded_name",
            "claim",
            "claim_shadow",
            "content_claim",
            "contact_alias",
            "mailing_list",
            "list_member",
            "contact_transaction",
            "transaction_claim",
            "touchpoint",
            "touchpoint_claim",
            "contact_merge",
            "contact_merge_image",
            "keep_apart",
            "segment",
            "segment_definition",
            "segment_use",
            "segment_version",
            "segment_block",
            "segment_members",
            "segment_publication",
            "segment_change",
            "run_survey",
            "run_block",
            "run_journal",
            "run_reject",
            "notification");

    private static final String KILLED_JOB_RUN = "RN_Jdpp5SdybwvsoOz";
    private static final String KILLED_RUN = "RN_GBHl7HiXKm6IUGV";
    private static final String STOPPED_RUN = "RN_73J0DIT1WFmuj8r";

    @TempDir
    private Path folder;

    private TestDatabase database;
    private SortedMap<String, List<String>> before;
    private final Map<String, String> columns = new HashMap<>();

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void openTheOldInstallation() throws IOException {
        unpackFiles();
        database = TestDatabase.holding(statements());
        before = rows(JdbcClient.create(new DriverManagerDataSource(database.url())));
        database.migrate();
        System.setProperty("muster.database.url", database.url());
        // Its runs grow older than what is kept by default.
        System.setProperty("muster.history.row-days", "36500");
        System.setProperty("muster.history.days", "36500");
    }

    @AfterEach
    void removeIt() {
        System.clearProperty("muster.database.url");
        System.clearProperty("muster.history.row-days");
        System.clearProperty("muster.history.days");
        database.close();
    }

    @Test
    void keepsEveryRowThatIsNotBookkeeping() {
        SortedMap<String, List<String>> after = rows(database.jdbc());

        assertThat(before.getOrDefault("contact", List.of()).size()).isEqualTo(1_172);
        assertThat(before)
                .allSatisfy(
                        (table, rows) -> assertThat(after.get(table)).as(table).isEqualTo(rows));
    }

    @Test
    void keepsItsIds() {
        assertThat(database.jdbc()
                        .sql("SELECT seed FROM installation")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void givesTransactionsNumbersAndTheSourceThatTheirRunTells() {
        assertThat(database.jdbc().sql("""
                SELECT COUNT(*) > 0 AND COUNT(*) = MAX(t.transaction_no) AND MIN(t.transaction_no) = 1
                  AND MAX(d.next_transaction) = COUNT(*) + 1 AND MAX(d.former_events) = 1
                FROM contact_transaction t
                JOIN directory d ON d.id = t.directory_id
                WHERE d.name = 'Customers'
                """).query(Boolean.class).single()).isTrue();
        assertThat(database.jdbc().sql("""
                SELECT s.source
                FROM event_source s
                JOIN directory d ON d.id = s.directory_id
                WHERE d.name = 'Customers'
                """).query(String.class).list()).containsExactly("manual");
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM touchpoint WHERE source <> 'manual'")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(database.jdbc()
                        .sql("SELECT former_events FROM directory WHERE name = 'Leads'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "directories.json, directories list --json",
        "directory-Customers.json, directories show Customers --json",
        "directory-Leads.json, directories show Leads --json",
        "directory-Old.json, directories show Old --json",
        "lists-Customers.json, lists list --directory Customers --json",
        "duplicates-Customers.json, duplicates list --directory Customers --json",
        "duplicates-Old.json, duplicates list --directory Old --json",
        "segments.json, segments list --directory Customers --json",
        "history-Buyers.json, segments history --directory Customers Buyers --json",
        "history-Gold.json, segments history --directory Customers Gold --json",
        "history-Rest.json, segments history --directory Customers Rest --json"
    })
    void answersAsBefore(String answer, String command) throws IOException {
        Ended ended = muster(command.split(" "));

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertHolds(ended.json(), recorded(answer), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Buyers", "Gold", "Rest"})
    void hasTheSameMembers(String segment) throws IOException {
        assertThat(muster("segments", "members", "--directory", "Customers", segment, "--format", "csv")
                        .out())
                .isEqualTo(resource("answers/members-" + segment + ".csv"));
    }

    @Test
    void listsTheRunsOfBefore() throws IOException {
        Map<String, JsonNode> runs = new TreeMap<>();
        for (JsonNode run : muster("runs", "--json").json()) {
            runs.put(run.get("run").asString(), run);
        }

        for (JsonNode run : recorded("runs.json")) {
            String id = run.get("run").asString();
            assertThat(runs).containsKey(id);
            JsonNode now = Objects.requireNonNull(runs.get(id));
            if (run.get("status").asString().equals("DEAD")) {
                // Rows that were committed after the counts had been noted last are counted as well now.
                assertThat(now.get("created").asInt()).as(id).isPositive();
                ((ObjectNode) run).remove(List.of("created", "updated", "unchanged", "rejected", "skipped"));
            }

            // What a run changed can be undone as well now.
            assertThat(now.get("allowed")).as(id).containsAll(run.get("allowed"));
            ((ObjectNode) run).remove("allowed");
            assertHolds(now, run, id);
        }
    }

    @ParameterizedTest
    @CsvSource({
        KILLED_JOB_RUN + ", 460, 261, 198, 0, 1",
        KILLED_RUN + ", 401, 340, 30, 30, 1",
        STOPPED_RUN + ", 600, 600, 0, 0, 0"
    })
    void resumesAnInterruptedImport(String run, int read, int created, int updated, int unchanged, int rejected) {
        Ended resumed = muster("runs", "resume", run, "--json");

        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertHolds(
                resumed.json(),
                JsonMapper.shared().readTree("""
                    {"run": "%s", "status": "COMPLETED", "read": %d, "created": %d, "updated": %d,
                     "unchanged": %d, "rejected": %d, "skipped": 0}
                    """.formatted(run, read, created, updated, unchanged, rejected)),
                run);
    }

    @Test
    void takesUpTheKilledRunOfAnAutomationAndArchivesItsFile() {
        Ended ended = muster("run", folder.resolve("jobs/nightly.yaml").toString(), "--json");

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.json()).singleElement().satisfies(run -> {
            assertThat(run.get("run").asString()).isEqualTo(KILLED_JOB_RUN);
            assertThat(run.get("status").asString()).isEqualTo("COMPLETED");
        });
        assertThat(folder.resolve("inbox/night2.csv")).doesNotExist();
        assertThat(folder.resolve("inbox/processed/night2.csv")).exists();
    }

    @Test
    void changesNothingWhenAFileIsImportedAgain() {
        assertThat(muster("runs", "resume", KILLED_RUN).exit()).isZero();

        Ended again = muster(
                "import",
                folder.resolve("files/leads-killed.csv").toString(),
                "--directory",
                "Leads",
                "--map",
                "Mail=email",
                "--map",
                "Name=firstName",
                "--json");

        assertThat(again.exit()).as(again.err()).isZero();
        assertHolds(
                again.json(),
                JsonMapper.shared()
                        .readTree(
                                "{\"read\": 401, \"created\": 0, \"updated\": 0, \"unchanged\": 400, \"rejected\": 1}"),
                "counts");
    }

    @Test
    void rebuildsItsSegmentsAlthoughOneRebuildWasKilled() {
        muster("runs", "resume", KILLED_JOB_RUN);
        // Both grow by more than half, which the guard of today would hold back.
        for (String grown : List.of("Gold", "Rest")) {
            Ended updated = muster("segments", "update", grown, "--directory", "Customers", "--guard", "off");
            assertThat(updated.exit()).as(updated.err()).isZero();
        }

        Ended rebuilt = muster("segments", "rebuild", "--directory", "Customers", "--json");

        assertThat(rebuilt.exit()).as(rebuilt.err()).isZero();
        assertHolds(rebuilt.json(), JsonMapper.shared().readTree("""
            {"kind": "full", "status": "completed", "contacts": 498, "segments": [
              {"name": "Buyers", "count": 40, "added": 0, "removed": 0, "state": "published"},
              {"name": "Gold", "count": 165, "added": 93, "removed": 13, "state": "published"},
              {"name": "Rest", "count": 333, "added": 188, "removed": 7, "state": "published"}]}
            """), "rebuild");
        assertThat(muster("segments", "members", "--directory", "Customers", "Gold", "--format", "csv")
                        .out()
                        .lines())
                .hasSize(1 + 165);
    }

    @Test
    void completesAKilledReKeyAndAKilledMerge() {
        Ended rekeyed = muster("directories", "rekey", "Old", "--json");

        assertThat(rekeyed.exit()).as(rekeyed.err()).isZero();
        assertHolds(
                rekeyed.json(),
                JsonMapper.shared()
                        .readTree("{\"rules\": [{\"rule\": [\"email\"], \"state\": \"ACTIVE\", \"duplicates\": 55}]}"),
                "re-key");
        Ended merged = muster("duplicates", "merge", "--directory", "Old", "--json");
        assertThat(merged.exit()).as(merged.err()).isZero();
        assertHolds(
                merged.json(),
                JsonMapper.shared().readTree("{\"counts\": {\"groups\": 55, \"contacts\": 110, \"absorbed\": 55}}"),
                "merge");
        assertThat(muster("contacts", "count", "--directory", "Old").out().strip())
                .isEqualTo("60");
    }

    @Test
    void undoesAMergeOfBefore() {
        Ended undone = muster("duplicates", "undo", "MG_JFxeFvtNKL43Dzk", "--json");

        assertThat(undone.exit()).as(undone.err()).isZero();
        assertHolds(undone.json(), JsonMapper.shared().readTree("""
            {"survivor": "CID_OITMbG4mrQhEoYV", "absorbed": 1, "state": "UNDONE",
             "because": [{"contacts": ["CID_OITMbG4mrQhEoYV", "CID_EuhaVpi8qKGhGrm"]}]}
            """), "undo");
        assertThat(muster("contacts", "get", "CID_EuhaVpi8qKGhGrm", "--json").exit())
                .isZero();
    }

    @Test
    void stillHasItsNotificationsToDeliver() {
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM notification WHERE state = 'WAITING'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
    }

    /** Whether an answer has everything the recorded one has; it may have more. */
    private static void assertHolds(JsonNode actual, JsonNode expected, String where) {
        if (expected.isObject()) {
            expected.propertyStream()
                    .forEach(property -> assertHolds(
                            Objects.requireNonNull(
                                    actual.get(property.getKey()), where + "." + property.getKey() + " is missing"),
                            property.getValue(),
                            where + "." + property.getKey()));
        } else if (expected.isArray()) {
            assertThat(actual.size()).as(where).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertHolds(actual.get(i), expected.get(i), where + "[" + i + "]");
            }
        } else {
            assertThat(actual).as(where).isEqualTo(expected);
        }
    }

    /** The rows of each table, in the columns it had before. */
    private SortedMap<String, List<String>> rows(JdbcClient jdbc) {
        SortedMap<String, List<String>> tables = new TreeMap<>();
        for (String table : UNTOUCHED) {
            String selected = columns.computeIfAbsent(table, name -> String.join(", ", columns(jdbc, name)));
            List<String> rows = new ArrayList<>();
            for (Map<String, Object> row :
                    jdbc.sql("SELECT " + selected + " FROM " + table).query().listOfRows()) {
                rows.add(row.values().stream()
                        .map(value ->
                                value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value))
                        .collect(Collectors.joining(" ")));
            }

            rows.sort(null);
            tables.put(table, rows);
        }

        return tables;
    }

    private static List<String> columns(JdbcClient jdbc, String table) {
        return jdbc.sql("""
            SELECT column_name
            FROM information_schema.columns
            WHERE table_schema = DATABASE() AND table_name = ?
            ORDER BY ordinal_position
            """).param(table).query(String.class).list().stream()
                // The guard of segments has another meaning and name since; segments list shows it.
                .filter(column -> !column.equals("guard_from"))
                .toList();
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static JsonNode recorded(String answer) throws IOException {
        return JsonMapper.shared().readTree(resource("answers/" + answer));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(UpgradeDbTests.class.getResourceAsStream("/upgrade/" + name), name);
    }

    private List<String> statements() throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(open("database.sql.gz")), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(line -> line.replace(PLACE, folder.toString()).replaceFirst(";$", ""))
                    .toList();
        }
    }

    private void unpackFiles() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(open("files.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.write(file, zip.readAllBytes());
                }
            }
        }

        Path job = folder.resolve("jobs/nightly.yaml");
        Files.writeString(job, Files.readString(job).replace(PLACE, folder.toString()));
        Files.setLastModifiedTime(
                folder.resolve("inbox/night2.csv"), FileTime.from(Instant.parse("2026-03-02T02:00:00Z")));
    }
}
