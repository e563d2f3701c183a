package io.muster.automation.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.JobsFixture;
import io.muster.automation.Trigger.Repull;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.jobs.Run;
import io.muster.runs.RunService;
import io.muster.support.PublicId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** What is said to wait for a person, and when it is not said any more. */
class AttentionDbTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private JobsFixture jobs;

    @BeforeEach
    void start() throws IOException {
        jobs = new JobsFixture(database, folder);
    }

    @AfterEach
    void stop() {
        jobs.close();
    }

    private List<Concern> concerns() {
        return jobs.bean(Attention.class).concerns();
    }

    @Test
    void aFailedDeliveryIsOneUntilItIsGivenUp() throws IOException {
        assertThat(concerns()).isEmpty();
        jobs.broken("1.csv", 0);
        Run failed = jobs.run().runs().getFirst();

        assertThat(concerns()).singleElement().satisfies(concern -> {
            assertThat(concern.kind()).isEqualTo(Concern.Kind.FAILED_DELIVERY);
            assertThat(concern.automation()).isEqualTo(jobs.id());
            assertThat(concern.file()).isEqualTo("1.csv");
            assertThat(concern.run()).isEqualTo(failed.id());
            assertThat(concern.since()).isNotNull();
            assertThat(concern.reason()).isEqualTo("Its run is FAILED: resume, reprocess or abandon it.");
        });

        jobs.bean(RunService.class).abandon(failed.id(), Actor.commandLine("tester"));
        assertThat(concerns()).isEmpty();
    }

    @Test
    void aFailedDeliveryIsNoneOnceAnotherRunHasImportedItsContent() throws IOException {
        jobs.job("files: {stable-for: 0s, pattern: \"*.csv\", control: \"{stem}.ctl\"}\n");
        Path file = jobs.contact("1.csv", 0, "1", "Ann");
        jobs.deliver("1.ctl", 0, "sha256=" + "0".repeat(64));
        jobs.run();
        assertThat(concerns()).hasSize(1);

        jobs.deliver("1.ctl", 0, "rows=1");
        assertThat(jobs.byHand(null, Repull.FORCED).runs())
                .extracting(run -> run.status().name())
                .containsExactly("COMPLETED");
        assertThat(Files.exists(file)).isTrue();
        assertThat(concerns()).isEmpty();
        assertThat(jobs.run().isEmpty()).isTrue();
    }

    private void heard(String id, String spool, long minutesAgo) {
        jobs.bean(JdbcClient.class)
                .sql("""
                    INSERT INTO known_server (id, name, version, since, beat_at, spool, job_hash, job_list, jobs_since)
                    VALUES (:id, :id, '1', 0, UNIX_TIMESTAMP() * 1000 - :ago * 60000, :spool, '', '', 0)
                    """)
                .param("id", id)
                .param("ago", minutesAgo)
                .param("spool", spool)
                .update();
    }

    @Test
    void aServerThatIsHeardNoMoreIsOneUnlessALivingOneHasItsSpool() {
        heard("web-1", "shared", 0);
        heard("web-2", "shared", 6);
        heard("web-3", "own", 4);
        assertThat(concerns()).isEmpty();

        heard("web-4", "lost", 6);
        heard("web-5", "gone", 2_000);
        assertThat(concerns()).singleElement().satisfies(concern -> {
            assertThat(concern.kind()).isEqualTo(Concern.Kind.SILENT_SERVER);
            assertThat(concern.reason())
                    .isEqualTo(
                            "Server web-4 is not heard any more, and what its spool holds waits for it: start it again,"
                                    + " or see to its disk.");
        });
        jobs.bean(JdbcClient.class).sql("DELETE FROM known_server").update();
    }

    @Test
    void aLateFileIsOneUntilItIsImported() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        jobs.run();
        jobs.contact("old.csv", 1, "1", "Ann");
        jobs.run();
        assertThat(concerns())
                .extracting(Concern::kind, Concern::file)
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.toList()).containsExactly(Concern.Kind.WAITING_DELIVERY, "old.csv");
                });

        jobs.byHand("old.csv", Repull.NEW_ONLY);
        assertThat(concerns()).isEmpty();
    }

    @Test
    void aNotificationThatDoesNotArriveSaysWhatToDo() {
        database.jdbc().sql("""
            INSERT INTO notification (once_key, automation, channel, destination, message, state, attempts, due_at,
              last_error, created_at)
            VALUES (UNHEX('00'), 'nightly', 'EMAIL', 'ops@example.com', '{}', 'GIVEN_UP', 9, 0, 'refused', 0),
              (UNHEX('01'), 'nightly', 'WEBHOOK', 'https://x.example', '{}', 'WAITING', 1, 0, 'refused', 1)
            """).update();

        assertThat(concerns())
                .extracting(Concern::reason)
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason)
                                .matches("Notification \\d+ by email has not arrived after 9 attempts, and is given up."
                                        + " Mend its address or server, then retry it, or drop it\\."),
                        reason -> assertThat(reason)
                                .matches("Notification \\d+ by webhook has not arrived after 1 attempt, and is tried"
                                        + " again. Mend its address or server, or drop it\\."));
        database.jdbc().sql("DELETE FROM notification").update();
    }

    /** An evaluator that was heard so long ago, and said one thing of itself that is not as usual. */
    private static void heard(String name, Duration ago, String field, Object value) {
        Map<String, Object> report = new HashMap<>(Map.of(
                "snapshots",
                List.of(),
                "projects",
                1,
                "requestsPerSecond",
                0,
                "refusals",
                0,
                "refusedSnapshots",
                0,
                "stale",
                false,
                "behind",
                false,
                "ends",
                false));
        report.put("name", name);
        report.put(field, value);
        database.jdbc()
                .sql("INSERT INTO evaluator_report (name, heard_at, report) VALUES (?, ?, ?)")
                .params(
                        name,
                        Instant.now().minus(ago).toEpochMilli(),
                        JsonMapper.shared().writeValueAsString(report))
                .update();
    }

    private static Instant behind(String name, Duration ago) {
        Instant since = Instant.ofEpochMilli(Instant.now().minus(ago).toEpochMilli());
        database.jdbc()
                .sql("UPDATE evaluator_report SET behind_since = ? WHERE name = ?")
                .params(since.toEpochMilli(), name)
                .update();
        return since;
    }

    @AfterEach
    void forgetEvaluators() {
        database.jdbc().sql("DELETE FROM evaluator_report").update();
    }

    @Test
    void anEvaluatorThatIsNotHeardForFiveMinutesIsSilentForADay() {
        heard("web-1:8081", Duration.ofMinutes(4), "projects", 2);
        heard("web-2:8081", Duration.ofMinutes(6), "projects", 2);
        heard("web-3:8081", Duration.ofHours(25), "projects", 2);

        assertThat(concerns()).singleElement().satisfies(concern -> {
            assertThat(concern.kind()).isEqualTo(Concern.Kind.SILENT_EVALUATOR);
            assertThat(concern.since()).isBefore(Instant.now().minus(Duration.ofMinutes(6)));
            assertThat(concern.reason())
                    .isEqualTo("Evaluator web-2:8081 is not heard any more: see whether it runs and reaches a server.");
        });
    }

    @Test
    void anEvaluatorIsOutdatedThatIsStaleRefusesSnapshotsOrIsLongBehind() {
        heard("web-1:8081", Duration.ZERO, "stale", true);
        heard("web-2:8081", Duration.ZERO, "refusedSnapshots", 2);
        heard("web-3:8081", Duration.ZERO, "behind", true);
        heard("web-4:8081", Duration.ZERO, "behind", true);
        behind("web-3:8081", Duration.ofMinutes(59));
        Instant longBehind = behind("web-4:8081", Duration.ofMinutes(61));

        assertThat(concerns()).extracting(Concern::kind).containsOnly(Concern.Kind.OUTDATED_EVALUATOR);
        assertThat(concerns())
                .extracting(Concern::reason)
                .containsExactly(
                        "Evaluator web-1:8081 serves contacts that are too old: publish a snapshot, or see in its log why"
                                + " it does not take it.",
                        "Evaluator web-2:8081 refuses the newest snapshots of 2 projects: publish a snapshot, or see in"
                                + " its log why it does not take it.",
                        "Evaluator web-4:8081 misses changes that only a new table brings: publish a snapshot, or see in"
                                + " its log why it does not take it.");
        assertThat(concerns().getLast().since()).isEqualTo(longBehind);
    }

    @Test
    void aBrokenJobFileSaysWhatToDo() {
        assertThat(Concern.brokenJobFile("jobs/a.yaml", 1).reason())
                .isEqualTo("The job file is not usable: correct its 1 problem, which the check of job files names.");
        assertThat(Concern.brokenJobFile("jobs/a.yaml", 2).reason())
                .isEqualTo("The job file is not usable: correct its 2 problems, which the check of job files names.");
    }

    @Test
    void aSegmentThatTheGuardHeldBackIsOneAndOneTakenBackByAPersonIsNot() {
        database.jdbc().sql("""
            INSERT INTO segment (directory_id, name, definition, revision, guard_over, held_version, held_reason,
              created_at, modified_at)
            VALUES (:directory, 'Jumped', '{}', 1, 0, 7, 'GUARD', 0, 0), (:directory, 'Back', '{}', 1, 0, 7, 'ROLLBACK', 0, 0)
            """).param("directory", jobs.directory().id()).update();
        long jumped = database.jdbc()
                .sql("SELECT id FROM segment WHERE name = 'Jumped'")
                .query(Long.class)
                .single();

        assertThat(concerns()).singleElement().satisfies(concern -> {
            assertThat(concern.kind()).isEqualTo(Concern.Kind.HELD_SEGMENT);
            assertThat(concern.segment()).isEqualTo(database.ids().of(PublicId.SEGMENT, jumped));
        });
        database.jdbc().sql("DELETE FROM segment").update();
    }
}
