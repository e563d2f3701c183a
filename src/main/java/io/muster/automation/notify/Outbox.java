package io.muster.automation.notify;

import io.muster.automation.notify.Letter.Channel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of notifications on their way. */
final class Outbox {

    private static final String INSERT = """
            INSERT INTO notification (once_key, automation, channel, destination, secret_ref, message, state, attempts,
              due_at, created_at)
            VALUES (:once, :automation, :channel, :destination, :secret, :message, 'WAITING', 0, :now, :now)
            """;

    private static final String DUE = """
            SELECT id, automation, channel, destination, secret_ref, message, attempts
            FROM notification
            WHERE state = 'WAITING' AND due_at <= :now
            ORDER BY due_at, id
            LIMIT 100
            """;

    /** Whoever counts the attempt makes it: of two processes one finds the number changed. */
    private static final String TAKE = """
            UPDATE notification
            SET attempts = attempts + 1, due_at = :until
            WHERE id = :id AND state = 'WAITING' AND attempts = :attempts
            """;

    private static final String END = """
            UPDATE notification
            SET state = :state, last_error = :error, ended_at = :now
            WHERE id = :id
            """;

    private static final String RETRY = """
            UPDATE notification
            SET due_at = :due, last_error = :error
            WHERE id = :id AND state = 'WAITING'
            """;

    private static final String STUCK = """
            SELECT id, automation, channel, destination, state, attempts, last_error, created_at
            FROM notification
            WHERE state = 'GIVEN_UP' OR (state = 'WAITING' AND last_error IS NOT NULL)
            ORDER BY id DESC
            LIMIT 100
            """;

    private static final String SENT = """
            SELECT id, channel, state, attempts, last_error, created_at, ended_at
            FROM notification
            WHERE automation = :automation
            ORDER BY id DESC
            LIMIT :most
            """;

    /** One that waits for its first attempt has nothing to be tried again. */
    private static final String TRY_AGAIN = """
            UPDATE notification
            SET state = 'WAITING', attempts = 0, due_at = :now, ended_at = NULL
            WHERE id = :id AND (state IN ('GIVEN_UP', 'DROPPED') OR (state = 'WAITING' AND attempts > 0))
            """;

    private static final String DROP = """
            UPDATE notification
            SET state = 'DROPPED', ended_at = :now
            WHERE id = :id AND state IN ('WAITING', 'GIVEN_UP')
            """;

    private static final String STATE = "SELECT state FROM notification WHERE id = :id";

    private static final String PRUNE = """
            DELETE FROM notification
            WHERE ended_at < :before
            LIMIT 10000
            """;

    private final JdbcClient jdbc;

    Outbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds a letter unless the same was told before; false when it was. */
    boolean add(
            String onceKey,
            String automation,
            Channel channel,
            String destination,
            @Nullable String secretRef,
            String message,
            Instant now) {
        try {
            jdbc.sql(INSERT)
                    .param("once", hash(onceKey + "|" + channel + "|" + destination))
                    .param("automation", automation)
                    .param("channel", channel.name())
                    .param("destination", destination)
                    .param("secret", secretRef)
                    .param("message", message)
                    .param("now", now.toEpochMilli())
                    .update();
            return true;
        } catch (DuplicateKeyException ignored) {
            return false;
        }
    }

    List<Letter> due(Instant now) {
        return jdbc.sql(DUE)
                .param("now", now.toEpochMilli())
                .query((row, ignored) -> new Letter(
                        row.getLong("id"),
                        row.getString("automation"),
                        Channel.valueOf(row.getString("channel")),
                        row.getString("destination"),
                        row.getString("secret_ref"),
                        row.getString("message"),
                        row.getInt("attempts")))
                .list();
    }

    /** Takes a letter for one attempt; false when another process was faster. */
    boolean take(Letter letter, Instant now, Duration lease) {
        return jdbc.sql(TAKE)
                        .param("until", now.plus(lease).toEpochMilli())
                        .param("id", letter.id())
                        .param("attempts", letter.attempts())
                        .update()
                == 1;
    }

    void sent(Letter letter, Instant now) {
        end(letter, "SENT", null, now);
    }

    void givenUp(Letter letter, String error, Instant now) {
        end(letter, "GIVEN_UP", error, now);
    }

    private void end(Letter letter, String state, @Nullable String error, Instant now) {
        jdbc.sql(END)
                .param("state", state)
                .param("error", error)
                .param("now", now.toEpochMilli())
                .param("id", letter.id())
                .update();
    }

    void retry(Letter letter, String error, Instant due) {
        jdbc.sql(RETRY)
                .param("due", due.toEpochMilli())
                .param("error", error)
                .param("id", letter.id())
                .update();
    }

    /** The newest of an automation, whatever happened to them. */
    List<SentNotification> sent(String automation, int most) {
        return jdbc.sql(SENT)
                .param("automation", automation)
                .param("most", most)
                .query((row, index) -> {
                    long ended = row.getLong("ended_at");
                    return new SentNotification(
                            row.getLong("id"),
                            Channel.valueOf(row.getString("channel")).name(),
                            row.getString("state"),
                            row.getInt("attempts"),
                            row.getString("last_error"),
                            Instant.ofEpochMilli(row.getLong("created_at")),
                            ended == 0 ? null : Instant.ofEpochMilli(ended));
                })
                .list();
    }

    List<StuckNotification> stuck() {
        return jdbc.sql(STUCK)
                .query((row, ignored) -> new StuckNotification(
                        row.getLong("id"),
                        row.getString("automation"),
                        row.getString("channel"),
                        row.getString("destination"),
                        row.getString("state").equals("GIVEN_UP")
                                ? StuckNotification.State.GIVEN_UP
                                : StuckNotification.State.RETRYING,
                        row.getInt("attempts"),
                        row.getString("last_error"),
                        Instant.ofEpochMilli(row.getLong("created_at"))))
                .list();
    }

    /** Makes a notification due at once, with all its attempts; false when there is nothing to be tried again. */
    boolean tryAgain(long id, Instant now) {
        return jdbc.sql(TRY_AGAIN)
                        .param("now", now.toEpochMilli())
                        .param("id", id)
                        .update()
                == 1;
    }

    /** Gives a notification up; false when it has arrived or was dropped before. */
    boolean drop(long id, Instant now) {
        return jdbc.sql(DROP).param("now", now.toEpochMilli()).param("id", id).update() == 1;
    }

    /** Whether it is on its way, has arrived or was given up; empty when there is none with that number. */
    Optional<String> state(long id) {
        return jdbc.sql(STATE).param("id", id).query(String.class).optional();
    }

    int prune(Instant before) {
        return jdbc.sql(PRUNE).param("before", before.toEpochMilli()).update();
    }

    private static byte[] hash(String text) {
        try {
            return Arrays.copyOf(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)), 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
