package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.directory.Directory;
import io.muster.jobs.RunLedger;
import io.muster.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real processes, killed with SIGKILL while they rebuild; whoever rebuilds next makes the same bitmaps. */
class KilledRebuildJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int BLOCKS = 40;

    @TempDir
    private static Path folder;

    private static RebuildFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new RebuildFixture(database, folder);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private Directory directory;
    private final List<Segment> segments = new ArrayList<>();

    @BeforeEach
    void makeADirectory() {
        directory = fixture.directory();
    }

    /** Many blocks of few contacts: many points to be killed at. */
    private void fill() {
        for (int block = 0; block < BLOCKS; block++) {
            fixture.contacts(directory, ((long) block << 16) + 1, 3, 40, block % 3 == 0 ? "de" : "fr", "gold");
        }

        for (int i = 0; i < 12; i++) {
            String also = i == 0 ? "" : ", {segment: " + segments.get(i - 1).id() + ", isNot: member}";
            segments.add(fixture.segment(
                    directory,
                    "S" + i,
                    (i % 2 == 0 ? "any" : "all") + ": [{field: language, is: de}, {embedded: tier, is: gold}" + also
                            + "]"));
        }
    }

    private MusterProcess start() throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve("home"),
                folder,
                "segments",
                "rebuild",
                "--directory",
                directory.id(),
                "--json");
    }

    private void reach(MusterProcess process, String condition) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive()
                        || fixture.jdbc
                                        .sql("SELECT COUNT(*) FROM segment_rebuild b JOIN run r ON r.id = b.run_id"
                                                + " WHERE b.directory_id = ? AND b.version = 2 AND " + condition)
                                        .param(directory.number())
                                        .query(Integer.class)
                                        .single()
                                > 0);
    }

    private void letItSeemDead() {
        fixture.jdbc
                .sql("UPDATE run_heartbeat h JOIN run r ON r.id = h.run_id SET h.beat_at = h.beat_at - ?"
                        + " WHERE r.directory_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, directory.number())
                .update();
    }

    /** A statement at which a process is held and killed, and the step that the database names then. */
    record Moment(String step, String event, String condition) {}

    /** Every step and, with {@code -Dmuster.rounds=N}, N further random blocks of the evaluation. */
    static Stream<Moment> moments() {
        Random random = new Random();
        IntStream blocks = IntStream.concat(
                IntStream.of(0, 12, 30),
                IntStream.range(0, Integer.getInteger("muster.rounds", 0)).map(round -> random.nextInt(BLOCKS)));
        return Stream.concat(
                Stream.of(
                        new Moment("plan", "INSERT ON segment_version", "NEW.version = 2"),
                        new Moment("publish", "UPDATE ON segment", "NEW.published_version = 2")),
                blocks.mapToObj(block -> new Moment(
                        "evaluate",
                        "INSERT ON segment_block",
                        "NEW.version = 2 AND (SELECT COUNT(DISTINCT block) FROM segment_block"
                                + " WHERE directory_id = NEW.directory_id AND version = 2) >= " + block)));
    }

    @ParameterizedTest
    @MethodSource("moments")
    void isBegunAnewWhereItWasKilled(Moment moment) throws Exception {
        fill();
        fixture.full(directory);
        fixture.jdbc
                .sql("UPDATE contact SET language = 'de' WHERE directory_id = ? AND number % 5 = 0")
                .param(directory.number())
                .update();
        List<String> before =
                segments.stream().map(one -> fixture.members(one).toString()).toList();
        try (Holding holding = Holding.before(database, moment.event(), moment.condition());
                MusterProcess process = start()) {
            holding.await();
            process.kill();
        }

        assertThat(fixture.jdbc
                        .sql(
                                "SELECT CONCAT(step, ' ', status) FROM run WHERE directory_id = ? ORDER BY id DESC LIMIT 1")
                        .param(directory.number())
                        .query(String.class)
                        .single())
                .isEqualTo(moment.step() + " RUNNING");
        letItSeemDead();
        assertThat(segments.stream().map(one -> fixture.members(one).toString()))
                .isEqualTo(before);

        RebuildAnswer again = fixture.full(directory);
        assertThat(again.rebuild().version()).isEqualTo(2);
        List<String> bitmaps = fixture.state(directory, again.rebuild().version());
        RebuildAnswer undisturbed = fixture.full(directory);
        assertThat(bitmaps)
                .isNotEmpty()
                .isEqualTo(fixture.state(directory, undisturbed.rebuild().version()));
        assertThat(undisturbed.segments())
                .allSatisfy(built -> assertThat(built.added() + built.removed()).isZero());
        assertThat(fixture.count("segment_version", directory))
                .isEqualTo(12L * undisturbed.rebuild().version());
    }

    @Test
    void aRebuildOfAnotherProcessIsJoined() throws Exception {
        fill();
        fixture.full(directory);
        try (MusterProcess process = start()) {
            reach(process, "r.status = 'RUNNING'");
            RebuildAnswer joined = fixture.full(directory);
            assertThat(process.exit()).as(process.toString()).isZero();
            assertThat(joined.rebuild().version()).isEqualTo(2);
            assertThat(process.out()).contains("\"version\":2,").contains("\"joined\":false");
        }
    }
}
