package io.muster.automation.workflow;

import static io.muster.automation.workflow.WorkflowFixture.completed;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.JobsFixture;
import io.muster.database.TestDatabase;
import io.muster.extract.sftp.EmbeddedSftpServer;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.support.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files that workflows write. */
class FileOutJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String TASK = """
        - do: load
          extract:
            - {name: orders, type: files, source: {type: folder, folder: FOLDER/in}, files: {stable-for: 0s}}
          transform:
            - {do: required, columns: [id]}
            - {do: date-format, column: at, from: dd.MM.yyyy, to: yyyy-MM-dd}
          into:
            type: file
            directory: DIRECTORY
            to: %s
            name: %s
            %s
        """;

    @TempDir
    private Path folder;

    private WorkflowFixture flow;

    @BeforeEach
    void start() throws IOException {
        flow = new WorkflowFixture(database, folder);
        flow.file("in", "a.csv", 0, "id,at,text", "1,31.12.2026,\"a, b\"", ",01.01.2026,x", "2,soon,y", "3", "4,,");
    }

    @AfterEach
    void stop() {
        flow.close();
    }

    private Path spool(Run run) {
        return flow.bean(Spool.class).at(run.id());
    }

    private static JsonNode report(Run run) {
        return JsonMapper.shared().readTree(String.valueOf(run.report()));
    }

    @Test
    void writesCsvWithTheColumnsThatAreAskedFor() throws IOException {
        flow.tasks(TASK.formatted("{type: folder, folder: FOLDER/out}", "orders-{run}.csv", "columns: [at, text, id]"));
        flow.path("out");

        Run run = completed(flow.run());

        Path file = flow.path("out").resolve("orders-" + run.id() + ".csv");
        assertThat(JobsFixture.names(flow.path("out")))
                .containsExactly(file.getFileName().toString());
        assertThat(Files.readString(file)).isEqualTo("at,text,id\n2026-12-31,\"a, b\",1\n,,4\n");
        JsonNode report = report(run);
        assertThat(report.path("read").asInt()).isEqualTo(5);
        assertThat(report.path("written").asInt()).isEqualTo(2);
        assertThat(report.path("skipped").asInt()).isEqualTo(1);
        assertThat(report.path("rejected").asInt()).isEqualTo(2);
        assertThat(report.path("bytes").asLong()).isEqualTo(Files.size(file));
        assertThat(report.path("warnings").toString())
                .contains("1 record was rejected (DATE_INVALID)", "1 record was rejected (RAGGED_ROW)");
    }

    @Test
    void writesJsonLinesWithoutBlankValues() throws IOException {
        flow.tasks(TASK.formatted("{type: folder, folder: FOLDER/out}", "orders-{run}.jsonl", "format: json-lines"));
        flow.path("out");

        Run run = completed(flow.run());

        assertThat(Files.readString(flow.path("out").resolve("orders-" + run.id() + ".jsonl")))
                .isEqualTo("{\"id\":\"1\",\"at\":\"2026-12-31\",\"text\":\"a, b\"}\n{\"id\":\"4\"}\n");
    }

    @Test
    void neverOverwritesAFileAndGoesOnWhenTheNameIsFree() throws IOException {
        flow.tasks(TASK.formatted("{type: folder, folder: FOLDER/out}", "orders-{date}.csv", ""));
        flow.path("out");
        Run first = completed(flow.run());
        Path file = flow.path("out").resolve(report(first).path("file").asString());
        Files.writeString(file, "of somebody else");

        Run second = flow.run().runs().getFirst();
        assertThat(second.status()).isEqualTo(RunStatus.FAILED);
        assertThat(second.reason()).contains("there is another file of that name, and none is ever overwritten");
        assertThat(Files.readString(file)).isEqualTo("of somebody else");
        assertThat(JobsFixture.names(flow.path("out")))
                .as("nothing half written")
                .hasSize(1);

        Files.delete(file);
        RunService runs = flow.bean(RunService.class);
        Run resumed = runs.await(runs.resume(second.id(), Force.NO, WorkflowFixture.TESTER, Progress.NONE));
        assertThat(resumed.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(Files.readString(file)).startsWith("id,at,text\n");
    }

    @Test
    void isDoneWhenAnEarlierAttemptHadWrittenTheFile() throws IOException {
        flow.tasks(TASK.formatted("{type: folder, folder: FOLDER/out}", "orders-{run}.csv", ""));
        Run failed = flow.run().runs().getFirst();
        assertThat(failed.reason()).contains("there is no such folder");
        Path out = flow.path("out").resolve("orders-" + failed.id() + ".csv");
        Files.copy(spool(failed).resolve("output"), out);

        RunService runs = flow.bean(RunService.class);
        Run resumed = runs.await(runs.resume(failed.id(), Force.NO, WorkflowFixture.TESTER, Progress.NONE));

        assertThat(resumed.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(spool(failed)).doesNotExist();
    }

    @Test
    void goesOnWithWhatItHadExtracted() throws IOException {
        flow.tasks(TASK.formatted("{type: folder, folder: FOLDER/out}", "orders-{run}.csv", ""));
        Run failed = flow.run().runs().getFirst();
        flow.file("in", "b.csv", 1, "id,at,text", "9,,newer");
        flow.path("out");

        RunService runs = flow.bean(RunService.class);
        var ignored = runs.await(runs.resume(failed.id(), Force.NO, WorkflowFixture.TESTER, Progress.NONE));

        assertThat(Files.readString(flow.path("out").resolve("orders-" + failed.id() + ".csv")))
                .doesNotContain("newer")
                .contains("2026-12-31");
    }

    @Test
    void writesToAnSftpServerUnderAnotherNameFirst() throws IOException {
        Path served = Files.createDirectories(folder.resolve("served/outbox"));
        try (EmbeddedSftpServer server = EmbeddedSftpServer.serving(folder.resolve("served"))
                .password("muster", "secret")
                .start()) {
            Path password = Files.writeString(folder.resolve("password"), "secret");
            flow.tasks(TASK.formatted(
                    "{type: sftp, host: 127.0.0.1, port: %d, username: muster, password: 'file:%s', host-keys: ['%s'], folder: outbox}"
                            .formatted(server.port(), password, server.hostKey()),
                    "orders-{date}.csv",
                    ""));

            Run run = completed(flow.run());
            assertThat(Files.readString(served.resolve(report(run).path("file").asString())))
                    .startsWith("id,at,text\n");

            Files.writeString(served.resolve(report(run).path("file").asString()), "of somebody else");
            assertThat(flow.run().runs().getFirst().reason()).contains("none is ever overwritten");
            assertThat(JobsFixture.names(served)).hasSize(1);
        }
    }
}
