package io.muster.automation.workflow;

import static io.muster.automation.workflow.WorkflowFixture.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.automation.JobsFixture;
import io.muster.automation.Trigger;
import io.muster.automation.contactimport.KnownJobs;
import io.muster.automation.contactimport.SkippedFiles;
import io.muster.automation.contactimport.Visit;
import io.muster.database.TestDatabase;
import io.muster.jobs.Automations;
import io.muster.jobs.Chains;
import io.muster.jobs.Chains.Chain;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a workflow, one after the other, whatever ends in between. */
class WorkflowChainJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String TASKS = """
        - do: load
          extract:
            - {name: shop, type: files, source: {type: folder, folder: FOLDER/shop}, files: {stable-for: 0s}}
          into:
            type: contacts
            target: {directory: DIRECTORY}
            mapping: {unmapped: ignore, columns: {id: extRef, name: firstName}}
        - do: rebuild
          directory: DIRECTORY
        - do: load
          extract:
            - {name: tiers, type: files, source: {type: folder, folder: FOLDER/tiers}, files: {stable-for: 0s}}
          transform:
            - {do: prefix, column: id, text: C-}
          into:
            type: file
            directory: DIRECTORY
            to: {type: folder, folder: FOLDER/out}
            name: tiers-{run}.csv
        """;

    @TempDir
    private Path folder;

    private WorkflowFixture flow;

    @BeforeEach
    void start() throws IOException {
        flow = new WorkflowFixture(database, folder);
        flow.tasks(TASKS);
        flow.file("tiers", "a.csv", 0, "id,tier", "1,gold");
    }

    @AfterEach
    void stop() {
        flow.close();
    }

    private List<String> written() throws IOException {
        return JobsFixture.names(flow.path("out"));
    }

    private Chain chain(Run run) {
        return flow.bean(Chains.class).of(run.number()).orElseThrow();
    }

    private Run resume(Run run) {
        RunService runs = flow.bean(RunService.class);
        return runs.await(runs.resume(run.id(), Force.NO, WorkflowFixture.TESTER, Progress.NONE));
    }

    private void awaitCompletion(Run run) {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(chain(run).state()).isEqualTo(Chains.State.COMPLETED));
    }

    @Test
    void doesTheTasksInOrderForEachFile() throws IOException {
        flow.path("out");
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");
        flow.file("shop", "b.csv", 1, "id,name", "2,Ben");

        Visit visit = flow.run();

        assertThat(told(visit))
                .containsExactly(
                        "contact-import COMPLETED",
                        "segment-rebuild COMPLETED",
                        "file-out COMPLETED",
                        "contact-import COMPLETED",
                        "segment-rebuild COMPLETED",
                        "file-out COMPLETED");
        assertThat(written()).hasSize(2);
        assertThat(Files.readString(flow.path("out").resolve(written().getFirst())))
                .isEqualTo("id,tier\nC-1,gold\n");
        Chain chain = chain(visit.runs().getFirst());
        assertThat(chain.tasks()).containsExactly("contacts", "rebuild", "file");
        assertThat(flow.bean(Chains.class).steps(chain)).hasSize(3);
        assertThat(chain(visit.runs().get(2)).id()).isEqualTo(chain.id());
        assertThat(chain(visit.runs().get(3)).id()).isNotEqualTo(chain.id());
        assertThat(told(flow.run())).isEmpty();
    }

    @Test
    void waitsWhenATaskFailsAndGoesOnWhenItsRunIsResumed() throws IOException {
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");

        Visit visit = flow.run();
        assertThat(told(visit))
                .containsExactly("contact-import COMPLETED", "segment-rebuild COMPLETED", "file-out FAILED");
        Run failed = visit.runs().getLast();
        assertThat(failed.reason()).contains("there is no such folder");

        flow.file("shop", "b.csv", 1, "id,name", "2,Ben");
        Visit held = flow.run();
        assertThat(held.runs()).as("the next file waits").isEmpty();
        assertThat(held.pending()).extracting(Run::id).containsExactly(failed.id());

        flow.path("out");
        assertThat(resume(failed).status()).isEqualTo(RunStatus.COMPLETED);
        awaitCompletion(failed);
        assertThat(written()).containsExactly("tiers-" + failed.id() + ".csv");
        assertThat(told(flow.run()))
                .containsExactly("contact-import COMPLETED", "segment-rebuild COMPLETED", "file-out COMPLETED");
    }

    @Test
    void doesTheRestWhenTheFileOfItsFirstTaskIsReprocessed() throws IOException {
        flow.path("out");
        flow.file("shop", "a.csv", 0, "name", "Ann");
        Run failed = flow.run().runs().getFirst();
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.reason()).contains("lacks the mapped column id");

        // The run keeps what it had extracted; a corrected job file counts when the file is taken again.
        flow.tasks(TASKS.replace("columns: {id: extRef, name: firstName}", "columns: {name: extRef}"));
        flow.bean(KnownJobs.class).see(flow.job());
        RunService runs = flow.bean(RunService.class);
        Run again = runs.await(runs.reprocess(failed.id(), Force.NO, WorkflowFixture.TESTER, Progress.NONE));

        assertThat(again.status()).isEqualTo(RunStatus.COMPLETED);
        awaitCompletion(failed);
        assertThat(written()).hasSize(1);
        assertThat(flow.contacts()).containsExactly("Ann");
    }

    @Test
    void theRestIsGivenUpWithTheRunOfATask() throws IOException {
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");
        Run failed = flow.run().runs().getLast();
        flow.path("out");

        flow.bean(RunService.class).abandon(failed.id(), WorkflowFixture.TESTER);

        assertThat(told(flow.run())).isEmpty();
        assertThat(chain(failed).state()).isEqualTo(Chains.State.ABANDONED);
        assertThat(written()).isEmpty();
    }

    @Test
    void goesOnInAnotherProcess() throws IOException {
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");
        Run failed = flow.run().runs().getLast();
        flow.path("out");
        database.jdbc()
                .sql("UPDATE run SET status = 'DEAD' WHERE id = ?")
                .param(failed.number())
                .update();
        flow.restart();

        Visit visit = flow.run(new Trigger.Recovery());

        assertThat(told(visit)).containsExactly("file-out COMPLETED");
        assertThat(visit.runs().getFirst().id()).isEqualTo(failed.id());
        assertThat(chain(failed).state()).isEqualTo(Chains.State.COMPLETED);
    }

    @Test
    void beginsTheTaskThatIsDueWhenItsProcessWasLostBetweenTwo() throws IOException {
        flow.path("out");
        flow.path("shop");
        long automation = flow.bean(Automations.class).number(flow.id());
        Chains chains = flow.bean(Chains.class);
        Chain begun = chains.find(chains.begin(automation, flow.job().kinds()));
        chains.done(begun, 0);
        flow.restart();

        assertThat(told(flow.run(new Trigger.Recovery())))
                .containsExactly("segment-rebuild COMPLETED", "file-out COMPLETED");
        assertThat(flow.bean(Chains.class).open(automation)).isEmpty();
    }

    @Test
    void hasOneOpenChainAtATime() throws IOException {
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");
        flow.run();
        long automation = flow.bean(Automations.class).number(flow.id());

        assertThatThrownBy(() -> flow.bean(Chains.class).begin(automation, List.of("file")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("one of the same workflow is not done yet");
    }

    @Test
    void doesNotGoOnWithOtherTasks() throws IOException {
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");
        flow.run();
        flow.tasks(TASKS.substring(0, TASKS.indexOf("- do: rebuild")));

        assertThatThrownBy(flow::run)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("its job file has other tasks now (contacts) than when they were begun"
                        + " (contacts, rebuild, file)");
    }

    @Test
    void theFileOfAWorkflowCanBeSkipped() throws IOException {
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann");
        flow.bean(SkippedFiles.class).skip(flow.job(), "a.csv", WorkflowFixture.TESTER);

        assertThat(told(flow.run())).isEmpty();
    }

    @Test
    void limitsCompareATaskWithItselfAndNotWithOthers() throws IOException {
        String task = """
            - do: load
              extract:
                - {name: NAME, type: files, source: {type: folder, folder: FOLDER/NAME}, files: {stable-for: 0s}}
              into:
                type: contacts
                target: {directory: DIRECTORY}
                mapping: {unmapped: ignore, columns: {id: extRef, name: firstName}}
                file: full
            """;
        flow.tasks(task.replace("NAME", "shop") + task.replace("NAME", "few"));
        flow.file("few", "a.csv", 0, "id,name", "1,Ann");
        flow.file("shop", "a.csv", 0, "id,name", "1,Ann", "2,Ben", "3,Cem", "4,Dan");
        flow.file("shop", "b.csv", 1, "id,name", "1,Ann", "2,Ben", "3,Cem", "4,Don");

        Visit visit = flow.run();

        assertThat(told(visit))
                .as("a quarter of the rows of the other task")
                .hasSize(4)
                .allMatch(one -> one.equals("contact-import COMPLETED"));
        assertThat(visit.runs().get(1).report()).doesNotContain("Columns of the last file");
    }
}
