package io.muster.automation.contactimport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.JobsFixture;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Transforms in a job that imports files. */
class TransformImportJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private JobsFixture jobs;

    @BeforeEach
    void start() throws IOException {
        jobs = new JobsFixture(database, folder);
        jobs.job("""
                transform:
                  - {do: required, columns: [Name]}
                  - {do: split, column: Name, by: " ", into: [First, Last]}
                  - {do: date-format, column: Born, from: dd.MM.yyyy, to: yyyy-MM-dd}
                mapping:
                  unmapped: ignore
                  columns: {No: extRef, First: firstName, Last: lastName, Born: embedded.born}
                null-tokens: ["N/A"]
                """);
        jobs.deliver(
                "a.csv",
                0,
                "No,Name,Born",
                "1,Ann van Dam,31.12.1999",
                "2,N/A,01.01.2000",
                "3,Ben,soon",
                "4,Cem,",
                ",,");
    }

    @AfterEach
    void stop() {
        jobs.close();
    }

    @Test
    void changesRowsBeforeTheyAreMappedAndCountsEachOne() {
        Run run = jobs.run().runs().getFirst();

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(List.of(
                        run.imported().read(),
                        run.imported().counts().created(),
                        run.imported().counts().rejected(),
                        run.imported().counts().skipped()))
                .containsExactly(5L, 2L, 1L, 2L);
        assertThat(database.jdbc()
                        .sql("SELECT CONCAT_WS('|', ext_ref, first_name, last_name, embedded) FROM contact"
                                + " WHERE directory_id = ? ORDER BY number")
                        .param(jobs.directory().id())
                        .query(String.class)
                        .list())
                .containsExactly("1|Ann|van Dam|{\"born\":\"1999-12-31\"}", "4|Cem");
    }

    @Test
    void keepsTheCellsOfARejectAsTheyWereDelivered() {
        Run run = jobs.run().runs().getFirst();

        assertThat(database.jdbc()
                        .sql("SELECT CONCAT_WS('|', row_no, code, field, CONVERT(cells USING utf8mb4)) FROM run_reject"
                                + " WHERE run_id = ?")
                        .param(run.number())
                        .query(String.class)
                        .single())
                .startsWith("3|DATE_INVALID|Born|")
                .contains("3", "Ben", "soon");
    }

    @Test
    void showsRowsBeforeAndAfterEachTransformWhenTheJobIsTried() {
        JobTrial.Tried tried =
                jobs.bean(JobTrial.class).run(jobs.job(), null, 2, Actor.commandLine("tester"), Progress.NONE);

        assertThat(tried.rows()).extracting(Sample.Row::row).containsExactly(1L, 2L);
        assertThat(tried.rows().getFirst().before()).containsEntry("Name", "Ann van Dam");
        assertThat(tried.rows().getFirst().transforms())
                .extracting(trace -> trace.transform() + " " + trace.changed())
                .containsExactly("required {}", "split {First=Ann, Last=van Dam}", "date-format {Born=1999-12-31}");
        assertThat(tried.rows().getLast().transforms())
                .extracting(trace -> Map.of(trace.transform(), trace.skipped()))
                .containsExactly(Map.of("required", true));
    }
}
