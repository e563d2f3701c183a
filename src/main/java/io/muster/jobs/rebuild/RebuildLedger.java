package io.muster.jobs.rebuild;

import io.muster.jobs.RunLedger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The ledger of rebuilds. A directory has one at a time. Who works on it holds an epoch of it, and everything it writes
 * asks for that epoch. Heartbeats use the database's clock, which all processes share.
 */
public final class RebuildLedger {

    private static final String NOW = "CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)";

    private static final String COLUMNS = """
            SELECT r.directory_id, r.version, r.kind, r.segments, r.cause, r.status, r.reason, r.epoch, r.as_of,
              r.started_at, r.ended_at, r.worked_ms, CASE WHEN r.status = 'RUNNING' THEN h.contacts ELSE r.contacts END
              AS contacts, h.share, %s - h.beat_at AS silence
            FROM segment_rebuild r
            JOIN segment_rebuild_heartbeat h ON h.directory_id = r.directory_id AND h.version = r.version
            """.formatted(NOW);

    private static final String FIND = COLUMNS + "WHERE r.directory_id = ? AND r.version = ?";

    private static final String LATEST = COLUMNS + "WHERE r.directory_id = ? ORDER BY r.version DESC LIMIT ?";

    private static final String NUMBER = "SELECT next_version FROM segment_gate WHERE directory_id = ?";

    private static final String NEXT = "UPDATE segment_gate SET next_version = next_version + 1 WHERE directory_id = ?";

    private static final String ENTER = """
            INSERT INTO segment_rebuild (directory_id, version, kind, segments, cause, status, owner, epoch, started_at)
            VALUES (?, ?, ?, ?, ?, 'RUNNING', ?, 1, ?)
            """;

    private static final String ENTER_HEARTBEAT = """
            INSERT INTO segment_rebuild_heartbeat (directory_id, version, epoch, beat_at) VALUES (?, ?, 1, %s)
            """.formatted(NOW);

    private static final String TAKE_OVER = """
            UPDATE segment_rebuild SET epoch = epoch + 1, owner = ?, cause = ?, status = 'RUNNING', stop_requested = 0,
              reason = NULL, as_of = NULL, ended_at = NULL
            WHERE directory_id = ? AND version = ? AND epoch = ?
            """;

    private static final String BEAT_AGAIN = """
            UPDATE segment_rebuild_heartbeat SET epoch = ?, contacts = 0, share = 0, beat_at = %s
            WHERE directory_id = ? AND version = ?
            """.formatted(NOW);

    private static final String REPLACE = """
            UPDATE segment_rebuild SET status = 'REPLACED', epoch = epoch + 1, ended_at = COALESCE(ended_at, ?)
            WHERE directory_id = ? AND version = ? AND epoch = ?
            """;

    private static final String BEAT = """
            UPDATE segment_rebuild_heartbeat SET beat_at = %s, contacts = ?, share = ?
            WHERE directory_id = ? AND version = ? AND epoch = ?
            """.formatted(NOW);

    private static final String STOP_WANTED =
            "SELECT stop_requested FROM segment_rebuild WHERE directory_id = ? AND version = ? AND epoch = ?";

    private static final String REQUEST_STOP = """
            UPDATE segment_rebuild SET stop_requested = 1
            WHERE directory_id = ? AND version = ? AND status = 'RUNNING'
            """;

    private static final String FIX_MOMENT = """
            UPDATE segment_rebuild SET as_of = ?
            WHERE directory_id = ? AND version = ? AND epoch = ? AND status = 'RUNNING'
            """;

    private static final String FINISH = """
            UPDATE segment_rebuild SET status = ?, reason = ?, ended_at = ?, worked_ms = worked_ms + ?, contacts = ?
            WHERE directory_id = ? AND version = ? AND epoch = ? AND status = 'RUNNING'
            """;

