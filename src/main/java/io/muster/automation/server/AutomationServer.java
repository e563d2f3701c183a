package io.muster.automation.server;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunUpkeep;
import io.muster.automation.attention.Attention;
import io.muster.automation.attention.Concern;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.notify.Notifications;
import io.muster.database.Installation;
import io.muster.database.Outage;
import io.muster.directory.changes.ChangeFeedReader;
import io.muster.directory.changes.ChangeUpkeep;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.jobs.AskedRuns;
import io.muster.jobs.Holds;
import io.muster.jobs.servers.ThisServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * One server process. Any number of them may share a database: each time of a schedule fires in one of them, and what
 * one of them leaves behind when it dies another takes up within half a minute.
 */
public final class AutomationServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AutomationServer.class);
    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration DUTY_PAUSE = Duration.ofSeconds(5);
    /** A slow webhook must not keep dead runs from being marked. */
    private static final int DUTY_THREADS = 3;

    /** The longest duty gives up on a webhook after thirty seconds. */
    private static final Duration DUTY_PATIENCE = Duration.ofSeconds(5);

    private static final Duration CHANGES_PAUSE = Duration.ofMinutes(1);

    /** It is done once a day; asking more often makes up for a server that was down. */
    private static final Duration PRUNE_PAUSE = Duration.ofMinutes(10);

    /** Evaluators are to know a display within two seconds. */
    private static final Duration FREQUENCY_PAUSE = Duration.ofMillis(500);

    private final ServerSettings settings;
    private final AutomationRuns runs;
    private final RunUpkeep upkeep;
    private final Notifications notifications;
    private final Attention attention;
    private final ThisServer me;
    private final JdbcClient jdbc;
    private final ChangeUpkeep changes;
    private final ChangeFeedReader feed;
    private final FrequencyUpkeep frequency;
    private final Clock clock;
    private final JobCatalog catalog;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CustomTask<String> automations;
    private final AlarmTask alarm;
    private final CustomTask<String> alarms;
    private final CustomTask<String> asking;
    private final AskedRuns asked;
    private final Scheduler scheduler;
    private final Scheduler alarmScheduler;
    private final Scheduler askedScheduler;
    private final Timetable timetable;
    private final ScheduledExecutorService duties;

    /** A server that does not work yet: see {@link #begin}. */
    public static AutomationServer create(
            ServerSettings settings,
            JobFiles files,
            DataSource dataSource,
            AutomationRuns runs,
            RunUpkeep upkeep,
            Notifications notifications,
            Attention attention,
            ThisServer me,
            Clock clock) {
        return new AutomationServer(settings, files, dataSource, runs, upkeep, notifications, attention, me, clock);
    }

    private AutomationServer(
            ServerSettings settings,
            JobFiles files,
            DataSource dataSource,
            AutomationRuns runs,
            RunUpkeep upkeep,
            Notifications notifications,
            Attention attention,
            ThisServer me,
            Clock clock) {
        this.settings = settings;
        this.runs = runs;
        this.upkeep = upkeep;
        this.notifications = notifications;
        this.attention = attention;
        this.me = me;
        this.clock = clock;
        jdbc = JdbcClient.create(dataSource);
        changes = new ChangeUpkeep(jdbc, new JdbcTransactionManager(dataSource), clock);
        feed = new ChangeFeedReader(jdbc, new JdbcTransactionManager(dataSource), clock);
        frequency = new FrequencyUpkeep(dataSource, clock, Installation.ids(jdbc));
        catalog = new JobCatalog(files, runs::standing, runs::seen);
        Holds holds = new Holds(jdbc, clock);
        asked = new AskedRuns(jdbc, clock);
        automations = new AutomationTask(catalog, me, runs, holds, notifications, clock, stopping).task();
        alarm = new AlarmTask(catalog, me, jdbc, holds, notifications, clock);
        alarms = alarm.task();
        asking = new AskedTask(catalog, me, runs, asked, clock, stopping).task();
        String name = "muster-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        scheduler = scheduler(dataSource, AutomationTask.NAME, name, settings.parallelRuns());
        alarmScheduler = scheduler(dataSource, AlarmTask.NAME, name + "-alarms", 1);
        askedScheduler = scheduler(dataSource, AskedTask.NAME, name + "-asked", settings.parallelRuns());
        timetable = new Timetable(scheduler, clock);
        duties = Executors.newScheduledThreadPool(
                DUTY_THREADS, Thread.ofPlatform().name("duties").daemon().factory());
    }

    /** Runs may take hours; what comes due meanwhile of another task must not wait for their threads. */
    private Scheduler scheduler(DataSource dataSource, String task, String name, int threads) {
        return Scheduler.create(dataSource, automations, alarms, asking)
                .tableName("scheduled_task")
                .schedulerName(new SchedulerName.Fixed(name))
                .jdbcCustomization(new MillisCustomization(task))
                .serializer(new TextSerializer())
                .clock(clock::instant)
                .threads(threads)
                // No lock is held from one statement to the next: a server that is stopped in its poll stands in
                // nobody's way.
                .pollUsingFetch(0.5, 1.0)
                .pollingInterval(settings.timing().poll())
                .heartbeatInterval(settings.timing().heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(settings.shutdownPatience())
                .failureLogging(LogLevel.ERROR, true)
                .build();
    }

    /** Takes up its work. */
    public void begin() {
        reload();
        scheduler.start();
        alarmScheduler.start();
        askedScheduler.start();
        every(settings.timing().reload(), "reload job files", this::reload);
        every(DUTY_PAUSE, "deliver notifications", () -> notifications.deliverDue(Duration.ofSeconds(30)));
        every(settings.timing().poll(), "take up runs that were asked for", this::takeUpAsked);
        every(DUTY_PAUSE, "mark dead runs", upkeep::markDead);
        every(Duration.ZERO, DUTY_PAUSE, "go on with what was sent", upkeep::resumeSent);
        every(CHANGES_PAUSE, "keep the change streams short", this::shortenChanges);
        every(FREQUENCY_PAUSE, "compute next eligible times", frequency::run);
        every(Duration.ZERO, PRUNE_PAUSE, "prune history", upkeep::prune);
    }

    private void shortenChanges() {
        feed.keepUp();
        changes.run();
    }

    private void every(Duration pause, String what, Runnable duty) {
        every(pause, pause, what, duty);
    }

    private void every(Duration first, Duration pause, String what, Runnable duty) {
        var ignored = duties.scheduleWithFixedDelay(
                new Duty(what, duty), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Work that comes round again, and must not end with one failure; the log says what it was. */
    private final class Duty implements Runnable {

        private final String what;
        private final Runnable work;
        private boolean isDatabaseAway;

        private Duty(String what, Runnable work) {
            this.what = what;
            this.work = work;
        }

        @Override
        public void run() {
            try {
                work.run();
                isDatabaseAway = false;
            } catch (RuntimeException failure) {
                if (stopping.get()) {
                    LOG.info("Stopped while it was to {}", what, failure);
                } else if (!Outage.isOutage(failure)) {
                    LOG.error("Cannot {}: {}", what, failure.getMessage(), failure);
                } else if (!isDatabaseAway) {
                    isDatabaseAway = true;
                    LOG.warn("Cannot {}: the database does not answer. It is tried until it does.", what);
                }
            }
        }
    }

    private void reload() {
        catalog.refresh();
        me.beat(catalog.fingerprints());
        if (!me.decidesTimes()) {
            return;
        }

        timetable.bringInStep(catalog, automations, JobSchedules::next, JobSchedules::version);
        timetable.bringInStep(catalog, alarms, JobSchedules::nextAlarm, JobSchedules::alarmVersion);
    }

    /** Each of them runs in one server, which is found again when that one dies. */
    private void takeUpAsked() {
        asked.open()
                .forEach(one ->
                        askedScheduler.scheduleIfNotExists(asking.instance(one.automation(), ""), clock.instant()));
    }

    /** How many jobs it runs by schedule, and how many files are not usable. */
    public String summary() {
        long scheduled = catalog.all().stream()
                .filter(loaded ->
                        JobSchedules.next(loaded.job(), clock.instant()).isPresent())
                .count();
        return "%d jobs, %d of them scheduled, %d files not usable"
                .formatted(catalog.all().size(), scheduled, catalog.broken().size());
    }

    /** Whether it takes work. */
    public boolean isWorking() {
        return !stopping.get() && scheduler.getSchedulerState().isStarted();
    }

    /** Whether it takes work and reaches the database. */
    public boolean isReady() {
        if (!isWorking()) {
            return false;
        }

        try {
            return jdbc.sql("SELECT 1").query(Integer.class).single() == 1;
        } catch (DataAccessException failure) {
            LOG.warn("Not ready: the database does not answer: {}", innermost(failure));
            return false;
        }
    }

    /** Without the statement, which says nothing to an operator. */
    private static @Nullable String innermost(DataAccessException failure) {
        return failure.getMostSpecificCause().getMessage();
    }

    /** What waits for a person, here and elsewhere; empty when the database does not answer. */
    public Optional<List<Concern>> concerns() {
        try {
            List<Concern> concerns = new ArrayList<>(attention.concerns());
            concerns.addAll(alarm.missing());
            catalog.away().ifPresent(reason -> concerns.add(Concern.jobFolder(reason)));
            catalog.broken()
                    .forEach(file -> concerns.add(Concern.brokenJobFile(
                            file.file().toString(), file.problems().size())));
            return Optional.of(concerns);
        } catch (DataAccessException failure) {
            LOG.warn("Cannot tell what needs attention: the database does not answer: {}", innermost(failure));
            return Optional.empty();
        }
    }

    /** Takes no more work and asks runs to stop; returns at once. {@link #close} waits for them. */
    public void stop() {
        if (stopping.compareAndSet(false, true)) {
            LOG.info("Stopping: no more work is taken, runs are asked to stop");
            scheduler.pause();
            alarmScheduler.pause();
            askedScheduler.pause();
            runs.stopAll();
        }
    }

    /** Stops and waits for runs to have stopped, at most as long as the setting says. */
    @Override
    public void close() {
        stop();
        if (closed.compareAndSet(false, true)) {
            duties.shutdown();
            alarmScheduler.stop();
            askedScheduler.stop();
            scheduler.stop();
            endDuties();
            me.close();
        }
    }

    /** A duty that is cut off in the middle of a statement would be reported as a failure. */
    private void endDuties() {
        try {
            if (!duties.awaitTermination(DUTY_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                duties.shutdownNow();
            }
        } catch (InterruptedException e) {
            duties.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
