package io.muster.automation.attention;

import io.muster.automation.attention.Concern.Kind;
import io.muster.automation.notify.Notifications;
import io.muster.automation.notify.StuckNotification;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Automations;
import io.muster.jobs.Automations.Known;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Holds.Hold;
import io.muster.jobs.Run;
import io.muster.jobs.servers.KnownServer;
import io.muster.jobs.servers.Servers;
import io.muster.snapshot.feed.EvaluatorReport;
import io.muster.snapshot.feed.EvaluatorRows;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What waits for a person in the whole installation. It reads small indexed sets, so that it can be asked every few
 * seconds.
 */
public final class Attention {

    /** At most so many concerns of each kind. */
    public static final int MOST = 100;

    private static final String ELSEWHERE = """
        SELECT a.name, p.path, p.since
        FROM passed_over_file p
        JOIN automation a ON a.id = p.automation_id
        WHERE p.reason = 'ELSEWHERE'
        ORDER BY p.since, p.path
        LIMIT :most
        """;

    private static final String LIES = "SELECT spool, host FROM dropped_file WHERE id = :id";

    private static final String HELD = """
        SELECT id FROM segment
        WHERE held_version IS NOT NULL AND held_reason = 'GUARD'
        ORDER BY id
        LIMIT :most
        """;

    /** A server that starts again in time is not missed. */
    private static final Duration MISSED_AFTER = Duration.ofMinutes(5);

    /** An evaluator or server that was not heard for so long was taken away on purpose. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

    /** A large import ends with a new table; an evaluator that waits longer for one waits in vain. */
    private static final Duration BEHIND_FOR = Duration.ofHours(1);

    private final Automations automations;
    private final Deliveries deliveries;
    private final Notifications notifications;
    private final EvaluatorRows evaluators;
    private final Servers servers;
    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;

    /** Asks these parts. */
    public Attention(
            Automations automations,
            Deliveries deliveries,
            Notifications notifications,
            JdbcClient jdbc,
            InstantSource clock,
            Ids ids) {
        this.automations = automations;
        this.deliveries = deliveries;
        this.notifications = notifications;
        this.evaluators = new EvaluatorRows(jdbc, clock);
        this.servers = new Servers(jdbc);
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
    }

    /** Everything that waits for a person, by kind, longest first. */
    public List<Concern> concerns() {
        Map<String, Known> known = automations.known();
        return Stream.of(
                        failed(),
                        waiting(known),
                        stuck(),
                        held(),
                        heldAutomations(known),
                        evaluators(),
                        differing(),
                        silent(),
                        elsewhere())
                .flatMap(List::stream)
                .toList();
    }

    private List<Concern> failed() {
        return automations.allPending(MOST).stream().map(Attention::failed).toList();
    }

    private static Concern failed(Run run) {
        Long ended = run.ended();
        return new Concern(
                Kind.FAILED_DELIVERY,
                run.automation(),
                Listed.nameOf(run.imported().file()),
                run.id(),
                null,
                Instant.ofEpochMilli(ended == null ? run.heartbeat() : ended),
                "Its run is %s: resume, reprocess or abandon it.".formatted(run.status()));
    }

    private List<Concern> waiting(Map<String, Known> known) {
        Map<Long, String> names = known.values().stream().collect(Collectors.toMap(Known::number, Known::name));
        return deliveries.allWaiting().stream()
                .limit(MOST)
                .map(delivery -> new Concern(
                        Kind.WAITING_DELIVERY,
                        names.get(delivery.automation()),
                        delivery.listed().name(),
                        null,
                        null,
                        delivery.entered(),
                        "It came after a newer file was imported: import it on purpose, or skip it."))
                .toList();
    }

    private List<Concern> stuck() {
        return notifications.stuck().stream().map(Attention::stuck).toList();
    }

    private static Concern stuck(StuckNotification stuck) {
        return new Concern(
                Kind.STUCK_NOTIFICATION,
                stuck.automation(),
                null,
                null,
                null,
                stuck.created(),
                "Notification %d by %s has not arrived after %s, and %s."
                        .formatted(
                                stuck.id(),
                                stuck.channel().toLowerCase(Locale.ROOT),
                                stuck.attempts() == 1 ? "1 attempt" : stuck.attempts() + " attempts",
                                stuck.state() == StuckNotification.State.GIVEN_UP
                                        ? "is given up. Mend its address or server, then retry it, or drop it"
                                        : "is tried again. Mend its address or server, or drop it"));
    }

