package io.muster.jobs.undo;

import io.muster.dedup.undo.Kept;
import io.muster.dedup.undo.UndoneBlock;
import io.muster.load.JournalReader.Place;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger of undos: which undo took which import back, which blocks are done, and what was kept. */
public final class UndoLedger {

    private static final int LONGEST_FIELD = 300;
    private static final int LONGEST_REASON = 1_000;

    private static final String UNDONE_BY =
            "SELECT undone_by FROM run_import WHERE run_id = ? AND undone_by IS NOT NULL";

    private static final String MARK = "UPDATE run_import SET undone_by = ? WHERE run_id = ?";

    private static final String DONE = "SELECT round, block FROM run_undo_block WHERE run_id = ?";

    private static final String ENTER = """
        INSERT INTO run_undo_block (run_id, round, block, contacts_deleted, contacts_restored, committed_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """;

    private static final String COUNTS = """
        SELECT COALESCE(SUM(contacts_deleted), 0), COALESCE(SUM(contacts_restored), 0),
          (SELECT COUNT(*) FROM run_undo_kept k WHERE k.run_id = :run)
        FROM run_undo_block
        WHERE run_id = :run
        """;

    private static final String KEEP = """
        INSERT INTO run_undo_kept (run_id, number, field, part, reason)
        VALUES (?, ?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE part = VALUES(part), reason = VALUES(reason)
        """;

    private static final String OF_PART = """
        FROM run_undo_kept
        WHERE run_id = :run AND number IN (:numbers) AND part = :part
        """;

    private static final String KEPT_OF_PART = "SELECT number, field " + OF_PART;

    private static final String KEPT_CONTACTS =
            "SELECT number FROM run_undo_kept WHERE run_id = ? AND part = 'CONTACT'";

    // Unlike those of runs, the numbers of previews are below 0; no two are alike.
    private static final String PREVIEW = "SELECT -CAST(UUID_SHORT() & 4611686018427387903 AS SIGNED)";

    private static final String FORGET = "DELETE " + OF_PART;

    private static final String KEPT = """
        SELECT number, part, field, reason
        FROM run_undo_kept
        WHERE run_id = ?
        ORDER BY number, field
        """;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /**
     * What was done so far.
     *
     * @param kept things kept
     */
    public record Counts(long deleted, long restored, long kept) {}

    /** The ledger in a database. */
    public UndoLedger(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The undo of an import, by numeric id. */
    public Optional<Long> undoneBy(long run) {
        return jdbc.sql(UNDONE_BY).param(run).query(Long.class).optional();
    }

    /** Notes which undo takes an import back; within the transaction that enters it. */
    public void mark(long run, long undo) {
        jdbc.sql(MARK).params(undo, run).update();
    }

    /** A number for an undo that is only tried: one that no run and no other preview has. */
    long preview() {
        return jdbc.sql(PREVIEW).query(Long.class).single();
    }

    /** The contacts that an undo kept as a whole. */
    Set<Long> keptContacts(long undo) {
        return new HashSet<>(
                jdbc.sql(KEPT_CONTACTS).param(undo).query(Long.class).list());
    }

    Set<Place> done(long undo) {
        return new HashSet<>(jdbc.sql(DONE)
                .param(undo)
                .query((row, index) -> new Place(row.getInt(1), row.getInt(2)))
                .list());
    }

    /** Enters a block, within the transaction that takes it back. */
    void enter(long undo, Place place, UndoneBlock block) {
        jdbc.sql(ENTER)
                .params(undo, place.round(), place.block(), block.deleted(), block.restored(), clock.millis())
                .update();
        block.kept().forEach(kept -> keep(undo, kept));
    }

    void keep(long undo, Kept kept) {
        jdbc.sql(KEEP)
                .params(
                        undo,
                        kept.number(),
                        cut(kept.field(), LONGEST_FIELD),
                        kept.part().name(),
                        cut(kept.reason(), LONGEST_REASON))
                .update();
    }

    /** Forgets what was kept of contacts that an earlier block judges again; the result is what that was. */
    Set<Kept.Thing> forget(long undo, List<Long> numbers, Kept.Part part) {
        if (numbers.isEmpty()) {
            return Set.of();
        }

        Set<Kept.Thing> forgotten = new HashSet<>(ofPart(KEPT_OF_PART, undo, numbers, part)
                .query((row, index) -> new Kept.Thing(row.getLong(1), row.getString(2)))
                .list());
        if (!forgotten.isEmpty()) {
            ofPart(FORGET, undo, numbers, part).update();
        }

        return forgotten;
    }

    private JdbcClient.StatementSpec ofPart(String sql, long undo, List<Long> numbers, Kept.Part part) {
        return jdbc.sql(sql).param("run", undo).param("numbers", numbers).param("part", part.name());
    }

    Counts counts(long undo) {
        return jdbc.sql(COUNTS)
                .param("run", undo)
                .query((row, index) -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /** What an undo kept, by contact. */
    public List<Kept> kept(long undo) {
        return jdbc.sql(KEPT)
                .param(undo)
                .query((row, index) -> new Kept(
                        row.getLong(1), Kept.Part.valueOf(row.getString(2)), row.getString(3), row.getString(4)))
                .list();
    }

    private static String cut(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