    private static final String MARK_DEAD = """
            UPDATE segment_rebuild r
            JOIN segment_rebuild_heartbeat h ON h.directory_id = r.directory_id AND h.version = r.version
            SET r.status = 'DEAD', r.ended_at = h.beat_at,
              r.reason = 'Its process was lost. The next rebuild goes on with it.'
            WHERE r.status = 'RUNNING' AND h.beat_at < %s - ?
            """.formatted(NOW);

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** The rebuilds in a database. */
    public RebuildLedger(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The rebuild that builds a version. */
    public Optional<Rebuild> find(int directory, long version) {
        return jdbc.sql(FIND)
                .params(directory, version)
                .query(RebuildLedger::rebuild)
                .optional();
    }

    /** The rebuilds of a directory, newest first. */
    public List<Rebuild> latest(int directory, int most) {
        return jdbc.sql(LATEST)
                .params(directory, most)
                .query(RebuildLedger::rebuild)
                .list();
    }

    /** Enters a rebuild, held by its owner with epoch 1. The directory's gate is held. */
    public Rebuild enter(RebuildRequest request, String owner) {
        int directory = request.directory();
        long version = jdbc.sql(NUMBER).param(directory).query(Long.class).single();
        jdbc.sql(NEXT).param(directory).update();
        jdbc.sql(ENTER)
                .param(directory)
                .param(version)
                .param(request.kind().name())
                .param(text(request.segments()))
                .param(request.cause())
                .param(owner)
                .param(clock.millis())
                .update();
        jdbc.sql(ENTER_HEARTBEAT).params(directory, version).update();
        return find(directory, version).orElseThrow();
    }

    /** Takes a rebuild over, whose epoch moves; what it has written so far is void. The directory's gate is held. */
    public Rebuild takeOver(Rebuild rebuild, RebuildRequest request, String owner) {
        jdbc.sql(TAKE_OVER)
                .params(owner, request.cause(), rebuild.directory(), rebuild.version(), rebuild.epoch())
                .update();
        jdbc.sql(BEAT_AGAIN)
                .params(rebuild.epoch() + 1, rebuild.directory(), rebuild.version())
                .update();
        return find(rebuild.directory(), rebuild.version()).orElseThrow();
    }

    /** Gives a rebuild up in favour of a later one. The directory's gate is held. */
    public void replace(Rebuild rebuild) {
        jdbc.sql(REPLACE)
                .params(clock.millis(), rebuild.directory(), rebuild.version(), rebuild.epoch())
                .update();
    }

    /** Lets a rebuild be heard of; false when it is held by somebody else now. */
    boolean beat(Rebuild rebuild, long contacts, double share) {
        return jdbc.sql(BEAT)
                        .params(contacts, share, rebuild.directory(), rebuild.version(), rebuild.epoch())
                        .update()
                == 1;
    }

    /** Whether it is to stop: somebody asked for it, or somebody else holds it. */
    boolean isToStop(Rebuild rebuild) {
        return jdbc.sql(STOP_WANTED)
                        .params(rebuild.directory(), rebuild.version(), rebuild.epoch())
                        .query(Integer.class)
                        .optional()
                        .orElse(1)
                == 1;
    }

    /** Asks the process that works on a rebuild to stop; false when none does. */
    public boolean requestStop(Rebuild rebuild) {
        return jdbc.sql(REQUEST_STOP)
                        .params(rebuild.directory(), rebuild.version())
                        .update()
                == 1;
    }

    /** Notes the moment a rebuild reads. */
    void fixMoment(Rebuild rebuild, long asOf) {
        jdbc.sql(FIX_MOMENT)
                .params(asOf, rebuild.directory(), rebuild.version(), rebuild.epoch())
                .update();
    }

    /** Ends a rebuild; without effect when it is held by somebody else now. */
    public void finish(
            Rebuild rebuild, RebuildStatus status, @Nullable String reason, long workedMillis, long contacts) {
        jdbc.sql(FINISH)
                .param(status.name())
                .param(reason)
                .param(clock.millis())
                .param(workedMillis)
                .param(contacts)
                .param(rebuild.directory())
                .param(rebuild.version())
                .param(rebuild.epoch())
                .update();
    }

    /** Marks rebuilds whose process was lost; the result is their number. */
    public int markDead() {
        return jdbc.sql(MARK_DEAD).param(RunLedger.DEAD_AFTER.toMillis()).update();
    }

    private static @Nullable String text(SortedSet<Long> segments) {
        return segments.isEmpty()
                ? null
                : segments.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"));
    }

    private static SortedSet<Long> segments(@Nullable String text) {
        return text == null
                ? new TreeSet<>()
                : Arrays.stream(text.substring(1, text.length() - 1).split(","))
                        .map(Long::valueOf)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Rebuild rebuild(ResultSet row, int index) throws SQLException {
        RebuildStatus status = RebuildStatus.valueOf(row.getString("status"));
        boolean silent = row.getLong("silence") > RunLedger.DEAD_AFTER.toMillis();
        return new Rebuild(
                row.getInt("directory_id"),
                row.getLong("version"),
                RebuildKind.valueOf(row.getString("kind")),
                segments(row.getString("segments")),
                row.getString("cause"),
                status == RebuildStatus.RUNNING && silent ? RebuildStatus.DEAD : status,
                row.getString("reason"),
                row.getInt("epoch"),
                time(row, "as_of"),
                row.getLong("started_at"),
                time(row, "ended_at"),
                row.getLong("contacts"),
                row.getDouble("share"),
                row.getLong("worked_ms"));
    }

    private static @Nullable Long time(ResultSet row, String column) throws SQLException {
        long time = row.getLong(column);
        return row.wasNull() ? null : time;
    }
}
