package io.muster.automation.workflow;

import static io.muster.automation.workflow.WorkflowFixture.completed;
import static io.muster.automation.workflow.WorkflowFixture.counts;
import static io.muster.automation.workflow.WorkflowFixture.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.JobsFixture;
import io.muster.automation.contactimport.JobTrial;
import io.muster.automation.contactimport.Visit;
import io.muster.database.TestDatabase;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.Sample;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a workflow of one task does, through whole runs. */
class WorkflowJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String CONTACTS = """
        - do: load
          extract:
            - {name: shop, type: files, source: {type: folder, folder: FOLDER/shop}, files: {stable-for: 0s}}
            - {name: crm, type: files, source: {type: folder, folder: FOLDER/crm}, files: {stable-for: 0s}}
          combine: %s
          transform:
            - {do: required, columns: [id]}
            - {do: case, column: name, to: title}
          into:
            type: contacts
            target: {directory: DIRECTORY}
            mapping:
              unmapped: ignore
              columns: {id: extRef, name: firstName, tier: embedded.tier}
        """;

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private WorkflowFixture flow;

    @BeforeEach
    void start() throws IOException {
        flow = new WorkflowFixture(database, folder);
    }

    @AfterEach
    void stop() {
        flow.close();
    }

    private void contacts(String combine) throws IOException {
        flow.tasks(CONTACTS.formatted(combine));
    }

    private List<String> rejects(Run run) {
        return jdbc.sql("SELECT CONCAT_WS('|', row_no, code, reason) FROM run_reject WHERE run_id = ? ORDER BY row_no")
                .param(run.number())
                .query(String.class)
                .list();
    }

    @Test
    void joinsWhatAFileBringsWithTheNewestFileOfAnotherPlace() throws IOException {
        contacts("{by: join, key: id}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann", "2,ben", ",nobody", "4,", "5");
        flow.file("crm", "old.csv", 0, "id,tier", "1,silver");
        flow.file("crm", "new.csv", 1, "id,tier", "1,gold");

        Run run = completed(flow.run());

        assertThat(counts(run)).containsExactly(5L, 3L, 0L, 0L, 1L, 1L);
        assertThat(flow.contacts()).containsExactly("1|Ann|{\"tier\":\"gold\"}", "2|Ben", "4");
        assertThat(rejects(run)).containsExactly("5|RAGGED_ROW|The row has 1 cells, but the header has 2.");
    }

    @Test
    void runsOnceForEachNewFileOfTheFirstExtractor() throws IOException {
        contacts("{by: join, key: id}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann");
        flow.file("shop", "b.csv", 1, "id,name", "1,anna");
        flow.file("crm", "a.csv", 0, "id,tier", "1,gold");

        assertThat(told(flow.run())).containsExactly("contact-import COMPLETED", "contact-import COMPLETED");
        assertThat(flow.contacts()).containsExactly("1|Anna|{\"tier\":\"gold\"}");
        assertThat(told(flow.run())).isEmpty();
    }

    @Test
    void unitesRecordsOfTwoPlaces() throws IOException {
        contacts("{by: union}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann");
        flow.file("crm", "a.csv", 0, "tier,id,name", "gold,2,ben", "silver,1,");

        assertThat(counts(completed(flow.run()))).containsExactly(3L, 2L, 1L, 0L, 0L, 0L);
        assertThat(flow.contacts()).containsExactly("1|Ann|{\"tier\":\"silver\"}", "2|Ben|{\"tier\":\"gold\"}");
    }

    @Test
    void goesOnWithWhatItHadExtracted() throws IOException {
        contacts("{by: join, key: id}");
        flow.file("shop", "a.csv", 0, "id,name,extra", "1,ann,x");
        flow.file("crm", "a.csv", 0, "id,tier,extra", "1,gold,y", "1,silver,z");

        Run failed = flow.run().runs().getFirst();
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.reason()).contains("Cannot join 'crm': its record 2 has a key that an earlier one has");

        flow.file("crm", "b.csv", 1, "id,tier,extra", "1,gold,y");
        RunService runs = flow.bean(RunService.class);
        Run resumed = runs.await(runs.resume(failed.id(), Force.NO, WorkflowFixture.TESTER, Progress.NONE));

        assertThat(resumed.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(flow.contacts()).containsExactly("1|Ann|{\"tier\":\"gold\"}");
    }

    @Test
    void aFailedRunHoldsNewFilesBack() throws IOException {
        contacts("{by: join, key: id}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann");
        assertThat(flow.path("crm")).isEmptyDirectory();

        Run failed = flow.run().runs().getFirst();
        assertThat(failed.reason()).contains("none that matches is there and complete");

        flow.file("shop", "b.csv", 1, "id,name", "1,anna");
        Visit again = flow.run();
        assertThat(again.runs()).isEmpty();
        assertThat(again.pending()).extracting(Run::id).containsExactly(failed.id());

        flow.bean(RunService.class).abandon(failed.id(), WorkflowFixture.TESTER);
        flow.file("crm", "a.csv", 0, "id,tier", "1,gold");
        assertThat(told(flow.run())).containsExactly("contact-import COMPLETED");
        assertThat(flow.contacts()).containsExactly("1|Anna|{\"tier\":\"gold\"}");
    }

    @Test
    void archivesTheFileThatDroveIt() throws IOException {
        flow.tasks("""
                - do: load
                  extract:
                    - {name: shop, type: files, source: {type: folder, folder: FOLDER/shop}, files: {stable-for: 0s}}
                  into:
                    type: contacts
                    target: {directory: DIRECTORY}
                    mapping: {columns: {id: extRef}}
                  afterwards: {action: archive, folder: done}
                """);
        flow.file("shop", "a.csv", 0, "id", "1");

        assertThat(counts(completed(flow.run()))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(JobsFixture.names(flow.path("shop/done"))).containsExactly("a.csv");
    }

    @Test
    void onlyAddsKnownContactsToAList() throws IOException {
        var ignored = flow.directory().addList("Newsletter");
        contacts("{by: union}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann");
        flow.file("crm", "a.csv", 0, "id,name,tier", "2,ben,gold");
        completed(flow.run());
        flow.tasks("""
                - do: load
                  extract:
                    - {name: members, type: files, source: {type: folder, folder: FOLDER/members}, files: {stable-for: 0s}}
                  into:
                    type: list
                    target: {directory: DIRECTORY, list: Newsletter}
                    columns: {id: extRef, name: firstName, since: list.since}
                """);
        flow.file("members", "a.csv", 9, "id,name,since,tier", "1,Other,2026,gold", "9,Nobody,2026,gold");

        assertThat(counts(completed(flow.run()))).containsExactly(2L, 0L, 1L, 0L, 0L, 1L);
        assertThat(flow.contacts()).containsExactly("1|Ann", "2|Ben|{\"tier\":\"gold\"}");
        assertThat(jdbc.sql("SELECT COUNT(*) FROM list_member WHERE directory_id = ?")
                        .param(flow.directory().id())
                        .query(Long.class)
                        .single())
                .isOne();
    }

    @Test
    void recordsTouchpointsOfKnownContacts() throws IOException {
        contacts("{by: union}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann");
        flow.file("crm", "a.csv", 0, "id,name,tier", "2,ben,gold");
        completed(flow.run());
        flow.tasks("""
                - do: load
                  extract:
                    - {name: mails, type: files, source: {type: folder, folder: FOLDER/mails}, files: {stable-for: 0s}}
                  into:
                    type: touchpoints
                    directory: DIRECTORY
                    mapping:
                      unmapped: ignore
                      columns: {id: extRef, at: touchpoint.time}
                      constants: {touchpoint.channel: email, touchpoint.kind: sent}
                """);
        flow.file("mails", "a.csv", 9, "id,at,name", "1,2026-03-01T10:00:00Z,Other", "9,2026-03-01T10:00:00Z,Nobody");

        assertThat(counts(completed(flow.run()))).containsExactly(2L, 0L, 1L, 0L, 1L, 0L);
        assertThat(flow.contacts()).containsExactly("1|Ann", "2|Ben|{\"tier\":\"gold\"}");
    }

    @Test
    void isTriedWithoutChangingAnything() throws IOException {
        contacts("{by: join, key: id}");
        flow.file("shop", "a.csv", 0, "id,name", "1,ann");
        flow.file("crm", "a.csv", 0, "id,tier", "1,gold");

        JobTrial.Tried tried =
                flow.bean(JobTrial.class).run(flow.job(), null, 2, WorkflowFixture.TESTER, Progress.NONE);

        assertThat(tried.run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(tried.rows()).extracting(Sample.Row::row).containsExactly(1L);
        assertThat(tried.rows().getFirst().transforms().getLast().changed()).containsEntry("name", "Ann");
        assertThat(flow.contacts()).isEmpty();
    }
}