    private static List<Concern> heldAutomations(Map<String, Known> known) {
        return known.values().stream()
                .flatMap(one -> Stream.ofNullable(one.hold()))
                .sorted(Comparator.comparing(Hold::automation))
                .limit(MOST)
                .map(Concern::held)
                .toList();
    }

    private List<Concern> evaluators() {
        Instant now = clock.instant();
        return evaluators.all().stream()
                .filter(one -> one.lastSeen().isAfter(now.minus(FORGOTTEN_AFTER)))
                .flatMap(one -> Attention.evaluator(one, now).stream())
                .limit(MOST)
                .toList();
    }

    private static Optional<Concern> evaluator(EvaluatorReport one, Instant now) {
        if (one.silent()) {
            return Optional.of(Concern.evaluator(
                    Kind.SILENT_EVALUATOR,
                    one.lastSeen(),
                    "Evaluator %s is not heard any more: see whether it runs and reaches a server."
                            .formatted(one.name())));
        }

        Instant behind = one.behindSince();
        String what = one.stale() ? "serves contacts that are too old" : "";
        if (one.refusedSnapshots() > 0) {
            what = "refuses the newest snapshots of %d projects".formatted(one.refusedSnapshots());
        } else if (behind != null && behind.isBefore(now.minus(BEHIND_FOR))) {
            what = "misses changes that only a new table brings";
        }

        return what.isEmpty()
                ? Optional.empty()
                : Optional.of(Concern.evaluator(
                        Kind.OUTDATED_EVALUATOR,
                        behind == null ? one.lastSeen() : behind,
                        "Evaluator %s %s: publish a snapshot, or see in its log why it does not take it."
                                .formatted(one.name(), what)));
    }

    private List<Concern> differing() {
        return servers.differingForLong().stream().map(Concern::jobFilesDiffer).toList();
    }

    /** What lies in a spool that a living server has as well is seen to by that one. */
    private List<Concern> silent() {
        List<KnownServer> all = servers.all();
        Instant now = clock.instant();
        Set<String> spools =
                all.stream().filter(KnownServer::living).map(KnownServer::spool).collect(Collectors.toSet());
        return all.stream()
                .filter(server -> !server.living() && !spools.contains(server.spool()))
                .filter(server -> server.lastSeen().isBefore(now.minus(MISSED_AFTER)))
                .filter(server -> server.lastSeen().isAfter(now.minus(FORGOTTEN_AFTER)))
                .limit(MOST)
                .map(Concern::silentServer)
                .toList();
    }

    /** A file that was passed over. */
    private record Passed(String automation, SourceFile file, Instant since) {}

    private List<Concern> elsewhere() {
        return jdbc
                .sql(ELSEWHERE)
                .param("most", MOST)
                .query((row, index) -> {
                    Instant since = Instant.ofEpochMilli(row.getLong("since"));
                    return new Passed(row.getString("name"), new SourceFile(row.getString("path"), 0, since), since);
                })
                .list()
                .stream()
                .flatMap(passed -> elsewhere(passed).stream())
                .toList();
    }

    private Optional<Concern> elsewhere(Passed passed) {
        OptionalLong file = ids.read(PublicId.DROPPED_FILE, passed.file().path().replaceFirst("/.*", ""));
        return file.isEmpty()
                ? Optional.empty()
                : jdbc.sql(LIES)
                        .param("id", file.getAsLong())
                        .query((row, index) -> servers.holder(row.getString("spool"), row.getString("host")))
                        .optional()
                        .filter(holder -> !holder.living())
                        .map(holder -> Concern.fileElsewhere(
                                passed.automation(), passed.file().name(), passed.since(), holder.name()));
    }

    private List<Concern> held() {
        return jdbc.sql(HELD).param("most", MOST).query(Long.class).list().stream()
                .map(segment -> new Concern(
                        Kind.HELD_SEGMENT,
                        null,
                        null,
                        null,
                        ids.of(PublicId.SEGMENT, segment),
                        null,
                        "Its new version was held back since its size jumped: publish it, or correct its condition."))
                .toList();
    }
}
