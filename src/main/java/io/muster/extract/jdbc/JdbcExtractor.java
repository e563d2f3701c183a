package io.muster.extract.jdbc;

import io.muster.extract.record.Extracted;
import io.muster.extract.record.JdbcRecords;
import io.muster.extract.record.JdbcRecords.Watermark;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSink;
import io.muster.extract.source.StopSignal;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a query, one after the other, in one read-only transaction. No message and no log shows the account's
 * password or a URL that came from a secret, whatever the driver says.
 */
public final class JdbcExtractor implements RecordExtractor {

    private static final int FETCH = 1_000;
    private static final String ALL = "SELECT q.* FROM (%s) q WHERE 1 = 0";
    private static final String LAST = "SELECT MAX(q.%s) FROM (%s) q";
    private static final String UP_TO = "SELECT q.* FROM (%s) q WHERE q.%s <= ? ORDER BY q.%2$s";
    private static final String BETWEEN = "SELECT q.* FROM (%s) q WHERE q.%s >= ? AND q.%2$s <= ? ORDER BY q.%2$s";

    private final JdbcRecords spec;
    private final Map<String, String> environment;
    private final Tries tries;
    private final String doing;
    private final JdbcDrivers drivers;

    /**
     * Connects at the extraction only.
     *
     * @param environment where {@code env:} secrets are looked up
     * @param tries connects again
     */
    public JdbcExtractor(JdbcRecords spec, Map<String, String> environment, JdbcDrivers drivers, Tries tries) {
        this.spec = spec;
        this.environment = environment;
        this.drivers = drivers;
        this.tries = tries;
        this.doing = "read " + spec.location();
    }

    @Override
    public String location() {
        return spec.location();
    }

    @Override
    public Extracted extract(RecordSink sink) {
        String url = spec.resolvedUrl(environment);
        String password = spec.password() == null ? "" : spec.password().resolve(environment);
        try (JdbcDrivers.Found driver = drivers.find(url, location())) {
            Connection connection =
                    tries.call("connect", attempt -> connected(driver, url, password), JdbcExtractor::judge);
            // Drivers do not all see an interrupt, and none ends a read because of one.
            StopSignal.Listening listening = tries.stop().listen(() -> abort(connection));
            try {
                return new Extracted(read(connection, sink));
            } catch (SQLException e) {
                tries.stop().check(doing);
                abort(connection);
                throw Refusal.failed(
                        "DATABASE_FAILED",
                        "Cannot %s: %s. Look at the query and the database.".formatted(doing, said(e, url, password)));
            } catch (RuntimeException e) {
                // Closing would read what is left of the rows.
                abort(connection);
                throw e;
            } finally {
                listening.close();
                closed(connection);
            }
        }
    }

    /** What the driver throws may hold secrets, in the causes as well, so none of it goes on. */
    private Connection connected(JdbcDrivers.Found driver, String url, String password) throws SQLException {
        try {
            return connect(driver, url, password);
        } catch (SQLException e) {
            throw new SQLException(said(e, url, password), e.getSQLState());
        } catch (RuntimeException e) {
            throw new SQLException(said(e, url, password), "08000");
        }
    }

    private Connection connect(JdbcDrivers.Found driver, String url, String password) throws SQLException {
        Properties properties = new Properties();
        if (spec.user() != null) {
            properties.setProperty("user", spec.user());
        }
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        if (isMySql(driver)) {
            String milliseconds = Long.toString(spec.timeout().toMillis());
            properties.setProperty("socketTimeout", milliseconds);
            properties.setProperty("connectTimeout", "30000");
            // Moments are read in a zone that has every one of them once.
            properties.setProperty("connectionTimeZone", "+00:00");
            properties.setProperty("forceConnectionTimeZoneToSession", "true");
            properties.setProperty("zeroDateTimeBehavior", "CONVERT_TO_NULL");
            properties.setProperty("tinyInt1isBit", "false");
            properties.setProperty("yearIsDateType", "false");
            properties.setProperty("readOnlyPropagatesToServer", "true");
            properties.setProperty("allowLoadLocalInfile", "false");
        }

        Connection connection = driver.driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not take the URL", "08001");
        }
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    private static boolean isMySql(JdbcDrivers.Found driver) {
        return driver.driver().getClass().getName().startsWith("com.mysql.");
    }

    private static Tries.Failure judge(Exception failure) {
        if (failure instanceof Refusal ours) {
            return new Tries.Ours(ours);
        }
        String reason = failure.getMessage() + ". ";
        String state = failure instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
        return state.startsWith("08") || state.equals("null") || state.startsWith("HYT")
                ? new Tries.Passing(reason + "Check address and network.", null)
                : new Tries.Lasting(reason + "Correct account and password.");
    }

    /** Returns how far it has read; null without a watermark. */
    private @Nullable String read(Connection connection, RecordSink sink) throws SQLException {
        Watermark watermark = spec.watermark();
        if (watermark == null) {
            rows(connection, spec.query(), List.of(), sink);
            connection.rollback();
            return null;
        }

        ColumnText type = type(connection, watermark);
        Object last = last(connection, watermark, type);
        if (last == null) {
            // Nothing is there, but what its columns are called is known.
            rows(connection, ALL.formatted(spec.query()), List.of(), sink);
            connection.rollback();
            return spec.since();
        }
        String since = spec.since();
        if (since == null) {
            rows(connection, UP_TO.formatted(spec.query(), watermark.column()), List.of(last), sink);
        } else {
            Object from = before(value(since, type, watermark), watermark);
            rows(connection, BETWEEN.formatted(spec.query(), watermark.column()), List.of(from, last), sink);
        }
        connection.rollback();
        return ColumnText.text(last);
    }

