package io.muster.access;

import io.muster.access.Tokens.Hashed;
import io.muster.support.Refusal;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The tokens that count, as a server knows them: all in memory and read anew every other second, so that a call costs no
 * question to the database, a revoked token ends within seconds, and known ones go on being accepted while the database is
 * away. A token is recognised by comparing it with all of them, which takes as long for a wrong one as for a right one.
 */
public final class KnownTokens {

    /** How old what is known may be; longer only while the database is away. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** Nothing can be revoked while the database is away; a server that alone cannot reach it stops in the end. */
    private static final Duration LONGEST_OUTAGE = Duration.ofHours(24);

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final Logger LOG = LoggerFactory.getLogger(KnownTokens.class);

    private final Tokens tokens;
    private final InstantSource clock;
    private final Map<Integer, Long> uses = new ConcurrentHashMap<>();
    private final Map<Integer, Long> entered = new ConcurrentHashMap<>();
    private final AtomicInteger readings = new AtomicInteger();
    private volatile Known known = new Known(List.of(), Long.MIN_VALUE, true);

    /**
     * What was read.
     *
     * @param at when
     * @param answered whether the database answered since
     */
    private record Known(List<Hashed> tokens, long at, boolean answered) {

        boolean isOlderThan(Duration age, long now) {
            return at == Long.MIN_VALUE || now - at > age.toMillis();
        }
    }

    /** The tokens of that store. */
    public KnownTokens(Tokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * The token of that text, which counts as used now; empty when it is wrong.
     *
     * @throws Refusal when that cannot be found out
     */
    public Optional<Token> find(String text) {
        if (!Secrets.isWellFormed(text)) {
            return Optional.empty();
        }

        byte[] sha256 = Secrets.hash(text);
        int seen = readings.get();
        Token found = among(known, sha256);
        if (found == null && known.answered()) {
            // It may be a new one. Calls with wrong ones share readings, so that they keep one connection busy at most.
            refresh(seen);
            found = among(known, sha256);
        }

        if (found == null && !known.answered()) {
            throw Refusal.busy(
                    "DATABASE_AWAY",
                    "Cannot check the token: the database does not answer, and the token was not seen before. Try again"
                            + " later.");
        }

        if (found != null) {
            uses.put(found.id(), clock.millis() / MINUTE * MINUTE);
        }

        return Optional.ofNullable(found);
    }

    /** The token of that id, which counts as used now; empty when it does not count any more. */
    Optional<Token> find(int id) {
        int seen = readings.get();
        Optional<Token> found = among(known, id);
        if (found.isEmpty() && known.answered()) {
            refresh(seen);
            found = among(known, id);
        }

        found.ifPresent(token -> uses.put(token.id(), clock.millis() / MINUTE * MINUTE));
        return found;
    }

    private static Optional<Token> among(Known known, int id) {
        return known.tokens().stream()
                .map(Hashed::token)
                .filter(token -> token.id() == id)
                .findFirst();
    }

    private static @Nullable Token among(Known known, byte[] sha256) {
        Token found = null;
        for (Hashed one : known.tokens()) {
            if (MessageDigest.isEqual(one.sha256(), sha256)) {
                found = one.token();
            }
        }

        return found;
    }

    /** Reads the tokens anew when that is due, and enters when they were last used; for a duty that comes round. */
    public void keepUp() {
        if (known.isOlderThan(FRESH, clock.millis())) {
            refresh(readings.get());
        }

        enterUses();
    }

    /** Reads anew unless that has been done, from its beginning, since so many readings had begun. */
    private synchronized void refresh(int begun) {
        if (readings.get() > begun) {
            return;
        }

        readings.incrementAndGet();
        long now = clock.millis();
        try {
            known = new Known(tokens.inUse(), now, true);
        } catch (DataAccessException | TransactionException failure) {
            Known before = known;
            if (before.answered()) {
                LOG.warn("Tokens known before go on being accepted: the database does not answer");
            }

            known = before.isOlderThan(LONGEST_OUTAGE, now)
                    ? new Known(List.of(), before.at(), false)
                    : new Known(before.tokens(), before.at(), false);
        }
    }

    private void enterUses() {
        Map<Integer, Long> due = new HashMap<>(uses);
        due.entrySet().removeAll(entered.entrySet());
        if (due.isEmpty() || !known.answered()) {
            return;
        }

        try {
            tokens.enterUses(due);
            entered.putAll(due);
        } catch (DataAccessException | TransactionException failure) {
            LOG.debug("Not entered: when tokens were last used", failure);
        }
    }
}
