package io.muster.directory.store;

import io.muster.directory.EmbeddedJson;
import io.muster.directory.MailingList;
import io.muster.directory.store.ContactExport.Format;
import io.muster.support.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes the memberships of a list in the order of the contacts' numbers, as they are at one moment: who is on it, the
 * membership's own opt-out and embedded data, and since when. Memory does not grow with their number.
 */
public final class MemberExport {

    // One statement sees one moment.
    private static final String MEMBERS = """
        SELECT m.number, c.ext_ref, m.unsubscribed, m.embedded, m.joined_at
        FROM list_member m
        JOIN contact c ON c.directory_id = m.directory_id AND c.number = m.number
        WHERE m.directory_id = :directory AND m.list_id = :list
        ORDER BY m.number
        """;

    private final JdbcClient jdbc;
    private final Ids ids;

    /** One membership on its way out. */
    private record Member(
            String contact,
            @Nullable String extRef,
            boolean unsubscribed,
            @Nullable String embedded,
            long joinedAt) {}

    /** Writes memberships to a stream. */
    private interface Writer {
        void write(Member member);
    }

    /** Reads from that database. */
    public MemberExport(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** Writes the memberships and leaves the stream open; the result is their number. */
    public long write(MailingList list, Format format, OutputStream stream) throws IOException {
        Utf8Buffer out = new Utf8Buffer(stream);
        Writer writer = format == Format.CSV ? csv(out) : jsonLines(out);
        long[] written = new long[1];
        try {
            jdbc.sql(MEMBERS)
                    // MySQL's driver then hands out rows one by one instead of keeping the whole result.
                    .withFetchSize(Integer.MIN_VALUE)
                    .param("directory", list.directory())
                    .param("list", list.number())
                    .query(row -> {
                        writer.write(member(list, row));
                        flushFull(out);
                        written[0]++;
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }

        out.flush();
        return written[0];
    }

    private Member member(MailingList list, ResultSet row) throws SQLException {
        return new Member(
                ids.contact(list.directory(), row.getLong(1)),
                row.getString(2),
                row.getBoolean(3),
                row.getString(4),
                row.getLong(5));
    }

    private static Writer csv(Utf8Buffer out) {
        CsvLine line = new CsvLine(out);
        line.cell("contactId")
                .cell("extRef")
                .cell("unsubscribed")
                .cell("embeddedData")
                .cell("joined")
                .end();
        return member -> line.cell(member.contact())
                .cell(member.extRef())
                .cell(Boolean.toString(member.unsubscribed()))
                .cell(member.embedded())
                .cell(time(member.joinedAt()))
                .end();
    }

    private static Writer jsonLines(Utf8Buffer out) {
        StringBuilder line = new StringBuilder(256);
        return member -> {
            line.setLength(0);
            line.append("{\"contactId\":\"").append(member.contact()).append("\",\"extRef\":");
            String extRef = member.extRef();
            if (extRef == null) {
                line.append("null");
            } else {
                EmbeddedJson.appendText(line, extRef);
            }

            line.append(",\"unsubscribed\":").append(member.unsubscribed());
            line.append(",\"embeddedData\":").append(member.embedded() == null ? "{}" : member.embedded());
            line.append(",\"joined\":\"").append(time(member.joinedAt())).append("\"}\n");
            out.put(line.toString());
        };
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