    private ColumnText type(Connection connection, Watermark watermark) throws SQLException {
        try (PreparedStatement statement = prepared(connection, ALL.formatted(spec.query()), List.of());
                ResultSet none = statement.executeQuery()) {
            ResultSetMetaData columns = none.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                if (columns.getColumnLabel(i).equalsIgnoreCase(watermark.column())) {
                    ColumnText type = ColumnText.of(columns, i, doing);
                    if (!type.grows()) {
                        throw Refusal.failed(
                                "Cannot %s: the watermark %s is no number, date or time. Name another column."
                                        .formatted(doing, watermark.column()));
                    }
                    return type;
                }
            }
        }
        throw Refusal.failed("Cannot %s: the query has no column %s for the watermark. Add it to the query."
                .formatted(doing, watermark.column()));
    }

    private @Nullable Object last(Connection connection, Watermark watermark, ColumnText type) throws SQLException {
        String sql = LAST.formatted(watermark.column(), spec.query());
        try (PreparedStatement statement = prepared(connection, sql, List.of());
                ResultSet row = statement.executeQuery()) {
            Object last = row.next() ? type.read(row, 1) : null;
            // A stream of rows must be read to its end.
            boolean unused = row.next();
            return last;
        }
    }

    private Object value(String since, ColumnText type, Watermark watermark) {
        try {
            return type.parse(since);
        } catch (DateTimeException | NumberFormatException e) {
            throw Refusal.failed(
                    "Cannot %s: the last run has read up to %s, which is no value of the column %s as it is now. Run it with --all once."
                            .formatted(doing, since, watermark.column()),
                    e);
        }
    }

    private static Object before(Object value, Watermark watermark) {
        return switch (value) {
            case BigDecimal number -> number.subtract(BigDecimal.valueOf(watermark.overlapNumber()));
            case LocalDate date ->
                date.atStartOfDay().minus(watermark.overlap()).toLocalDate();
            case LocalDateTime time -> time.minus(watermark.overlap());
            case OffsetDateTime time -> time.minus(watermark.overlap());
            default -> value;
        };
    }

    private PreparedStatement prepared(Connection connection, String sql, List<Object> values) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            boolean mysql = statement.getClass().getName().startsWith("com.mysql.");
            statement.setFetchSize(mysql ? Integer.MIN_VALUE : FETCH);
            statement.setQueryTimeout(Math.toIntExact(Math.max(1, spec.timeout().toSeconds())));
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private void rows(Connection connection, String sql, List<Object> values, RecordSink sink) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values);
                ResultSet row = statement.executeQuery()) {
            ResultSetMetaData columns = row.getMetaData();
            ColumnText[] types = new ColumnText[columns.getColumnCount()];
            for (int i = 0; i < types.length; i++) {
                types[i] = ColumnText.of(columns, i + 1, doing);
            }
            sink.columns(names(columns));
            while (row.next()) {
                String[] cells = new String[types.length];
                for (int i = 0; i < types.length; i++) {
                    cells[i] = ColumnText.text(types[i].read(row, i + 1));
                }
                sink.record(List.of(cells));
            }
        }
    }

    private List<String> names(ResultSetMetaData columns) throws SQLException {
        List<String> names = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i);
            if (!taken.add(name.toLowerCase(Locale.ROOT))) {
                throw Refusal.failed("Cannot %s: the query has two columns %s. Give one another name: %2$s AS OTHER."
                        .formatted(doing, name));
            }
            names.add(name);
        }
        return names;
    }

    /** What a driver says, without secrets; some repeat URLs and passwords. */
    private static String said(Exception failure, String url, String password) {
        String message = String.valueOf(failure.getMessage());
        if (message.isBlank() || message.equals("null")) {
            message = failure.getClass().getSimpleName();
        }
        List<String> secrets = Stream.of(url, password, URLEncoder.encode(password, StandardCharsets.UTF_8))
                .filter(secret -> !secret.isEmpty())
                .toList();
        for (String secret : secrets) {
            message = message.replace(secret, "…");
        }
        // Options may hold a password, and a driver may show them alone.
        for (String option : url.split("[?&;]", -1)) {
            if (option.toLowerCase(Locale.ROOT).matches(".*(password|pwd|token|secret|key).*=.*")) {
                message = message.replace(option, "…").replace(option.substring(option.indexOf('=') + 1), "…");
            }
        }
        String state = failure instanceof SQLException sql && sql.getSQLState() != null
                ? " (SQL state %s)".formatted(sql.getSQLState())
                : "";
        return message.strip().replaceAll("\\s+", " ").replaceFirst("[.!]+$", "") + state;
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            closed(connection);
        } catch (SQLException e) {
            // it is gone already
        }
    }

    private static void closed(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // Nothing was written there: there is nothing to lose.
        }
    }

    @Override
    public void close() {
        // holds nothing open between calls
    }
}
