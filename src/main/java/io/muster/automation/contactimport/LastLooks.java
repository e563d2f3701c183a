package io.muster.automation.contactimport;

import io.muster.extract.source.Choice.PassedOver;
import io.muster.extract.source.Choice.Reason;
import io.muster.extract.source.SourceFile;
import io.muster.support.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the last look at the source of each automation passed over, with the reason. A look that finds the same writes nothing. */
public final class LastLooks {

    /** More files than that are not remembered: whoever passes over more of them reads the first. */
    static final int MOST = 1_000;

    private static final int MOST_PATH_CHARS = 2_000;

    private static final String READ = """
        SELECT path_key, path, reason, since
        FROM passed_over_file
        WHERE automation_id = :automation
        ORDER BY since, path
        """;

    private static final String WRITE = """
        INSERT INTO passed_over_file (automation_id, path_key, path, reason, since)
        VALUES (:automation, :key, :path, :reason, :since)
        ON DUPLICATE KEY UPDATE reason = :reason, since = :since
        """;

    private static final String FORGET =
            "DELETE FROM passed_over_file WHERE automation_id = :automation AND path_key = :key";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /**
     * A file that the last look passed over.
     *
     * @param since the first look that passed it over for this reason
     */
    public record Noted(String path, Reason reason, Instant since) {

        /** The last part of the path. */
        public String name() {
            return SourceFile.nameOf(path);
        }
    }

    /** A file under its key in hexadecimal. */
    private record Row(String key, Noted noted) {}

    /** Looks in a database. */
    public LastLooks(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** What the last look at the source of an automation passed over, longest first. */
    public List<Noted> of(long automation) {
        return rows(automation).stream().map(Row::noted).toList();
    }

    /**
     * Notes what a look has passed over.
     *
     * @return what the look before did not pass over, or not for that reason
     */
    List<PassedOver> note(long automation, List<PassedOver> passedOver) {
        Map<String, Row> before = new HashMap<>();
        rows(automation).forEach(row -> before.put(row.key(), row));
        List<PassedOver> fresh = new ArrayList<>();
        for (PassedOver one : passedOver.subList(0, Math.min(passedOver.size(), MOST))) {
            byte[] key = Sha256.of(one.file().path()).bytes();
            Row known = before.remove(HexFormat.of().formatHex(key));
            if (known == null || known.noted().reason() != one.reason()) {
                write(automation, key, one);
                fresh.add(one);
            }
        }

        before.values()
                .forEach(row -> jdbc.sql(FORGET)
                        .param("automation", automation)
                        .param("key", HexFormat.of().parseHex(row.key()))
                        .update());
        return fresh;
    }

    private void write(long automation, byte[] key, PassedOver one) {
        String path = one.file().path();
        jdbc.sql(WRITE)
                .param("automation", automation)
                .param("key", key)
                .param("path", path.substring(Math.max(0, path.length() - MOST_PATH_CHARS)))
                .param("reason", one.reason().name())
                .param("since", clock.millis())
                .update();
    }

    private List<Row> rows(long automation) {
        return jdbc.sql(READ)
                .param("automation", automation)
                .query(LastLooks::row)
                .list();
    }

    private static Row row(ResultSet result, int index) throws SQLException {
        return new Row(
                HexFormat.of().formatHex(result.getBytes("path_key")),
                new Noted(
                        result.getString("path"),
                        Reason.valueOf(result.getString("reason")),
                        Instant.ofEpochMilli(result.getLong("since"))));
    }
}
