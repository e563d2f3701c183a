package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.RunningConfiguration;
import io.muster.automation.events.EventIntake;
import io.muster.automation.events.EventWorker;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Automations;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sent files and JSON events on the command line. */
class InboundCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String URL = "muster.database.url";
    private static final String JOBS = "muster.jobs";

    @TempDir
    private static Path home;

    private static String job;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeAll
    static void open() throws IOException {
        System.setProperty(URL, database.url());
        System.setProperty(JOBS, Files.createDirectories(home.resolve("jobs")).toString());
        String directory = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        Files.writeString(home.resolve("jobs/drop.yaml"), """
                kind: contact-import
                id: shop-drop
                name: Files of the shop
                source: {type: drop}
                target: {directory: %s}
                """.formatted(directory));
        job = """
                kind: event
                id: shop-orders
                name: Orders of the shop
                mapping: {fields: {$.ref: extRef}}
                target: {directory: %s}
                """.formatted(directory);
        Files.writeString(home.resolve("jobs/event.yaml"), job);
    }

    @AfterAll
    static void close() {
        System.clearProperty(URL);
        System.clearProperty(JOBS);
    }

    private static Ended muster(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(home));
        int exit = Cli.run(terminal, words);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aFileIsSentListedImportedShownAndDeleted() throws IOException {
        Path file = Files.writeString(home.resolve("contacts.csv"), "ExternalDataReference\n1\n");
        assertThat(muster("drop", "automations", "--json")
                        .json()
                        .get(0)
                        .path("name")
                        .asString())
                .isEqualTo("Files of the shop");
        JsonNode put =
                muster("drop", "put", "shop-drop", file.toString(), "--json").json();
        String id = put.path("id").asString();
        assertThat(id).startsWith("AFL_");
        assertThat(muster("drop", "put", "shop-drop", file.toString(), "--json")
                        .json()
                        .path("repeated")
                        .asBoolean())
                .isTrue();
        assertThat(muster("drop", "list", "shop-drop").out()).contains(id, "contacts.csv", "waiting");

        assertThat(muster("run", "shop-drop").exit()).isZero();

        JsonNode shown = muster("drop", "show", "shop-drop", id, "--json").json();
        assertThat(shown.path("state").asString()).isEqualTo("archived");
        assertThat(shown.path("runId").asString()).startsWith("RN_");
        assertThat(muster("drop", "list", "shop-drop", "--state", "archived", "--json")
                        .json())
                .hasSize(1);
        assertThat(muster("drop", "list", "shop-drop", "--state", "lost").exit())
                .isEqualTo(2);
        assertThat(muster("drop", "delete", "shop-drop", id, "--yes").exit()).isZero();
        assertThat(muster("drop", "show", "shop-drop", id).exit()).isEqualTo(2);
        assertThat(muster("drop", "list", "shop-orders").err()).contains("no job file with the source drop");
    }

    @Test
    void anEventIsListedByItsKindOnlyAndAppliedAgainWhenItsJobWasMended() throws IOException {
        JsonNode listed = muster("jobs", "--json").json().path("jobs");
        JsonNode event = Stream.of(listed.get(0), listed.get(1))
                .filter(one -> one.path("id").asString().equals("shop-orders"))
                .findFirst()
                .orElseThrow()
                .path("event");
        assertThat(event.path("address").asString())
                .isEqualTo("/v1/events/" + event.path("id").asString());
        assertThat(event.path("triggerAddress").asString())
                .matches("/inbound-event/v1/events/json/triggers[?]urlTokenId=[0-9a-f-]{36}");

        String run = send("{\"other\":4711}");
        assertThat(muster("runs", "show", run, "--json").json().path("code").asString())
                .isEqualTo("FIELD_MISSING");
        assertThat(muster("runs", "--kind", "event", "--json")
                        .json()
                        .get(0)
                        .path("run")
                        .asString())
                .isEqualTo(run);
        assertThat(muster("runs", "--json").out()).doesNotContain(run);
        assertThat(muster("runs", "reprocess", run).exit())
                .as("it is rejected again")
                .isEqualTo(1);

        Files.writeString(home.resolve("jobs/event.yaml"), job.replace("$.ref", "$.other"));
        Ended again = muster("runs", "reprocess", run, "--json");
        assertThat(again.json().path("outcome").asString()).isEqualTo("CREATED");
        assertThat(muster("runs", "reprocess", run).exit()).isEqualTo(1);
        assertThat(muster("run", "shop-orders").exit()).isEqualTo(2);
        Files.writeString(home.resolve("jobs/event.yaml"), job);
    }

    private static String send(String body) {
        Terminal terminal =
                new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), new StateFolder(home));
        try (AppContext context = AppContext.open(terminal, RunningConfiguration.class)) {
            String run = context.get(EventIntake.class)
                    .take(
                            context.get(Automations.class).number("shop-orders"),
                            null,
                            body.getBytes(StandardCharsets.UTF_8),
                            Actor.token("shop"))
                    .run();
            context.get(EventWorker.class).applyNow();
            return run;
        }
    }

    @Test
    void jobsCheckSaysWhatIsWrongWithAnEvent() throws IOException {
        Path file = Files.writeString(home.resolve("bad.yaml"), """
                kind: event
                id: bad
                name: Bad
                event-id: id
                responses: {survey: SV_1}
                mapping:
                  fields:
                    $..email: email
                    $.items[?(@.a)]: extRef
                    $.a: transaction.id
                  values:
                    $.b: {x: y}
                target: {directory: D}
                """);
        assertThat(List.of(muster("jobs", "check", file.toString()).out().split("\n")))
                .anySatisfy(line -> assertThat(line).contains("event-id: must be a JSONPath that begins with $"))
                .anySatisfy(line -> assertThat(line).contains("responses: has no effect with on: post"))
                .anySatisfy(line -> assertThat(line).contains("must lead to one value by names and indexes"))
                .anySatisfy(line -> assertThat(line).contains("mapping.values.$.b: is not among mapping.fields"))
                .anySatisfy(line -> assertThat(line).contains("records transactions without a date"));
    }
}
