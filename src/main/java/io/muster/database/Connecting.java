package io.muster.database;

import io.muster.support.Refusal;
import io.muster.support.Retry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first connection: waits for a database that is still coming up and says plainly why none can be had. */
final class Connecting {

    private static final Logger NOTICE = LoggerFactory.getLogger("muster.notice");
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final int UNKNOWN_SCHEMA = 1049;
    private static final Set<Integer> NO_ACCESS = Set.of(1044, 1045, 1698, 1251, 1130);
    /** Too many connections, shutting down, or starting. */
    private static final Set<Integer> PASSING = Set.of(1040, 1053, 1203, 3159);

    private final JdbcAddress address;
    private final Properties properties;
    private final Duration patience;

    Connecting(JdbcAddress address, Properties properties, Duration patience) {
        this.address = address;
        this.properties = properties;
        this.patience = patience;
    }

    /** A connection to the schema. */
    Connection to(String schema) throws UnknownSchemaException {
        long start = System.nanoTime();
        AtomicBoolean said = new AtomicBoolean();
        Retry retry = Retry.within(patience, PAUSE, failure -> {
            boolean passing = failure instanceof SQLException e && isPassing(e);
            if (passing && System.nanoTime() - start > QUIET.toNanos() && !said.getAndSet(true)) {
                NOTICE.info("Waiting for the database at {}", address.display());
            }

            return passing;
        });
        try {
            return retry.call(() -> DriverManager.getConnection(address.url(schema), properties));
        } catch (SQLException e) {
            if (e.getErrorCode() == UNKNOWN_SCHEMA) {
                throw new UnknownSchemaException(e);
            }

            throw refusal(e);
        }
    }

    private static boolean isPassing(SQLException e) {
        // Class 08: no connection. The driver also reports a wrong host name so; a name may come up late as well.
        String state = String.valueOf(e.getSQLState());
        return PASSING.contains(e.getErrorCode()) || (state.startsWith("08") && !NO_ACCESS.contains(e.getErrorCode()));
    }

    private Refusal refusal(SQLException e) {
        String reason = innermost(e);
        if (NO_ACCESS.contains(e.getErrorCode())) {
            return Refusal.failed(
                    "Cannot use the database at %s: %s. Check user and password (MUSTER_DATABASE_USER, MUSTER_DATABASE_PASSWORD, or in MUSTER_DATABASE_URL)."
                            .formatted(address.display(), reason),
                    e);
        }

        if (isPassing(e)) {
            return Refusal.failed(
                    "Cannot reach the database at %s: %s. Check that it runs and that MUSTER_DATABASE_URL is right."
                            .formatted(address.display(), reason),
                    e);
        }

        return Refusal.failed(
                "Cannot use the database at %s: %s. Check MUSTER_DATABASE_URL.".formatted(address.display(), reason),
                e);
    }

    /** The driver wraps a long text about links and packets around what happened. */
    static String innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }

        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        String text = cause instanceof SQLException || message.contains(" ")
                ? message
                : cause.getClass().getSimpleName() + " " + message;
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** The server is there, the schema is not. */
    static final class UnknownSchemaException extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownSchemaException(SQLException cause) {
            super(cause);
        }
    }
}
