package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.support.PublicId;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster responses …} as an operator sees it. */
class ResponseCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Instant DAY = Instant.parse("2026-11-20T00:00:00Z");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;
    private String pool;
    private String project;
    private String welcome;
    private String goodbye;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }

        String id() {
            return json().get("id").asString();
        }
    }

    @BeforeEach
    void make() {
        System.setProperty(URL, database.url());
        jdbc.sql("DELETE FROM response").update();
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        pool = TestDatabase.IDS.directory(directory.id());
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A-1", "language", "de"));
        edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A-2", "language", "en"));
        project = json("projects", "create", "Shop " + System.nanoTime(), "--directory", pool)
                .id();
        welcome = json("intercepts", "create", "Welcome", "--project", project, "--survey", "SV_1")
                .id();
        goodbye = json("intercepts", "create", "Goodbye", "--project", project).id();
    }

    @AfterEach
    void forget() {
        jdbc.sql("DELETE FROM intercept").update();
        jdbc.sql("DELETE FROM project").update();
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ended json(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--json");
        return muster(all.toArray(String[]::new));
    }

    private static long number(PublicId kind, String id) {
        return database.ids().read(kind, id).orElseThrow();
    }

    private String contact(long number) {
        return TestDatabase.IDS.contact(directory.id(), number);
    }

    /** @param contact 0 for none */
    private void response(String id, String intercept, long contact, Instant at) {
        jdbc.sql(
                        "INSERT INTO response (project_id, response_id, intercept_id, directory_id, number, survey, happened_at,"
                                + " recorded_at, verified, answers, embedded) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)")
                .param(number(PublicId.PROJECT, project))
                .param(id)
                .param(number(PublicId.INTERCEPT, intercept))
                .param(contact == 0 ? null : directory.id())
                .param(contact == 0 ? null : contact)
                .param(intercept.equals(welcome) ? "SV_1" : null)
                .param(at.toEpochMilli())
                .param(contact == 0 ? 0 : 1)
                .param("{\"why\":\"=1+1, \\\"so\\\"\",\"score\":9.50,\"used\":[\"web\",\"app\"],\"again\":true}")
                .param(contact == 0 ? "{}" : "{\"tier\":\"gold\"}")
                .update();
    }

    private List<String> listed(String... options) {
        List<String> all = new ArrayList<>(List.of("responses", "list", "--project", project));
        all.addAll(Arrays.asList(options));
        return ids(json(all.toArray(String[]::new)).json());
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(one -> one.get("id").asString())
                .toList();
    }

    @Test
    void listsResponsesWithAllTheirKeys() {
        response("r1", welcome, 1, DAY);
        response("r2", goodbye, 0, DAY.plusMillis(1));

        Ended listed = json("responses", "list", "--project", project);

        assertThat(listed.json()).hasSize(2);
        assertThat(listed.out()).isEqualToIgnoringWhitespace("""
            [{"id":"r2","intercept":"%s","contact":null,"survey":null,"at":"2026-11-20T00:00:00.001Z","verified":false,
              "answers":{"why":"=1+1, \\"so\\"","score":9.50,"used":["web","app"],"again":true},"embeddedData":{}},
             {"id":"r1","intercept":"%s","contact":"%s","survey":"SV_1","at":"2026-11-20T00:00:00Z","verified":true,
              "answers":{"why":"=1+1, \\"so\\"","score":9.50,"used":["web","app"],"again":true},
              "embeddedData":{"tier":"gold"}}]
            """.formatted(goodbye, welcome, contact(1)));
        assertThat(muster("responses", "list", "--project", project).out())
                .contains("AT", "VERIFIED", "r1", "yes", "no", "score=9.50");
        assertThat(muster("responses", "list", "--project", project, "--to", "2026-01-01")
                        .out())
                .isEqualTo("No response.\n");
    }

    @Test
    void listsThoseOfAnInterceptOrASpanOfTime() {
        response("r1", welcome, 1, DAY);
        response("r2", goodbye, 1, DAY.plusSeconds(3_600));
        response("r3", welcome, 2, DAY.plusSeconds(7_200));

        assertThat(listed()).containsExactly("r3", "r2", "r1");
        assertThat(listed("--intercept", welcome)).containsExactly("r3", "r1");
        assertThat(listed("--from", "2026-11-20T01:00")).containsExactly("r3", "r2");
        assertThat(listed("--to", "2026-11-20T01:00Z")).containsExactly("r1");
        assertThat(listed("--from", "2026-11-20T02:00+01:00", "--to", "2026-11-20T02:00", "--intercept", goodbye))
                .containsExactly("r2");
    }

    @Test
    void listsThoseOfTheMembersOfASegment() throws IOException {
        Path condition = Files.writeString(folder.resolve("german.yaml"), "field: language\nis: de\n");
        String german = json("segments", "create", "German", "--directory", pool, "--file", condition.toString())
                .id();
        for (int i = 0; i < 5; i++) {
            response("de" + i, welcome, 1, DAY.plusSeconds(i));
            response("en" + i, welcome, 2, DAY.plusSeconds(i));
            response("none" + i, welcome, 0, DAY.plusSeconds(i));
        }

        Ended before = muster("responses", "list", "--project", project, "--segment", german);
        assertThat(before.exit()).isEqualTo(1);
        assertThat(before.err())
                .contains("Cannot use the members of the segment", "it was never rebuilt. Rebuild it first.");
        assertThat(muster("segments", "rebuild", "--directory", pool, "--json").exit())
                .isZero();

        assertThat(listed("--segment", german)).containsExactly("de4", "de3", "de2", "de1", "de0");
        assertThat(listed("--segment", german, "--most", "2")).containsExactly("de4", "de3");
        assertThat(listed("--segment", german, "--most", "2", "--after", "de3")).containsExactly("de2", "de1");
        Ended exported = muster("responses", "export", "--project", project, "--segment", german);
        assertThat(exported.out().lines().skip(1)).hasSize(5).allMatch(line -> line.startsWith("de"));
    }

    @Test
    void pagesGoOnAfterTheLastResponse() {
        for (int i = 0; i < 7; i++) {
            // Some are of one moment.
            response("r" + i, welcome, 1, DAY.plusSeconds(i / 3));
        }

        Ended first = json("responses", "list", "--project", project, "--most", "3");
        assertThat(ids(first.json())).containsExactly("r6", "r5", "r4");
        assertThat(first.err()).contains("Stopped at 3; go on with --after r4.");
        assertThat(listed("--most", "3", "--after", "r4")).containsExactly("r3", "r2", "r1");
        Ended last = json("responses", "list", "--project", project, "--most", "3", "--after", "r1");
        assertThat(ids(last.json())).containsExactly("r0");
        assertThat(last.err()).isEmpty();
        Ended nowhere = muster("responses", "list", "--project", project, "--after", "r99");
        assertThat(nowhere.exit()).isEqualTo(2);
        assertThat(nowhere.err()).contains("Cannot go on after 'r99': the project has no response of that id.");
    }

    @Test
    void exportsThemExactly() throws IOException {
        response("r1", welcome, 1, DAY.plusSeconds(1));
        response("r2", goodbye, 0, DAY);

        assertThat(muster("responses", "export", "--project", project).out()).isEqualTo("""
            id,intercept,contact,survey,at,verified,answers,embeddedData
            r2,%1$s,,,2026-11-20T00:00:00.000Z,false,%4$s,{}
            r1,%2$s,%3$s,SV_1,2026-11-20T00:00:01.000Z,true,%4$s,"{""tier"":""gold""}"
            """.formatted(
                        goodbye,
                        welcome,
                        contact(1),
                        "\"{\"\"why\"\":\"\"=1+1, \\\"\"so\\\"\"\"\",\"\"score\"\":9.50,\"\"used\"\":[\"\"web\"\",\"\"app\"\"],\"\"again\"\":true}\"")
                .replace("\n", "\r\n"));
        Path file = folder.resolve("responses.jsonl");
        Ended written = muster(
                "responses",
                "export",
                "--project",
                project,
                "--intercept",
                welcome,
                "--format",
                "jsonl",
                "--output",
                file.toString());
        assertThat(written.err()).contains("Wrote 1 responses to " + file);
        assertThat(file)
                .content()
                .isEqualTo("{\"id\":\"r1\",\"intercept\":\"%s\",\"contact\":\"%s\",\"survey\":\"SV_1\","
                                .formatted(welcome, contact(1))
                        + "\"at\":\"2026-11-20T00:00:01.000Z\",\"verified\":true,"
                        + "\"answers\":{\"why\":\"=1+1, \\\"so\\\"\",\"score\":9.50,\"used\":[\"web\",\"app\"],\"again\":true},"
                        + "\"embeddedData\":{\"tier\":\"gold\"}}\n");
    }

    @Test
    void deletesThoseOfASpanOfTimeThatAreNotVerified() {
        response("early", welcome, 0, DAY);
        response("forged1", welcome, 0, DAY.plusSeconds(3_600));
        response("forged2", goodbye, 0, DAY.plusSeconds(3_601));
        response("genuine", welcome, 1, DAY.plusSeconds(3_602));
        response("late", welcome, 0, DAY.plusSeconds(7_200));
        String[] span = {"--project", project, "--from", "2026-11-20T01:00", "--to", "2026-11-20T02:00"};

        assertThat(json(with(span, "responses", "delete", "--preview")).out())
                .isEqualTo("{\"wouldDelete\":{\"responses\":2}}\n");
        assertThat(muster(with(span, "responses", "delete", "--preview", "--all"))
                        .out())
                .isEqualTo("Would delete 3 responses.\n");
        assertThat(listed()).hasSize(5);
        assertThat(json(with(span, "responses", "delete", "--yes", "--intercept", goodbye))
                        .out())
                .isEqualTo("{\"deleted\":{\"responses\":1}}\n");
        assertThat(muster(with(span, "responses", "delete", "--yes")).out())
                .isEqualTo("Deleted 1 responses that are not verified.\n");
        assertThat(listed()).containsExactly("late", "genuine", "early");
        assertThat(json(with(span, "responses", "delete", "--yes", "--all")).out())
                .isEqualTo("{\"deleted\":{\"responses\":1}}\n");
        assertThat(listed()).containsExactly("late", "early");
        JsonNode audit = json("audit", "--action", "response.delete", "--subject", project)
                .json()
                .get("lines");
        assertThat(audit).hasSize(3);
        assertThat(audit.get(2).get("detail").toString())
                .isEqualTo("{\"from\":\"2026-11-20T01:00:00Z\",\"to\":\"2026-11-20T02:00:00Z\",\"intercept\":\"%s\"}"
                        .formatted(goodbye));
        Ended empty = muster("responses", "delete", "--project", project, "--from", "2026-11-21", "--to", "2026-11-20");
        assertThat(empty.exit()).isEqualTo(2);
        assertThat(empty.err()).contains("Cannot delete what came in that time: it ends before it begins");
    }

    private static String[] with(String[] options, String... command) {
        List<String> all = new ArrayList<>(Arrays.asList(command));
        all.addAll(Arrays.asList(options));
        return all.toArray(String[]::new);
    }

    @Test
    void thoseOfADeletedProjectAreListedByItsId() {
        response("r1", welcome, 1, DAY);
        assertThat(muster("intercepts", "delete", welcome, "--yes").exit()).isZero();
        assertThat(listed("--intercept", welcome)).containsExactly("r1");

        assertThat(muster("projects", "delete", project, "--yes").exit()).isZero();

        assertThat(listed()).containsExactly("r1");
        assertThat(muster("responses", "list", "--project", "Nowhere").err())
                .contains("Cannot use the project 'Nowhere'");
    }

    @Test
    void whatIsAskedForWronglyIsRefused() {
        assertThat(muster("responses", "list").exit()).isEqualTo(2);
        Ended time = muster("responses", "list", "--project", project, "--from", "yesterday");
        assertThat(time.exit()).isEqualTo(2);
        assertThat(time.err()).contains("Cannot use --from 'yesterday': that is no date or time.");
        assertThat(muster("responses", "list", "--project", project, "--segment", "SG_none")
                        .exit())
                .isEqualTo(2);
        assertThat(muster("responses", "list", "--project", project, "--intercept", "SI_none")
                        .exit())
                .isEqualTo(2);
        assertThat(muster("responses", "list", "--help").out()).contains("--segment", "--from", "Examples:");
    }

    @Test
    void responsesAreOnTheTimelineAndGoWithTheContact() {
        response("r1", welcome, 1, DAY);
        response("r2", welcome, 1, DAY.plusSeconds(1));
        response("r3", welcome, 2, DAY);

        JsonNode shown = json("contacts", "show", contact(1), "--most", "1").json();
        assertThat(shown.at("/timeline/0/type").asString()).isEqualTo("response");
        assertThat(shown.at("/timeline/0/detail/id").asString()).isEqualTo("r2");
        JsonNode next = json(
                        "contacts",
                        "show",
                        contact(1),
                        "--after",
                        shown.get("next").asString())
                .json();
        assertThat(next.get("timeline")).hasSize(1);
        assertThat(next.at("/timeline/0/detail/id").asString()).isEqualTo("r1");
        assertThat(muster("contacts", "show", contact(1)).out()).contains("response", "id=r2");

        JsonNode preview = json("contacts", "delete", contact(1), "--preview").json();
        assertThat(preview.at("/wouldDelete/0/responses").asInt()).isEqualTo(2);
        assertThat(muster("contacts", "delete", contact(1), "--yes").exit()).isZero();
        assertThat(listed()).containsExactly("r3");
    }
}
