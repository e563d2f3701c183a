package io.muster.directory.store;

import io.muster.directory.EmbeddedJson;
import io.muster.directory.SurveyResponse;
import io.muster.directory.store.ContactExport.Format;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes the transactions or the touchpoints of a directory in the order of the contacts' numbers, or the responses of a
 * project, as they are at one moment. Memory does not grow with their number.
 */
public final class EventExport {

    // One statement sees one moment.
    private static final String TRANSACTIONS = """
        SELECT number, transaction_no, happened_at, fields, source, caller_id, run_id, recorded_at
        FROM contact_transaction
        WHERE directory_id = :directory
        ORDER BY number, transaction_key
        """;

    private static final String TOUCHPOINTS = """
        SELECT number, channel, kind, happened_at, survey, intercept, project, display, session, source, caller_id,
          run_id, recorded_at
        FROM touchpoint
        WHERE directory_id = :directory
        ORDER BY number, touchpoint_key
        """;

    private static final String FIELDS = "fields";
    private static final String VERIFIED = "verified";
    private static final String ANSWERS = "answers";
    private static final String EMBEDDED = "embeddedData";

    /** What is JSON already. */
    private static final Set<String> JSON = Set.of(FIELDS, VERIFIED, ANSWERS, EMBEDDED);

    private static final List<String> OF_TRANSACTION =
            List.of("transactionId", "contactId", "date", FIELDS, "source", "id", "run", "recorded");

    private static final List<String> OF_TOUCHPOINT = List.of(
            "contactId",
            "channel",
            "kind",
            "time",
            "survey",
            "intercept",
            "project",
            "display",
            "session",
            "source",
            "key",
            "run",
            "recorded");

    private static final List<String> OF_RESPONSE =
            List.of("id", "intercept", "contact", "survey", "at", VERIFIED, ANSWERS, EMBEDDED);

    private final JdbcClient jdbc;
    private final Ids ids;

    /** The values of a row, in the order of the names. */
    private interface Values {
        List<@Nullable String> of(ResultSet row) throws SQLException;
    }

    /** Writes the values of one row. */
    private interface Writer {
        void write(List<@Nullable String> values);
    }

    /** Reads from that database. */
    public EventExport(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** Writes the transactions and leaves the stream open; the result is their number. */
    public long transactions(int directory, Format format, OutputStream stream) throws IOException {
        return write(
                TRANSACTIONS,
                directory,
                OF_TRANSACTION,
                format,
                stream,
                row -> Arrays.asList(
                        ids.transaction(directory, row.getLong(2)),
                        ids.contact(directory, row.getLong(1)),
                        time(row.getLong(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        run(row.getObject(7, Long.class)),
                        time(row.getLong(8))));
    }

    /** Writes the touchpoints and leaves the stream open; the result is their number. */
    public long touchpoints(int directory, Format format, OutputStream stream) throws IOException {
        return write(
                TOUCHPOINTS,
                directory,
                OF_TOUCHPOINT,
                format,
                stream,
                row -> Arrays.asList(
                        ids.contact(directory, row.getLong(1)),
                        row.getString(2),
                        row.getString(3),
                        time(row.getLong(4)),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getString(11),
                        run(row.getObject(12, Long.class)),
                        time(row.getLong(13))));
    }

    /** Writes responses, the oldest first, and leaves the stream open; the result is their number. */
    public long responses(Responses responses, Responses.Filter filter, Format format, OutputStream stream)
            throws IOException {
        return write(
                OF_RESPONSE, format, stream, sink -> responses.each(filter, response -> sink.accept(values(response))));
    }

    private List<@Nullable String> values(SurveyResponse response) {
        Integer directory = response.directory();
        Long contact = response.contact();
        return Arrays.asList(
                response.id(),
                ids.of(PublicId.INTERCEPT, response.intercept()),
                directory == null || contact == null ? null : ids.contact(directory, contact),
                response.survey(),
                time(response.happenedAt()),
                String.valueOf(response.verified()),
                response.answers(),
                response.embedded());
    }

    private long write(String sql, int directory, List<String> names, Format format, OutputStream stream, Values values)
            throws IOException {
        return write(
                names,
                format,
                stream,
                sink -> jdbc.sql(sql)
                        // MySQL's driver then hands out rows one by one instead of keeping the whole result.
                        .withFetchSize(Integer.MIN_VALUE)
                        .param("directory", directory)
                        .query(row -> {
                            sink.accept(values.of(row));
                        }));
    }

    private static long write(
            List<String> names, Format format, OutputStream stream, Consumer<Consumer<List<@Nullable String>>> rows)
            throws IOException {
        Utf8Buffer out = new Utf8Buffer(stream);
        Writer writer = format == Format.CSV ? csv(names, out) : jsonLines(names, out);
        long[] written = new long[1];
        try {
            rows.accept(values -> {
                writer.write(values);
                flushFull(out);
                written[0]++;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }

        out.flush();
        return written[0];
    }

    private static Writer csv(List<String> names, Utf8Buffer out) {
        CsvLine line = new CsvLine(out);
        names.forEach(line::cell);
        line.end();
        return values -> {
            values.forEach(line::cell);
            line.end();
        };
    }

    private static Writer jsonLines(List<String> names, Utf8Buffer out) {
        StringBuilder line = new StringBuilder(256);
        return values -> {
            line.setLength(0);
            for (int i = 0; i < names.size(); i++) {
                line.append(i == 0 ? "{\"" : ",\"").append(names.get(i)).append("\":");
                append(line, names.get(i), values.get(i));
            }

            out.put(line.append("}\n").toString());
        };
    }

    private static void append(StringBuilder line, String name, @Nullable String value) {
        if (JSON.contains(name)) {
            line.append(value == null ? "{}" : value);
        } else if (value == null) {
            line.append("null");
        } else {
            EmbeddedJson.appendText(line, value);
        }
    }

    private @Nullable String run(@Nullable Long run) {
        return run == null ? null : ids.run(run);
    }

    private static String time(long millis) {
        StringBuilder text = new StringBuilder(24);
        UtcTime.append(text, millis);
        return text.toString();
    }

    private static void flushFull(Utf8Buffer out) {
        try {
            out.flushFull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
