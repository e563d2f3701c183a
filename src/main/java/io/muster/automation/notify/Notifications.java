package io.muster.automation.notify;

import io.muster.automation.RebuildSummary;
import io.muster.automation.RunSummary;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.NotificationRule;
import io.muster.automation.jobfile.NotificationRule.When;
import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.Setting;
import io.muster.automation.notify.Carrier.NotDelivered;
import io.muster.automation.notify.Letter.Channel;
import io.muster.automation.notify.Message.Event;
import io.muster.extract.source.SecretRef;
import io.muster.jobs.RunStatus;
import io.muster.support.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells who a job file names. Telling writes to the outbox, in the caller's transaction where there is one, and never
 * fails for the reason that somebody cannot be reached; {@link #deliverDue} carries what is due, and again later what
 * did not arrive. Everything is told at least once, and once only per run and receiver as far as receivers can be asked.
 */
public final class Notifications {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    /** Pauses after the first failed attempt, the second … ; after the last, a notification is given up. About a day. */
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(8),
            Duration.ofHours(12));

    /** Longer than any attempt takes; afterwards the attempt counts as lost with its process. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    private static final int MAX_ERROR = 500;

    private final Outbox outbox;
    private final Map<Channel, Carrier> carriers;
    private final NotificationSettings settings;
    private final JsonMapper mapper;
    private final Clock clock;

    /** Uses the tables of the given database. */
    public Notifications(
            JdbcClient jdbc, NotificationSettings settings, References references, JsonMapper mapper, Clock clock) {
        this.outbox = new Outbox(jdbc);
        this.settings = settings;
        this.mapper = mapper;
        this.clock = clock;
        this.carriers = Map.of(
                Channel.EMAIL, new MailCarrier(settings.mail(), references, mapper),
                Channel.WEBHOOK, new WebhookCarrier(references, clock));
    }

    /** A run ended, whoever started it. The same end of a run is told once, however often this is called. */
    public void runEnded(JobFile job, RunSummary run) {
        boolean failed = run.status() == RunStatus.FAILED || run.status() == RunStatus.DEAD;
        RunSummary.Imported rows = run.imported();
        Set<When> asked = EnumSet.of(When.ALWAYS);
        if (failed || (rows != null && rows.rejected() > 0)) {
            asked.add(When.ON_REJECTS);
        }

        if (failed) {
            asked.add(When.ON_FAILURE);
        }

        Message message = new Message(
                Event.RUN_ENDED,
                job.id(),
                job.name(),
                run.run(),
                rows == null ? null : rows.file(),
                run.status().name(),
                run.reason(),
                rows == null
                        ? null
                        : new Message.Counts(
                                rows.read(),
                                rows.created(),
                                rows.updated(),
                                rows.unchanged(),
                                rows.rejected(),
                                rows.skipped(),
                                rows.takenAway().left(),
                                rows.takenAway().optedOut(),
                                rows.takenAway().deleted()),
                null,
                run.warnings(),
                run.started(),
                run.ended(),
                settings.linkBase() == null ? null : settings.linkBase() + "/runs/" + run.run());
        tell(job, asked, message, "run|" + run.run() + "|" + run.ended().toEpochMilli());
    }

    /** Segments were rebuilt; one that held a segment back is told like a run with rejected rows. Told once per version. */
    public void rebuilt(JobFile job, RebuildSummary rebuild) {
        boolean held = !rebuild.held().isEmpty();
        Message message = new Message(
                Event.SEGMENTS_REBUILT,
                job.id(),
                job.name(),
                null,
                null,
                held ? "HELD" : "COMPLETED",
                held ? "Segments were held back since their size jumped, or one that they use did." : null,
                null,
                new Message.Rebuilt(
                        rebuild.directory(), rebuild.version(), rebuild.contacts(), rebuild.segments(), rebuild.held()),
                List.of(),
                rebuild.started(),
                rebuild.ended(),
                null);
        tell(
                job,
                held ? EnumSet.of(When.ALWAYS, When.ON_REJECTS) : EnumSet.of(When.ALWAYS),
                message,
                "rebuild|" + job.id() + "|" + rebuild.directory() + "|" + rebuild.version());
    }

    /** No run could be started for that reason; told once per UTC day and reason. */
    public void couldNotRun(JobFile job, String reason) {
        LocalDate day = LocalDate.ofInstant(clock.instant(), java.time.ZoneOffset.UTC);
        tell(
                job,
                failures(),
                problem(job, Event.COULD_NOT_RUN, reason),
                "start|" + job.id() + "|" + day + "|" + reason);
    }

    /** No file came in time; told once per local day. */
    public void noFile(JobFile job, LocalDate day, String reason) {
        tell(job, failures(), problem(job, Event.NO_FILE, reason), "no-file|" + job.id() + "|" + day);
    }

    /** A failed run no longer holds back newer files, since the time for that has passed; told once per run. */
    public void heldBackLongEnough(JobFile job, String run, String file) {
        String reason = "Newer files are imported although the run " + run + " of " + file
                + " has not imported its file: it held them back for as long as the job says. Abandon it, or import the"
                + " file on purpose; its older values would overwrite newer ones.";
        Message message = new Message(
                Event.HOLD_BACK_ENDED,
                job.id(),
                job.name(),
                run,
                file,
                "GOING ON",
                reason,
                null,
                null,
                List.of(),
                null,
                null,
                settings.linkBase() == null ? null : settings.linkBase() + "/runs/" + run);
        tell(job, failures(), message, "hold-back|" + run);
    }

    private static Set<When> failures() {
        return EnumSet.of(When.ON_FAILURE, When.ON_REJECTS, When.ALWAYS);
    }

    private static Message problem(JobFile job, Event event, String reason) {
        String status = event == Event.NO_FILE ? "NO FILE" : "NOT STARTED";
        return new Message(
                event, job.id(), job.name(), null, null, status, reason, null, null, List.of(), null, null, null);
    }

    private void tell(JobFile job, Set<When> asked, Message message, String onceKey) {
        String json = mapper.writeValueAsString(message);
        Instant now = clock.instant();
        for (NotificationRule rule : job.notifications()) {
            if (!asked.contains(rule.when())) {
                continue;
            }

            for (String mailbox : rule.email()) {
                outbox.add(onceKey, job.id(), Channel.EMAIL, mailbox, null, json, now);
            }

            Setting webhook = rule.webhook();
            if (webhook != null) {
                SecretRef secret = rule.secret();
                String reference = secret == null ? null : secret.toString();
                outbox.add(onceKey, job.id(), Channel.WEBHOOK, webhook.text(), reference, json, now);
            }
        }
    }

    /**
     * Makes one attempt for everything that is due. Safe in several processes at once: each attempt is made by one.
     *
     * @param patience no attempt begins after that long
     * @return how many were delivered
     */
    public int deliverDue(Duration patience) {
        Instant end = clock.instant().plus(patience);
        int delivered = 0;
        for (Letter letter : outbox.due(clock.instant())) {
            if (clock.instant().isAfter(end) || Thread.currentThread().isInterrupted()) {
                break;
            }

            if (outbox.take(letter, clock.instant(), LEASE) && carry(letter)) {
                delivered++;
            }
        }

        return delivered;
    }

    private boolean carry(Letter letter) {
        try {
            carrier(letter).carry(letter);
            outbox.sent(letter, clock.instant());
            return true;
        } catch (NotDelivered failure) {
            String error = shortened(failure.reason());
            if (letter.attempts() < PAUSES.size()) {
                Duration pause = PAUSES.get(letter.attempts());
                outbox.retry(letter, error, clock.instant().plus(pause));
                LOG.warn(
                        "Notification {} of automation={} by {} was not delivered, next attempt in {}: {}",
                        letter.id(),
                        letter.automation(),
                        letter.channel(),
                        pause,
                        error);
            } else {
                outbox.givenUp(letter, error, clock.instant());
                LOG.error(
                        "Notification {} of automation={} by {} is given up after {} attempts: {}",
                        letter.id(),
                        letter.automation(),
                        letter.channel(),
                        letter.attempts() + 1,
                        error);
            }

            return false;
        }
    }

    private Carrier carrier(Letter letter) {
        @Nullable Carrier carrier = carriers.get(letter.channel());
        if (carrier == null) {
            throw new IllegalStateException("No carrier for " + letter.channel());
        }

        return carrier;
    }

    /** Notifications that failed at least once and have not arrived, newest first, at most 100. */
    public List<StuckNotification> stuck() {
        return outbox.stuck();
    }

    /** The newest notifications about an automation, whatever happened to them. */
    public List<SentNotification> sent(String automation, int most) {
        return outbox.sent(automation, most);
    }

    /**
     * Makes a notification due at once, with all its attempts; the second time nothing is changed.
     *
     * @return whether anything was changed
     * @throws Refusal when there is none with that number, or it has arrived
     */
    public boolean tryAgain(long id) {
        boolean changed = outbox.tryAgain(id, clock.instant());
        refuseEnded("try", id, changed, "WAITING");
        return changed;
    }

    /**
     * Gives a notification up; the second time nothing is changed.
     *
     * @return whether anything was changed
     * @throws Refusal when there is none with that number, or it has arrived
     */
    public boolean drop(long id) {
        boolean changed = outbox.drop(id, clock.instant());
        refuseEnded("drop", id, changed, "DROPPED");
        return changed;
    }

    private void refuseEnded(String verb, long id, boolean changed, String fine) {
        if (changed) {
            return;
        }

        String state = outbox.state(id)
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_NOTIFICATION",
                                "Cannot %s notification %d: there is none with that number.".formatted(verb, id))
                        .with("notification", id));
        if (!state.equals(fine)) {
            throw Refusal.conflict(
                            "NOTIFICATION_ARRIVED", "Cannot %s notification %d: it has arrived.".formatted(verb, id))
                    .with("notification", id);
        }
    }

    /** Forgets notifications that ended before that; returns how many, at most 10,000 at once. */
    public int prune(Instant endedBefore) {
        return outbox.prune(endedBefore);
    }

    private static String shortened(String error) {
        String line = error.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_ERROR ? line : line.substring(0, MAX_ERROR) + "…";
    }
}
