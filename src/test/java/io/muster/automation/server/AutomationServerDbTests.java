package io.muster.automation.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import io.muster.automation.AutomationBusy;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Jobs;
import io.muster.automation.RunSummary;
import io.muster.automation.RunUpkeep;
import io.muster.automation.Trigger;
import io.muster.automation.attention.Attention;
import io.muster.automation.attention.Concern;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.References;
import io.muster.automation.notify.NotificationSettings;
import io.muster.automation.notify.Notifications;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.TouchpointEdits;
import io.muster.directory.Actor;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.RuleOptions;
import io.muster.jobs.AskedRuns;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Holds;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.servers.ThisServer;
import io.muster.load.TakenAway;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class AutomationServerDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    /** Sunday. */
    private static final Instant NOW = Instant.parse("2026-11-22T01:00:00Z");

    private static final String NIGHTLY = "schedules: [{cron: '30 2 * * *'}]\n";
    private static final int PARALLEL_RUNS = 3;
    private static final String SKIP = NIGHTLY + "missed-runs: skip\n";

    @TempDir
    Path folder;

    @TempDir
    Path state;

    private final List<AutomationServer> servers = new ArrayList<>();
    private final FakeRuns runs = new FakeRuns();
    private final MovableTime time = new MovableTime();

    @BeforeEach
    void clear() {
        database.jdbc().sql("DELETE FROM scheduled_task").update();
        database.jdbc().sql("DELETE FROM known_server").update();
        database.jdbc().sql("DELETE FROM notification").update();
        database.jdbc().sql("DELETE FROM delivery").update();
        database.jdbc().sql("DELETE FROM passed_over_file").update();
        database.jdbc().sql("DELETE FROM asked_run").update();
        database.jdbc().sql("DELETE FROM automation").update();
    }

    @AfterEach
    void stop() {
        runs.release();
        servers.forEach(AutomationServer::close);
    }

    @Test
    void runsAJobWhenItsTimeComes() throws IOException {
        write("nightly", NIGHTLY);
        start();
        settle();
        assertThat(runs.triggers).isEmpty();

        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));

        await().untilAsserted(() -> assertThat(runs.triggers).hasSize(1));
        assertThat(runs.triggers.getFirst()).isInstanceOfSatisfying(Trigger.Scheduled.class, scheduled -> {
            assertThat(scheduled.firing().at()).isEqualTo(Instant.parse("2026-11-22T02:30:00Z"));
            assertThat(scheduled.firing().local()).isEqualTo("2026-11-22T02:30");
        });
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-23T02:30:00Z")));
    }

    @Test
    void whileJobFilesDifferTheTimesAreThoseOfTheFilesThatChangedLast() throws IOException {
        write("nightly", NIGHTLY);
        start();
        Path others = Files.createDirectories(folder.resolve("others"));
        Files.writeString(others.resolve("nightly.yaml"), Jobs.text("nightly", "schedules: [{cron: '45 3 * * *'}]\n"));
        AutomationServer changed = start(database.dataSource(), others);

        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T03:45:00Z")));
        settle();
        assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T03:45:00Z"));

        // Others are then the only ones.
        changed.close();
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T02:30:00Z")));
    }

    @Test
    void aServerWithoutTheFileLeavesTheJobToTheOther() throws IOException {
        Path none = Files.createDirectories(folder.resolve("none"));
        start(database.dataSource(), none);
        start(database.dataSource(), none);
        write("nightly", NIGHTLY);
        start();
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T02:30:00Z")));

        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));

        await().untilAsserted(() -> {
            time.moveTo(time.now().plusMillis(200));
            assertThat(runs.triggers).hasSize(1);
        });
    }

    @Test
    void computesNextEligibleTimesOfWhatWasWritten() {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        new FrequencyRuleStore(
                        database.jdbc(), new TransactionTemplate(database.transactions()), time::now, database.ids())
                .add(
                        directory.id(),
                        new RuleOptions("1", "30d", null, null, false, null, null),
                        Actor.commandLine("tester"));
        start();
        new ContactEdits(database.jdbc(), database.transactions(), time::now, database.ids())
                .upsert(directory.id(), DirectoryFixture.record("extRef", "A"));
        new TouchpointEdits(database.jdbc(), database.transactions(), time::now)
                .add(
                        directory.id(),
                        1,
                        new TouchpointEdits.Addition(
                                TouchpointParts.of(TouchpointChannel.EMAIL, TouchpointKind.SENT),
                                NOW.toEpochMilli(),
                                "manual",
                                "k"));

        await().untilAsserted(
                        () -> assertThat(directory.count("frequency_time")).isOne());
    }

    @Test
    void firesEachTimeInOneOfSeveralServers() throws IOException {
        for (int i = 0; i < 8; i++) {
            write("job-" + i, NIGHTLY);
        }

        start();
        start();
        start();
        for (int day = 22; day <= 25; day++) {
            time.moveTo(Instant.parse("2026-11-%dT02:30:00Z".formatted(day)));
            int expected = 8 * (day - 21);
            Instant following = Instant.parse("2026-11-%dT02:30:00Z".formatted(day + 1));
            await().untilAsserted(() -> {
                assertThat(runs.triggers).hasSize(expected);
                assertThat(nextRun("job-0")).isEqualTo(following);
                assertThat(nextRun("job-7")).isEqualTo(following);
            });
        }

        settle();
        assertThat(runs.triggers).hasSize(32);
    }

    @Test
    void makesUpForMissedRunsOnceOrNotAtAllAsTheJobSays() throws IOException {
        write("once", NIGHTLY);
        write("skip", SKIP);
        start().close();
        time.moveTo(Instant.parse("2026-11-27T12:00:00Z"));

        start();

        Instant next = Instant.parse("2026-11-28T02:30:00Z");
        await().untilAsserted(() -> {
            assertThat(nextRun("once")).isEqualTo(next);
            assertThat(nextRun("skip")).isEqualTo(next);
        });
        assertThat(runs.jobs).containsExactly("once");
    }

    private static void hold(String id) {
        register(id);
        boolean held =
                new Holds(database.jdbc(), Clock.systemUTC()).hold(number(id), "half files", Actor.commandLine("lena"));
        assertThat(held).isTrue();
    }

    private static long number(String id) {
        return database.jdbc()
                .sql("SELECT id FROM automation WHERE name = ?")
                .param(id)
                .query(Long.class)
                .single();
    }

    private static boolean keepsBack(String id) {
        return database.jdbc()
                        .sql("SELECT COUNT(*) FROM scheduled_task WHERE task_instance = ? AND task_data LIKE 'held %'")
                        .param(id)
                        .query(Integer.class)
                        .single()
                == 1;
    }

    @Test
    void whatIsHeldRunsOnReleaseAsIfNoServerHadRunMeanwhile() throws IOException {
        write("once", NIGHTLY);
        write("skip", SKIP);
        start();
        hold("once");
        hold("skip");
        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
        await().until(() -> keepsBack("once") && keepsBack("skip"));
        time.moveTo(Instant.parse("2026-11-24T12:00:00Z"));
        settle();
        assertThat(runs.triggers).isEmpty();

        Holds holds = new Holds(database.jdbc(), Clock.systemUTC());
        assertThat(holds.release(number("once"), Actor.commandLine("lena"))).isTrue();
        assertThat(holds.release(number("skip"), Actor.commandLine("lena"))).isTrue();

        Instant next = Instant.parse("2026-11-25T02:30:00Z");
        await().untilAsserted(() -> {
            time.moveTo(time.now().plusSeconds(1));
            assertThat(nextRun("once")).isEqualTo(next);
            assertThat(nextRun("skip")).isEqualTo(next);
        });
        assertThat(runs.jobs).containsExactly("once");
    }

    @Test
    void theAlarmIsSilentWhileNobodyLooksForFiles() throws IOException {
        writeWithAlarm();
        hold("nightly");
        start();

        time.moveTo(Instant.parse("2026-11-22T06:00:00Z"));

        await().untilAsserted(() -> assertThat(nextAlarm("nightly")).isEqualTo(Instant.parse("2026-11-23T06:00:00Z")));
        assertThat(notifications()).isEmpty();
    }

    @Test
    void whatIsAskedForRunsInOneOfSeveralServersAndIsAnswered() throws IOException {
        write("nightly", "");
        start();
        start();
        hold("nightly");
        AskedRuns asked = new AskedRuns(database.jdbc(), Clock.systemUTC());

        assertThat(asked.ask(number("nightly"), "a.csv", Actor.commandLine("lena")))
                .isTrue();
        assertThat(asked.ask(number("nightly"), "a.csv", Actor.commandLine("tom")))
                .isFalse();

        await().untilAsserted(() -> {
            time.moveTo(time.now().plusMillis(200));
            assertThat(asked.of("nightly").orElseThrow().answered()).isNotNull();
        });
        assertThat(runs.triggers).containsExactly(new Trigger.Asked(Actor.commandLine("lena"), "a.csv"));
        assertThat(asked.open()).isEmpty();
        assertThat(asked.ask(number("nightly"), null, Actor.commandLine("tom"))).isTrue();
        await().untilAsserted(() -> {
            time.moveTo(time.now().plusMillis(200));
            assertThat(runs.triggers).hasSize(2);
        });
    }

    @Test
    void whatIsAskedForOfABusyAutomationRunsAfterwards() throws IOException {
        write("nightly", "");
        start();
        register("nightly");
        AtomicInteger tries = new AtomicInteger();
        runs.answer = () -> {
            if (tries.incrementAndGet() == 1) {
                throw new AutomationBusy("nightly", "RN_1");
            }

            return List.of();
        };
        AskedRuns asked = new AskedRuns(database.jdbc(), Clock.systemUTC());
        assertThat(asked.ask(number("nightly"), null, Actor.commandLine("lena")))
                .isTrue();

        await().untilAsserted(() -> {
            time.moveTo(time.now().plusSeconds(2));
            assertThat(asked.of("nightly").orElseThrow().answered()).isNotNull();
        });
        assertThat(tries).hasValue(2);
        assertThat(asked.of("nightly").orElseThrow().answer()).isEqualTo("Nothing new was there to take.");
    }

    @Test
    void takesUpNewChangedAndRemovedFilesWithoutRestart() throws IOException {
        start();
        write("nightly", NIGHTLY);
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T02:30:00Z")));

        write("nightly", "schedules: [{cron: '0 5 * * *'}]\n");
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T05:00:00Z")));

        write("nightly", "schedules: [{cron: '0 5 * * *'}]\nenabled: false\n");
        await().untilAsserted(() -> assertThat(rows()).isZero());

        write("nightly", NIGHTLY);
        await().untilAsserted(() -> assertThat(rows()).isOne());
        Files.delete(folder.resolve("nightly.yaml"));
        await().untilAsserted(() -> assertThat(rows()).isZero());
    }

    @Test
    void hasAJobNotedWhenItsFileIsFirstSeenAndWhenItIsRenamed() throws IOException {
        write("nightly", NIGHTLY + "enabled: false\n");
        start();
        assertThat(runs.seen).containsExactly("nightly.yaml");

        Files.move(folder.resolve("nightly.yaml"), folder.resolve("moved.yaml"));
        await().untilAsserted(() -> assertThat(runs.seen).containsExactly("nightly.yaml", "moved.yaml"));
        settle();
        assertThat(runs.seen).hasSize(2);
    }

    @Test
    void keepsTheLastGoodVersionOfAFileThatBecomesUnusable() throws IOException {
        write("nightly", NIGHTLY);
        AutomationServer server = start();
        write("nightly", "schedules: [{cron: 'whenever'}]\n");
        await().untilAsserted(() ->
                assertThat(server.summary()).isEqualTo("1 jobs, 1 of them scheduled, 1 files not usable"));

        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));

        await().untilAsserted(() -> assertThat(runs.jobs).containsExactly("nightly"));
    }

    @Test
    void keepsSchedulesAndAlarmsWhileTheJobFolderIsAway() throws Exception {
        write("nightly", NIGHTLY + """
            alarm: {no-file-by: '06:00'}
            notifications: [{when: on-failure, email: [ops@example.com]}]
            """);
        AutomationServer server = start();
        Path away = Files.move(folder, folder.resolveSibling(folder.getFileName() + "-away"));
        try {
            settle();
            assertThat(rows()).isEqualTo(2);
            assertThat(server.concerns().orElseThrow()).singleElement().satisfies(concern -> {
                assertThat(concern.kind()).isEqualTo(Concern.Kind.JOB_FOLDER);
                assertThat(concern.reason()).contains("Mount it again");
            });

            time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
            await().untilAsserted(() -> assertThat(runs.jobs).containsExactly("nightly"));
            time.moveTo(Instant.parse("2026-11-22T06:00:00Z"));
            await().untilAsserted(() -> assertThat(notifications()).hasSize(1));
        } finally {
            Files.move(away, folder);
        }

        await().untilAsserted(() -> assertThat(server.concerns()).contains(List.of()));
        Files.delete(folder.resolve("nightly.yaml"));
        await().untilAsserted(() -> assertThat(rows()).isZero());
    }

    @Test
    void aServerThatStartsWithoutItsJobFolderLeavesRowsAlone() throws IOException {
        write("nightly", NIGHTLY + "alarm: {no-file-by: '02:00'}\n");
        start().close();
        time.moveTo(Instant.parse("2026-11-22T02:40:00Z"));
        Path away = Files.move(folder, folder.resolveSibling(folder.getFileName() + "-away"));
        try {
            start();
            settle();
            assertThat(rows()).isEqualTo(2);
        } finally {
            Files.move(away, folder);
        }

        settle();
        time.moveTo(Instant.parse("2026-11-22T02:42:00Z"));
        await().untilAsserted(() -> assertThat(runs.jobs).containsExactly("nightly"));
        await().untilAsserted(() -> assertThat(nextAlarm("nightly")).isEqualTo(Instant.parse("2026-11-23T02:00:00Z")));
    }

    @Test
    void leavesARowAloneThatTheServerCannotExplainWhileAFileIsUnusable() throws IOException {
        write("nightly", NIGHTLY);
        start().close();
        write("nightly", "schedules: [{cron: 'whenever'}]\n");
        time.moveTo(Instant.parse("2026-11-22T02:40:00Z"));
        AutomationServer server = start();
        settle();
        assertThat(rows()).isOne();

        write("nightly", NIGHTLY);
        await().untilAsserted(() ->
                assertThat(server.summary()).isEqualTo("1 jobs, 1 of them scheduled, 0 files not usable"));
        time.moveTo(Instant.parse("2026-11-22T03:00:00Z"));
        await().untilAsserted(() -> assertThat(runs.jobs).containsExactly("nightly"));
    }

    @Test
    void looksAgainAfterAMinuteWhenTheAutomationIsBusy() throws IOException {
        write("nightly", NIGHTLY);
        runs.answer = () -> {
            throw new AutomationBusy("nightly", "RN_1");
        };
        start();
        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
        await().untilAsserted(() -> assertThat(nextRun("nightly"))
                .isCloseTo(Instant.parse("2026-11-22T02:31:00Z"), within(20, ChronoUnit.SECONDS)));

        runs.answer = List::of;
        time.moveTo(Instant.parse("2026-11-22T02:31:20Z"));
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-23T02:30:00Z")));
        assertThat(notifications()).isEmpty();
    }

    @Test
    void tellsWhenNoRunCouldBeStartedAndTriesAgainTheNextTime() throws IOException {
        write("nightly", NIGHTLY + "notifications: [{when: on-failure, email: [ops@example.com]}]\n");
        runs.answer = () -> {
            throw Refusal.failed("Cannot reach sftp.example.com: connection refused. Check the server.");
        };
        start();
        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));

        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-23T02:30:00Z")));
        assertThat(notifications())
                .singleElement()
                .asString()
                .contains("could-not-run", "Cannot reach sftp.example.com: connection refused.");
    }

    @Test
    void goesOnSoonWhenTheDatabaseWasLostMeanwhile() throws IOException {
        write("nightly", NIGHTLY + "notifications: [{when: on-failure, email: [ops@example.com]}]\n");
        SQLException away = new SQLTransientConnectionException("Connection is not available");
        runs.answer = () -> {
            throw Refusal.failed("DATABASE_LOST", "Cannot finish run RN_1: the database was lost.")
                    .causedBy(away);
        };
        start();
        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
        await().untilAsserted(() -> assertThat(nextRun("nightly"))
                .isCloseTo(Instant.parse("2026-11-22T02:30:30Z"), within(20, ChronoUnit.SECONDS)));

        runs.answer = () -> {
            throw new DataAccessResourceFailureException("No connection", away);
        };
        time.moveTo(Instant.parse("2026-11-22T02:31:00Z"));
        await().untilAsserted(() -> assertThat(nextRun("nightly"))
                .isCloseTo(Instant.parse("2026-11-22T02:31:30Z"), within(20, ChronoUnit.SECONDS)));

        runs.answer = List::of;
        time.moveTo(Instant.parse("2026-11-22T02:32:00Z"));
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-23T02:30:00Z")));
        assertThat(runs.triggers).hasSize(3).endsWith(new Trigger.Recovery(), new Trigger.Recovery());
        assertThat(notifications()).isEmpty();
    }

    @Test
    void goesOnWithWhatAShutdownInterrupted() throws IOException {
        write("nightly", NIGHTLY);
        runs.hold();
        AutomationServer server = start();
        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
        await().untilAsserted(() -> assertThat(runs.triggers).hasSize(1));

        server.close();
        assertThat(runs.stopped).isTrue();
        assertThat(server.isReady()).isFalse();
        assertThat(nextRun("nightly")).isCloseTo(Instant.parse("2026-11-22T02:30:00Z"), within(60, ChronoUnit.SECONDS));

        runs.answer = List::of;
        start();
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-23T02:30:00Z")));
        assertThat(runs.triggers).hasSize(2);
        assertThat(runs.triggers.getLast()).isEqualTo(new Trigger.Recovery());
    }

    @Test
    void takesOverFromAServerThatDied() throws IOException {
        write("nightly", NIGHTLY);
        start().close();
        // As a killed server leaves it: picked, with a heartbeat that has fallen silent.
        database.jdbc()
                .sql("""
                    UPDATE scheduled_task
                    SET picked = 1, picked_by = 'dead', last_heartbeat = :beat, execution_time = :due
                    """)
                .param("beat", NOW.minusSeconds(60).toEpochMilli())
                .param("due", NOW.minusSeconds(90).toEpochMilli())
                .update();

        start();

        await().untilAsserted(() -> assertThat(runs.triggers).containsExactly(new Trigger.Recovery()));
        await().untilAsserted(() -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-22T02:30:00Z")));
    }

    @Test
    void aServerThatIsStoppedInItsPollKeepsNoDueJobFromTheOthers() throws IOException {
        write("nightly", NIGHTLY);
        StoppedInItsPoll stopped = new StoppedInItsPoll(database.dataSource());
        try {
            start(stopped);
            settle();
            time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
            stopped.whenTasksAreRead.set(true);
            await().untilAsserted(() -> assertThat(stopped.reached.getCount()).isZero());
            assertThat(runs.triggers).isEmpty();

            start();

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(runs.triggers).hasSize(1));
            await().untilAsserted(
                            () -> assertThat(nextRun("nightly")).isEqualTo(Instant.parse("2026-11-23T02:30:00Z")));
        } finally {
            stopped.goOn.countDown();
        }

        settle();
        assertThat(runs.triggers).hasSize(1);
    }

    /** Stands still as soon as it has read the tasks that are due, with whatever locks it holds then. */
    private static final class StoppedInItsPoll extends DelegatingDataSource {

        private final AtomicBoolean whenTasksAreRead = new AtomicBoolean();
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        StoppedInItsPoll(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return proxy(Connection.class, super.getConnection(), "");
        }

        private <T> T proxy(Class<T> type, T target, String sql) {
            InvocationHandler handler = (proxy, method, arguments) -> {
                Object answer;
                try {
                    answer = method.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }

                if (method.getName().startsWith("execute")
                        && sql.toLowerCase(Locale.ROOT).matches("(?s)\\s*select .*scheduled_task.*execution_time <=.*")
                        && whenTasksAreRead.get()) {
                    reached.countDown();
                    goOn.await();
                }

                return answer instanceof PreparedStatement statement
                        ? proxy(PreparedStatement.class, statement, String.valueOf(arguments[0]))
                        : answer;
            };
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    @Test
    void raisesTheAlarmOncePerDayWhenNoFileHasCome() throws IOException {
        write("nightly", """
            alarm: {no-file-by: '06:00', counted-from: '20:00'}
            notifications: [{when: on-failure, email: [ops@example.com]}]
            """);
        start();
        start();
        time.moveTo(Instant.parse("2026-11-22T06:00:00Z"));
        await().untilAsserted(() -> assertThat(notifications()).hasSize(1));
        assertThat(notifications().getFirst())
                .contains("no-file", "No file has come by 06:00 (UTC), counted from 2026-11-21T20:00.");

        deliver("nightly", Instant.parse("2026-11-22T21:00:00Z"));
        time.moveTo(Instant.parse("2026-11-23T06:00:00Z"));
        await().untilAsserted(() -> assertThat(nextAlarm("nightly")).isEqualTo(Instant.parse("2026-11-24T06:00:00Z")));
        assertThat(notifications()).hasSize(1);

        time.moveTo(Instant.parse("2026-11-24T06:00:00Z"));
        await().untilAsserted(() -> assertThat(notifications()).hasSize(2));
    }

    @Test
    void raisesTheAlarmWhileAllPlacesOfRunsAreTaken() throws IOException {
        for (int job = 1; job <= PARALLEL_RUNS + 2; job++) {
            write("busy-" + job, NIGHTLY);
        }

        write("nightly", """
            alarm: {no-file-by: '02:40'}
            notifications: [{when: on-failure, email: [ops@example.com]}]
            """);
        runs.hold();
        start();
        time.moveTo(Instant.parse("2026-11-22T02:30:00Z"));
        await().untilAsserted(() -> assertThat(runs.triggers).hasSize(PARALLEL_RUNS));
        settle();
        assertThat(runs.triggers).as("no more than parallel-runs says").hasSize(PARALLEL_RUNS);

        time.moveTo(Instant.parse("2026-11-22T02:40:00Z"));

        await().untilAsserted(() -> assertThat(notifications()).hasSize(1));
        assertThat(runs.triggers).hasSize(PARALLEL_RUNS);
    }

    @Test
    void aFileThatIsImportedAgainHasNotComeAgain() throws IOException {
        writeWithAlarm();
        deliver("nightly", Instant.parse("2026-11-20T05:00:00Z"));
        database.jdbc()
                .sql("""
            INSERT INTO delivery (automation_id, path, listing_key, generation, size, modified_at, state, disposal,
              created_at)
            SELECT automation_id, path, listing_key, 2, size, modified_at, state, disposal, :at FROM delivery
            """)
                .param("at", Instant.parse("2026-11-22T05:00:00Z").toEpochMilli())
                .update();
        start();

        time.moveTo(Instant.parse("2026-11-22T06:00:00Z"));

        await().untilAsserted(() -> assertThat(notifications()).hasSize(1));
    }

    @Test
    void aFileThatIsHeldBackHasCome() throws IOException {
        writeWithAlarm();
        deliver("nightly", Instant.parse("2026-11-20T05:00:00Z"));
        database.jdbc()
                .sql("""
            INSERT INTO passed_over_file (automation_id, path_key, path, reason, since)
            SELECT id, UNHEX('00'), 'b.csv', 'HELD_BACK', :at FROM automation
            """)
                .param("at", Instant.parse("2026-11-22T05:00:00Z").toEpochMilli())
                .update();
        AutomationServer server = start();

        time.moveTo(Instant.parse("2026-11-22T06:00:00Z"));
        await().untilAsserted(() -> assertThat(nextAlarm("nightly")).isEqualTo(Instant.parse("2026-11-23T06:00:00Z")));
        assertThat(notifications()).isEmpty();
        assertThat(server.concerns()).contains(List.of());

        time.moveTo(Instant.parse("2026-11-23T06:00:00Z"));
        await().untilAsserted(() -> assertThat(notifications()).hasSize(1));
        assertThat(server.concerns().orElseThrow()).singleElement().satisfies(concern -> {
            assertThat(concern.kind()).isEqualTo(Concern.Kind.NO_FILE);
            assertThat(concern.automation()).isEqualTo("nightly");
            assertThat(concern.since()).isEqualTo(Instant.parse("2026-11-23T06:00:00Z"));
            assertThat(concern.reason()).startsWith("No file has come by 06:00 (");
        });
    }

    private void writeWithAlarm() throws IOException {
        write("nightly", """
            alarm: {no-file-by: '06:00'}
            notifications: [{when: on-failure, email: [ops@example.com]}]
            """);
    }

    @Test
    void isReadyUntilItStops() {
        AutomationServer server = start();
        assertThat(server.isReady()).isTrue();

        server.stop();
        assertThat(server.isReady()).isFalse();
    }

    @Test
    void saysWhatWaitsForAPersonApartFromWhetherItCanWork() throws Exception {
        write("nightly", NIGHTLY + "notifications: [{when: on-failure, email: [ops@example.com]}]\n");
        AutomationServer server = start();
        assertThat(server.concerns()).contains(List.of());

        deliver("nightly", NOW);
        database.jdbc()
                .sql("UPDATE delivery SET state = 'WAITING', path = '/in/late.csv'")
                .update();
        database.jdbc().sql("""
            INSERT INTO notification (once_key, automation, channel, destination, message, state, attempts, due_at,
              last_error, created_at)
            VALUES (UNHEX('00'), 'nightly', 'EMAIL', 'ops@example.com', '{}', 'GIVEN_UP', 9, 0, 'refused', 0)
            """).update();
        write("other", "schedules: [{cron: 'whenever'}]\n");
        await().untilAsserted(() -> assertThat(server.summary()).endsWith(", 1 files not usable"));

        List<Concern> concerns = server.concerns().orElseThrow();
        assertThat(concerns.toString()).doesNotContain("ops@example.com");
        assertThat(concerns)
                .extracting(Concern::kind)
                .containsExactly(
                        Concern.Kind.WAITING_DELIVERY, Concern.Kind.STUCK_NOTIFICATION, Concern.Kind.BROKEN_JOB_FILE);
        assertThat(concerns.getFirst().automation()).isEqualTo("nightly");
        assertThat(concerns.getFirst().file()).isEqualTo("late.csv");
        assertThat(concerns.getFirst().since()).isEqualTo(NOW);
        assertThat(server.isReady()).isTrue();
    }

    @Test
    void marksDeadRunsAndPrunesHistory() {
        start();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(runs.looks).hasPositiveValue();
            assertThat(runs.prunings).hasPositiveValue();
        });
    }

    @Test
    void keepsTheTableOfTheSchedulerReadable() throws IOException {
        write("nightly", NIGHTLY);
        start();

        Scheduler other = Scheduler.create(database.dataSource())
                .tableName("scheduled_task")
                .schedulerName(new SchedulerName.Fixed("reader"))
                .jdbcCustomization(new MillisCustomization(AutomationTask.NAME))
                .serializer(new TextSerializer())
                .build();
        assertThat(other.getScheduledExecutions()).singleElement().satisfies(row -> {
            assertThat(row.getExecutionTime()).isEqualTo(Instant.parse("2026-11-22T02:30:00Z"));
            assertThat(row.getConsecutiveFailures()).isZero();
            assertThat(row.getLastSuccess()).isNull();
        });
    }

    private AutomationServer start() {
        return start(database.dataSource());
    }

    private AutomationServer start(DataSource dataSource) {
        return start(dataSource, folder);
    }

    private AutomationServer start(DataSource dataSource, Path jobs) {
        Clock clock = ((InstantSource) time::now).withZone(ZoneOffset.UTC);
        Notifications notifications = new Notifications(
                database.jdbc(),
                new NotificationSettings(null, null),
                new References(Map.of()),
                JsonMapper.shared(),
                clock);
        RunLedger ledger =
                new RunLedger(database.jdbc(), new TransactionTemplate(database.transactions()), clock, database.ids());
        Attention attention = new Attention(
                new Automations(database.jdbc(), ledger, clock),
                new Deliveries(database.jdbc(), clock),
                notifications,
                database.jdbc(),
                clock,
                database.ids());
        AutomationServer server = AutomationServer.create(
                new ServerSettings(
                        PARALLEL_RUNS,
                        Duration.ofSeconds(20),
                        new ServerSettings.Timing(
                                Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMillis(150))),
                new JobFiles(jobs),
                dataSource,
                runs,
                runs,
                notifications,
                attention,
                ThisServer.begin(
                        JdbcClient.create(dataSource),
                        new StateFolder(state),
                        new Spool(state.resolve("spool")),
                        "test",
                        clock),
                clock);
        servers.add(server);
        server.begin();
        return server;
    }

    /** Long enough for several polls and reloads: what has not happened by then does not. */
    private static void settle() {
        Instant end = Instant.now().plusMillis(700);
        await().until(() -> Instant.now().isAfter(end));
    }

    private void write(String id, String more) throws IOException {
        Path fresh = Files.writeString(folder.resolve("." + id), Jobs.text(id, more));
        Files.move(
                fresh,
                folder.resolve(id + ".yaml"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void register(String automation) {
        database.jdbc()
                .sql("INSERT INTO automation (name, created_at) VALUES (:name, 0)")
                .param("name", automation)
                .update();
    }

    private static void deliver(String automation, Instant at) {
        register(automation);
        database.jdbc().sql("""
            INSERT INTO delivery (automation_id, path, listing_key, generation, size, modified_at, state,
              disposal, created_at)
            SELECT id, 'a.csv', UNHEX('00112233445566778899AABBCCDDEEFF'), 1, 1, 0, 'IMPORTED', 'LEFT', :at
            FROM automation
            """).param("at", at.toEpochMilli()).update();
    }

    private static Instant nextRun(String id) {
        return next("automation", id);
    }

    private static Instant nextAlarm(String id) {
        return next("no-file-alarm", id);
    }

    private static Instant next(String task, String id) {
        return Instant.ofEpochMilli(database.jdbc()
                .sql("""
                    SELECT COALESCE(MAX(execution_time), 0) FROM scheduled_task
                    WHERE task_name = :task AND task_instance = :id AND picked = 0
                    """)
                .param("task", task)
                .param("id", id)
                .query(Long.class)
                .single());
    }

    private static long rows() {
        return database.jdbc()
                .sql("SELECT COUNT(*) FROM scheduled_task")
                .query(Long.class)
                .single();
    }

    private static List<String> notifications() {
        return database.jdbc()
                .sql("SELECT message FROM notification ORDER BY id")
                .query(String.class)
                .list();
    }

    /** A clock that tests move and that runs on from there: the scheduler waits by it. */
    private static final class MovableTime {

        private record Moved(Instant to, long nanos) {}

        private volatile Moved moved = new Moved(NOW, System.nanoTime());

        void moveTo(Instant to) {
            moved = new Moved(to, System.nanoTime());
        }

        Instant now() {
            Moved last = moved;
            return last.to().plusNanos(System.nanoTime() - last.nanos());
        }
    }

    /** Runs that do nothing, or wait until they are asked to stop. */
    private static final class FakeRuns implements AutomationRuns, RunUpkeep {

        private final List<Trigger> triggers = new CopyOnWriteArrayList<>();
        private final List<String> jobs = new CopyOnWriteArrayList<>();
        private final CountDownLatch stop = new CountDownLatch(1);
        private volatile Supplier<List<RunSummary>> answer = List::of;
        private volatile boolean stopped;
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger prunings = new AtomicInteger();

        void hold() {
            answer = () -> {
                try {
                    assertThat(stop.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }

                return List.of(new RunSummary(
                        "RN_1",
                        "nightly",
                        RunStatus.STOPPED,
                        "Asked to stop.",
                        new RunSummary.Imported("a.csv", 0, 0, 0, 0, 0, 0, TakenAway.NONE),
                        NOW,
                        NOW));
            };
        }

        @Override
        public void seen(Collection<LoadedJob> jobs) {
            jobs.forEach(loaded -> seen.add(loaded.file().getFileName().toString()));
        }

        void release() {
            stop.countDown();
        }

        @Override
        public List<RunSummary> run(JobFile job, Trigger trigger) {
            triggers.add(trigger);
            jobs.add(job.id());
            return answer.get();
        }

        @Override
        public void stopAll() {
            stopped = true;
            stop.countDown();
        }

        @Override
        public int markDead() {
            looks.incrementAndGet();
            return 0;
        }

        @Override
        public void resumeSent() {}

        @Override
        public void prune() {
            prunings.incrementAndGet();
        }
    }
}
