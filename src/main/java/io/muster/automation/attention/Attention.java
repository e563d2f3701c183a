package io.muster.automation.attention;

import io.muster.automation.attention.Concern.Kind;
import io.muster.automation.notify.Notifications;
import io.muster.automation.notify.StuckNotification;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Run;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What waits for a person in the whole installation. It reads small indexed sets, so that it can be asked every few
 * seconds.
 */
public final class Attention {

    /** At most so many concerns of each kind. */
    public static final int MOST = 100;

    private static final String NAME = "SELECT name FROM automation WHERE id = :id";

    private static final String HELD = """
        SELECT id FROM segment
        WHERE held_version IS NOT NULL AND held_reason = 'GUARD'
        ORDER BY id
        LIMIT :most
        """;

    private final Automations automations;
    private final Deliveries deliveries;
    private final Notifications notifications;
    private final JdbcClient jdbc;
    private final Ids ids;

    /** Asks these parts. */
    public Attention(
            Automations automations, Deliveries deliveries, Notifications notifications, JdbcClient jdbc, Ids ids) {
        this.automations = automations;
        this.deliveries = deliveries;
        this.notifications = notifications;
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** Everything that waits for a person, by kind, longest first. */
    public List<Concern> concerns() {
        return Stream.of(failed(), waiting(), stuck(), held())
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

    private List<Concern> waiting() {
        return deliveries.allWaiting(MOST).stream().map(this::waiting).toList();
    }

    private Concern waiting(Delivery delivery) {
        return new Concern(
                Kind.WAITING_DELIVERY,
                jdbc.sql(NAME)
                        .param("id", delivery.automation())
                        .query(String.class)
                        .single(),
                delivery.listed().name(),
                null,
                null,
                delivery.entered(),
                "It came after a newer file was imported: import it on purpose, or skip it.");
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
