package io.muster.intake;

import static io.muster.intake.IntakeFixture.displays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.Database;
import io.muster.database.DatabaseProxy;
import io.muster.database.DatabaseSettings;
import io.muster.database.TestDatabase;
import io.muster.intake.Intake.Receipt;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events while the database is away, and after it has come back. {@code -Dmuster.rounds=N}: so many kills. */
class SpooledEventsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 3);
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @TempDir
    private Path home;

    private IntakeFixture fixture;

    @BeforeEach
    void makeContacts() throws IOException {
        database.jdbc().sql("DELETE FROM event_count").update();
        fixture = new IntakeFixture(database, home, InstantSource.system());
        fixture.contact("A-1");
    }

    private static Database through(DatabaseProxy proxy) {
        return Database.open(DatabaseSettings.read(
                new StateFolder(Path.of("target", "test-home")),
                Map.of("muster.database.url", proxy.url(), "muster.database.wait", "5s")::get));
    }

    private List<Path> waiting() throws IOException {
        try (Stream<Path> files = Files.list(fixture.spool())) {
            return files.toList();
        }
    }

    private void awaitReplay(Intake intake) {
        await().atMost(PATIENCE)
                .until(() -> intake.condition().spoolBytes() == 0
                        && intake.condition().awaySince().isEmpty());
    }

    @Test
    void eventsWaitWhileTheDatabaseIsCutOffAndAreRecordedOnceAfterwards() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy);
                Intake intake = fixture.start(cut.dataSource())) {
            assertThat(intake.events(fixture.display("d0", "A-1")).known()).containsExactly(true);
            proxy.cut();
            assertThat(intake.events(fixture.display("d0", "A-1"))).isEqualTo(new Receipt(1, null));
            assertThat(intake.events(fixture.display("d1", "A-1"))).isEqualTo(new Receipt(1, null));
            assertThat(intake.events(fixture.display("d1", "A-1"))).isEqualTo(new Receipt(1, null));
            assertThat(intake.events(fixture.display("d2", "nobody"))).isEqualTo(new Receipt(1, null));
            assertThat(intake.events(displays("{'id':'d3','project':'%s','intercept':'%s','ref':'A-1'}"
                            .formatted(fixture.project(IntakeFixture.UNLINKED), fixture.intercept(1)))))
                    .isEqualTo(new Receipt(1, null));

            assertThat(intake.condition().awaySince()).isPresent();
            assertThat(intake.condition().takesMore()).isTrue();
            assertThat(fixture.touchpoints()).isEqualTo(1);
            assertThat(waiting())
                    .singleElement()
                    .satisfies(file -> assertThat(content(file)).contains("A-1").doesNotContain(fixture.intercept(2)));

            proxy.mend();
            awaitReplay(intake);
            assertThat(fixture.touchpoints()).isEqualTo(2);
            // What a caller gave up waiting for may be recorded beside what was replayed of it, and is counted again.
            assertThat(String.join(", ", fixture.counts()))
                    .matches("shown recorded=2, shown repeated=[23], shown unknown=1, shown unlinked=1");
            assertThat(intake.figures().replayed()).isEqualTo(5);
            assertThat(waiting()).isEmpty();
            assertThat(intake.events(fixture.display("d9", "A-1")).known()).containsExactly(true);
        }
    }

    private static String content(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    @Test
    void ofAnUnlinkedInterceptTheSpoolHoldsNoReference() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy);
                Intake intake = fixture.start(cut.dataSource())) {
            proxy.cut();
            intake.events(displays("{'id':'d3','project':'%s','intercept':'%s','ref':'secret-person'}"
                    .formatted(fixture.project(IntakeFixture.PROJECT), fixture.intercept(2))));

            assertThat(waiting())
                    .singleElement()
                    .satisfies(file ->
                            assertThat(content(file)).contains("UNLINKED").doesNotContain("secret-person"));
        }
    }

    @Test
    void aCallerDoesNotWaitForADatabaseThatDoesNotAnswer() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database frozen = through(proxy);
                Intake intake = fixture.start(frozen.dataSource())) {
            assertThat(intake.events(fixture.display("d0", "A-1")).known()).containsExactly(true);
            proxy.freeze();

            long start = System.nanoTime();
            assertThat(intake.events(fixture.display("d1", "A-1"))).isEqualTo(new Receipt(1, null));
            assertThat(intake.events(fixture.display("d2", "A-1"))).isEqualTo(new Receipt(1, null));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));

            proxy.mend();
            awaitReplay(intake);
            assertThat(fixture.touchpoints()).isEqualTo(3);
        }
    }

    @Test
    void aFullSpoolRefusesWhatItCannotKeep() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy);
                Intake intake = fixture.start(cut.dataSource(), 1 << 20)) {
            proxy.cut();
            assertThat(intake.events(fixture.display("d0", "A-1"))).isEqualTo(new Receipt(1, null));
            assertThat(intake.condition().takesMore()).isFalse();
            List<SentEvent> many = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                many.addAll(fixture.display("x" + i + "y".repeat(90), "A-1"));
            }

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            intake.events(many);
                        }
                    })
                    .isInstanceOfSatisfying(
                            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("SPOOL_FULL"));
            assertThat(intake.figures().refused()).isEqualTo(500);

            proxy.mend();
            awaitReplay(intake);
            assertThat(intake.condition().takesMore()).isTrue();
            assertThat(fixture.touchpoints()).isEqualTo(501);
        }
    }

    @Test
    void whatAnEarlierProcessLeftIsRecordedByTheNext() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy)) {
            try (Intake intake = fixture.start(cut.dataSource())) {
                proxy.cut();
                intake.events(fixture.display("d0", "A-1"));
            }

            assertThat(fixture.touchpoints()).isZero();
        }

        try (Intake next = fixture.start(database.dataSource())) {
            await().atMost(PATIENCE).until(() -> fixture.touchpoints() == 1);
            awaitReplay(next);
        }
    }

    @Test
    void anEventThatCannotBeRecordedDoesNotHoldTheOthersBack() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy);
                Intake intake = fixture.start(cut.dataSource())) {
            proxy.cut();
            intake.events(fixture.display("d0", "A-1"));
            intake.events(List.of(new SentEvent(
                    "x".repeat(101),
                    fixture.project(IntakeFixture.PROJECT),
                    fixture.intercept(1),
                    "A-1",
                    null,
                    null,
                    io.muster.directory.TouchpointChannel.WEB,
                    io.muster.directory.TouchpointKind.SHOWN)));
            intake.events(fixture.display("d1", "A-1"));
            proxy.mend();
            awaitReplay(intake);

            assertThat(fixture.touchpoints()).isEqualTo(2);
            assertThat(intake.condition().putAside())
                    .singleElement()
                    .satisfies(file ->
                            assertThat(file).content().contains("x".repeat(101)).hasLineCount(1));
        }
    }

    /** Replays what waits in a spool until it is killed, or nothing waits any more. */
    static final class Replaying {

        private Replaying() {}

        public static void main(String[] arguments) throws IOException {
            try (Database database = Database.open(DatabaseSettings.read(
                    new StateFolder(Path.of(arguments[0])), Map.of("muster.database.url", arguments[1])::get))) {
                EventRecorder recorder = new EventRecorder(database.dataSource(), InstantSource.system());
                EventSpool spool = new EventSpool(Path.of(arguments[0], "spool"), 16 << 20, InstantSource.system());
                EventWriter writer = new EventWriter(
                        spool, recorder, Duration.ofSeconds(1), InstantSource.system(), new IntakeFigures());
                writer.start();
                System.out.println("begun");
                while (!SpoolFile.in(Path.of(arguments[0], "spool")).isEmpty()) {
                    LockSupport.parkNanos(1_000_000);
                }

                writer.close();
            }
        }
    }

    @Test
    void aReplayThatIsKilledRecordsEachEventOnce() throws Exception {
        Random random = new Random(3);
        int displays = 6_000;
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy);
                Intake intake = fixture.start(cut.dataSource())) {
            proxy.cut();
            for (int i = 0; i < displays / 400; i++) {
                List<SentEvent> some = new ArrayList<>();
                for (int j = 0; j < 400; j++) {
                    some.addAll(
                            j % 2 == 0
                                    ? fixture.display("d" + i + "-" + j, "A-1")
                                    : displays("{'id':'u','project':'%s','intercept':'%s'}"
                                            .formatted(fixture.project(IntakeFixture.PROJECT), fixture.intercept(2))));
                }

                intake.events(some);
            }
        }

        int kills = 0;
        boolean done = false;
        while (!done) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Replaying.class.getName(),
                            home.toString(),
                            database.url())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getInputStream().read();
            long before = fixture.touchpoints();
            if (kills < ROUNDS) {
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(PATIENCE)
                        .until(() -> fixture.touchpoints() > before || !process.isAlive());
                LockSupport.parkNanos(1_000_000L * random.nextInt(20));
                process.destroyForcibly();
                process.waitFor();
                kills++;
            }

            done = process.waitFor() == 0;
        }

        assertThat(kills).isPositive();
        assertThat(fixture.touchpoints()).isEqualTo(displays / 2);
        assertThat(fixture.counts())
                .containsExactly("shown recorded=" + displays / 2, "shown unlinked=" + displays / 2);
    }

    @Test
    void callsDuringAnOutageAreEachRecordedOnce() throws Exception {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database cut = through(proxy);
                Intake intake = fixture.start(cut.dataSource())) {
            List<Callable<Receipt>> work = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                List<SentEvent> display = fixture.display("d" + i, "A-1");
                int place = i;
                work.add(() -> {
                    if (place == 150) {
                        proxy.cut();
                    } else if (place == 450) {
                        proxy.mend();
                    }

                    return intake.events(display);
                });
            }

            try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
                for (Future<Receipt> done : pool.invokeAll(work)) {
                    assertThat(done.get().accepted()).isEqualTo(1);
                }
            }

            awaitReplay(intake);
            assertThat(fixture.touchpoints()).isEqualTo(600);
        }
    }
}
