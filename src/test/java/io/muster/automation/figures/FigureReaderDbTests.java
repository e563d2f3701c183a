package io.muster.automation.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.figures.Figures.OfAutomation;
import io.muster.automation.figures.Figures.OfDirectory;
import io.muster.automation.figures.Figures.Waiting;
import io.muster.automation.figures.Figures.Work;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FigureReaderDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration AHEAD = Duration.ofSeconds(8);
    private static final Duration SLACK = Duration.ofSeconds(20);

    private final Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    private int directory;
    private long runs;

    @BeforeEach
    void empty() {
        for (String table : List.of(
                "automation", "run", "run_heartbeat", "scheduled_task", "notification", "segment", "segment_version")) {
            database.jdbc().sql("DELETE FROM " + table).update();
        }

        directory = DirectoryFixture.create(database.jdbc(), "extRef").id();
    }

    private Figures read() {
        return new FigureReader(database.jdbc(), Clock.offset(Clock.systemUTC(), AHEAD), TestDatabase.IDS).read();
    }

    private long ago(int minutes) {
        return now.minus(Duration.ofMinutes(minutes)).toEpochMilli();
    }

    private void automation(int id, String name) {
        database.jdbc()
                .sql("INSERT INTO automation (id, name, created_at) VALUES (?, ?, 0)")
                .params(id, name)
                .update();
    }

    private void run(
            int automation, String kind, String status, String step, @Nullable Long ended, @Nullable Long beat) {
        runs++;
        database.jdbc()
                .sql("""
                    INSERT INTO run (id, kind, automation_id, directory_id, spec, status, step, owner, epoch, as_of, started_at,
                      ended_at)
                    VALUES (:id, :kind, :automation, :directory, '{}', :status, :step, 'test', 1, :asOf, 0, :ended)
                    """)
                .param("id", runs)
                .param("kind", kind)
                .param("automation", automation)
                .param("directory", directory)
                .param("status", status)
                .param("step", step)
                .param("asOf", ago(90))
                .param("ended", ended)
                .update();
        database.jdbc()
                .sql("INSERT INTO run_heartbeat (run_id, epoch, beat_at) VALUES (?, 1, ?)")
                .params(runs, beat == null ? 0 : beat)
                .update();
    }

    private void time(String automation, long due, int picked) {
        database.jdbc().sql("""
                    INSERT INTO scheduled_task (task_name, task_instance, execution_time, picked, version)
                    VALUES ('automation', ?, ?, ?, 1)
                    """).params(automation, due, picked).update();
    }

    @Test
    void anAutomationHasItsLastSuccessWhetherItFailedSinceAndWhenItIsDue() {
        automation(1, "failed");
        automation(2, "mended");
        automation(3, "new");
        run(1, "contact-import", "COMPLETED", "settle", ago(60), null);
        run(1, "contact-import", "DEAD", "load", ago(30), null);
        run(2, "contact-import", "FAILED", "load", ago(50), null);
        run(2, "contact-import", "COMPLETED", "settle", ago(40), null);
        run(2, "contact-import", "RUNNING", "load", null, ago(0));
        time("mended", ago(2), 1);
        time("scheduled", ago(-5), 0);

        Figures figures = read();

        assertThat(figures.automations())
                .containsExactly(
                        new OfAutomation("failed", Instant.ofEpochMilli(ago(60)), true, null, false),
                        new OfAutomation(
                                "mended", Instant.ofEpochMilli(ago(40)), false, Instant.ofEpochMilli(ago(2)), true),
                        new OfAutomation("new", null, false, null, false),
                        new OfAutomation("scheduled", null, false, Instant.ofEpochMilli(ago(-5)), false));
        assertThat(figures.lag()).isZero();
    }

    @Test
    void whatIsDueAndNotTakenUpIsTheLagAndClocksAreCompared() {
        time("late", ago(10), 0);
        time("taken", ago(60), 1);

        Figures figures = read();

        assertThat(figures.lag()).isCloseTo(Duration.ofMinutes(10), SLACK);
        assertThat(figures.skew()).isCloseTo(AHEAD, Duration.ofSeconds(2));
    }

    @Test
    void runsUnderWayAreCountedByStepWithTheQuietestOfThem() {
        assertThat(read().work()).containsExactly(new Work("none", 0, Duration.ZERO));
        run(0, "contact-import", "RUNNING", "load", null, ago(0));
        run(0, "contact-import", "QUEUED", "load", null, ago(3));
        run(0, "segment-rebuild", "RUNNING", "evaluate", null, ago(0));
        run(0, "segment-rebuild", "COMPLETED", "clean", ago(5), null);

        Figures figures = read();

        assertThat(figures.work()).extracting(Work::step).containsExactly("evaluate", "load");
        assertThat(figures.work()).extracting(Work::runs).containsExactly(1, 2);
        assertThat(figures.work().getLast().silence()).isCloseTo(Duration.ofMinutes(3), SLACK);
        assertThat(ofDirectory(figures).momentOpen()).isCloseTo(Duration.ofMinutes(90), SLACK);
    }

    private OfDirectory ofDirectory(Figures figures) {
        String id = TestDatabase.IDS.directory(directory);
        return figures.directories().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void segment(int id, long members, long asOf, @Nullable String held) {
        database.jdbc()
                .sql("""
                    INSERT INTO segment (id, directory_id, name, definition, revision, guard_over, published_version,
                      held_version, held_reason, created_at, modified_at)
                    VALUES (:id, :directory, :name, '{}', 1, 20, 1, CASE WHEN :held IS NULL THEN NULL ELSE 2 END, :held, 0, 0)
                    """)
                .param("id", id)
                .param("directory", directory)
                .param("name", "s" + id)
                .param("held", held)
                .update();
        database.jdbc().sql("""
                    INSERT INTO segment_version (directory_id, segment_id, version, revision, state, as_of, members)
                    VALUES (?, ?, 1, 1, 'PUBLISHED', ?, ?)
                    """).params(directory, id, asOf, members).update();
    }

    @Test
    void segmentsAreCountedByDirectoryAndThoseHeldBackMakeNoneOld() {
        segment(1, 10, ago(60), null);
        segment(2, 5, ago(120), null);
        segment(3, 7, ago(6_000), "GUARD");

        OfDirectory figures = ofDirectory(read());

        assertThat(figures.segments()).isEqualTo(3);
        assertThat(figures.held()).isEqualTo(1);
        assertThat(figures.members()).isEqualTo(22);
        assertThat(figures.publishedAge()).isCloseTo(Duration.ofHours(2), SLACK);
        assertThat(figures.momentOpen()).isZero();
    }

    @Test
    void aChangeStreamHasAtMostTheRowsBetweenItsEnds() {
        assertThat(ofDirectory(read()).changes()).isZero();
        for (int id : List.of(1_000_000, 1_000_001, 1_000_004)) {
            database.jdbc()
                    .sql(
                            "INSERT INTO contact_change (directory_id, id, kinds, changes, changed_at) VALUES (?, ?, 1, '', 0)")
                    .params(directory, id)
                    .update();
        }

        assertThat(ofDirectory(read()).changes()).isEqualTo(5);
    }

    @Test
    void notificationsWaitOrWereGivenUpAndSentOnesAreDoneWith() {
        String insert = """
            INSERT INTO notification (once_key, automation, channel, destination, message, state, attempts, due_at, created_at)
            VALUES (UNHEX(LEFT(SHA2(?, 256), 32)), 'a', ?, 'd', '{}', ?, 0, 0, ?)
            """;
        database.jdbc().sql(insert).params("1", "EMAIL", "WAITING", ago(20)).update();
        database.jdbc().sql(insert).params("2", "EMAIL", "WAITING", ago(10)).update();
        database.jdbc().sql(insert).params("3", "WEBHOOK", "GIVEN_UP", ago(30)).update();
        database.jdbc().sql(insert).params("4", "EMAIL", "SENT", ago(40)).update();

        List<Waiting> waiting = read().notifications();

        assertThat(waiting).hasSize(4);
        assertThat(waiting)
                .filteredOn(one -> one.count() > 0)
                .extracting(Waiting::state, Waiting::channel, Waiting::count)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("waiting", "email", 2),
                        org.assertj.core.groups.Tuple.tuple("given-up", "webhook", 1));
        assertThat(waiting.stream()
                        .filter(one -> one.count() == 2)
                        .findFirst()
                        .orElseThrow()
                        .oldest())
                .isCloseTo(Duration.ofMinutes(20), SLACK);
    }
}
