package io.muster.extract.drop;

import io.muster.database.LockConflicts;
import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.extract.drop.DroppedFile.Content;
import io.muster.extract.drop.DroppedFile.State;
import io.muster.extract.source.DropBox;
import io.muster.extract.source.DropSource;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.ReceivedFiles.Received;
import io.muster.extract.source.SourceFile;
import io.muster.support.Ids;
import io.muster.support.Machine;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.Retry;
import io.muster.support.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Files that callers send for automations. The content lies in the spool of the machine that received it, a row says what it
 * is, and the ledger of deliveries what became of it. Whoever adds, replaces or takes away a file holds the row of its
 * automation, as the start of a run does.
 */
public final class DroppedFiles implements DropBox {

    private static final int MOST_PRUNED = 1_000;

    private static final String STATE = """
        CASE
          WHEN d.id IS NULL OR d.state IN ('WAITING', 'GONE') THEN 'WAITING'
          WHEN d.state = 'TAKEN' AND r.status <> 'FAILED' THEN 'PROCESSING'
          WHEN d.state IN ('TAKEN', 'ABANDONED') THEN 'FAILED'
          ELSE 'ARCHIVED'
        END""";

    private static final String FILES = """
        SELECT f.id, f.automation_id, f.name, f.size, f.sha256, f.uploaded_at, f.uploader_kind, f.uploader, f.spool,
          f.host, f.content, d.run_id, r.ended_at, %s AS file_state
        FROM dropped_file f
        LEFT JOIN delivery d ON d.automation_id = f.automation_id AND d.listing_key = f.listing_key
          AND d.generation = (
            SELECT MAX(g.generation) FROM delivery g
            WHERE g.automation_id = f.automation_id AND g.listing_key = f.listing_key)
        LEFT JOIN run r ON r.id = d.run_id
        """.formatted(STATE);

    private static final String FIND = FILES + "WHERE f.id = :id AND f.automation_id = :automation";

    private static final String OF_NAME = FILES + "WHERE f.automation_id = :automation AND f.name = :name";

    private static final String LIST = FILES + """
        WHERE f.automation_id = :automation AND f.id > :after AND %s = :state
        ORDER BY f.id
        LIMIT :most
        """.formatted(STATE);

    private static final String ALL = FILES + """
        WHERE f.automation_id = (SELECT a.id FROM automation a WHERE a.name = :automation)
        ORDER BY f.id
        """;

    private static final String MOVE =
            "UPDATE dropped_file SET spool = :spool, host = :host, content = :content WHERE id = :id";

    private static final String OVERDUE = FILES + """
        WHERE f.keep_until < :now AND %s <> 'PROCESSING'
        ORDER BY f.keep_until
        LIMIT :most
        """.formatted(STATE);

    private static final String INSERT = """
        INSERT INTO dropped_file (automation_id, name, size, sha256, listing_key, uploaded_at, uploader_kind, uploader,
          keep_until, spool, host, content)
        VALUES (:automation, :name, :size, :sha256, '', :now, :uploaderKind, :uploader, :keep, :spool, :host, :content)
        """;

    // Its path holds its id.
    private static final String KEY = "UPDATE dropped_file SET listing_key = :key WHERE id = :id";

    private static final String DELETE = "DELETE FROM dropped_file WHERE id = :id";

    private static final String LOCK = "SELECT id FROM automation WHERE id = :automation FOR UPDATE";

    private static final String RECORDED =
            "SELECT COUNT(*) FROM dropped_file WHERE spool = :spool AND content = :content";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Retry whileLocked = LockConflicts.retry();
    private final DropFolder folder;
    private final Audit audit;
    private final Ids ids;
    private final InstantSource clock;

    /** The files in a database, and their content in the spool. */
    public DroppedFiles(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Spool spool,
            Audit audit,
            Ids ids,
            InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.folder = new DropFolder(spool);
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A file that is sent.
     *
     * @param automation the automation's numeric id
     * @param name its name, see {@link DroppedName}
     * @param limit the most bytes that it may have
     * @param keepUntil until when it is kept
     * @param actor who sends it
     */
    public record Upload(long automation, String name, long limit, Instant keepUntil, Actor actor) {}

    /**
     * What became of an upload.
     *
     * @param file the file, which was there before when {@code repeated}
     * @param repeated whether a waiting file has this name and content already
     * @param replaced the waiting file of this name that it has replaced; null for none
     */
    public record Dropped(
            DroppedFile file, boolean repeated, @Nullable DroppedFile replaced) {}

    /**
     * Takes a file; when this returns, it is durable. A waiting file with this name and content is the same file; one with
     * other content is replaced.
     *
     * @param expected the number of bytes as far as it is known, else 0
     * @throws IOException when the sender fails; nothing is left then
     * @throws Refusal when it has too many bytes, or the disk is full or fails
     */
    public Dropped take(Upload upload, InputStream content, long expected) throws IOException {
        Received received = folder.receive(content, expected, upload.limit());
        // A failure may leave the outcome open; tidying up removes the content where there is no record of it.
        Dropped dropped = inTransaction(() -> enter(upload, received));
        if (!dropped.file().content().name().equals(received.content())) {
            folder.delete(received.content());
        }

        DroppedFile replaced = dropped.replaced();
        if (replaced != null) {
            deleteContent(replaced);
        }

        return dropped;
    }

    private Dropped enter(Upload upload, Received received) {
        lock(upload.automation());
        Optional<DroppedFile> waiting = jdbc
                .sql(OF_NAME)
                .param("automation", upload.automation())
                .param("name", upload.name())
                .query(this::file)
                .list()
                .stream()
                .filter(file -> file.state() == State.WAITING)
                .findFirst();
        if (waiting.filter(file -> isSame(file, received)).isPresent()) {
            return new Dropped(here(waiting.get(), received), true, null);
        }

        waiting.ifPresent(file -> deleteRow(file.number()));
        DroppedFile file = insert(upload, received);
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("file", file.id());
        detail.put("name", file.name());
        detail.put("size", file.size());
        waiting.ifPresent(replaced -> detail.put("replaces", replaced.id()));
        audit.enter(upload.actor(), "file.drop", subject(upload.automation()), detail);
        return new Dropped(file, false, waiting.orElse(null));
    }

    /** What lies in the spool of another server, which may be lost, lies here from now on. */
    private DroppedFile here(DroppedFile file, Received received) {
        if (isHere(file)) {
            return file;
        }

        jdbc.sql(MOVE)
                .param("spool", folder.spool())
                .param("host", Machine.name())
                .param("content", received.content())
                .param("id", file.number())
                .update();
        return find(file.automation(), file.number()).orElseThrow();
    }

    private boolean isSame(DroppedFile file, Received received) {
        boolean isLost = isHere(file) && !folder.has(file.content().name());
        return !isLost && file.size() == received.size() && file.sha256().equals(received.sha256());
    }

    private DroppedFile insert(Upload upload, Received received) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        jdbc.sql(INSERT)
                .param("automation", upload.automation())
                .param("name", upload.name())
                .param("size", received.size())
                .param("sha256", HexFormat.of().parseHex(received.sha256()))
                .param("now", now.toEpochMilli())
                .param("uploaderKind", upload.actor().kind().name())
                .param("uploader", upload.actor().name())
                .param("keep", upload.keepUntil().toEpochMilli())
                .param("spool", folder.spool())
                .param("host", Machine.name())
                .param("content", received.content())
                .update(key, "id");
        long number = Objects.requireNonNull(key.getKey()).longValue();
        DroppedFile file = find(upload.automation(), number).orElseThrow();
        jdbc.sql(KEY)
                .param("key", file.asSourceFile().listingKey())
                .param("id", number)
                .update();
        return file;
    }

    /** The file of an automation with that numeric id. */
    public Optional<DroppedFile> find(long automation, long number) {
        return jdbc.sql(FIND)
                .param("id", number)
                .param("automation", automation)
                .query(this::file)
                .optional();
    }

    /** Files of an automation in the order in which they came. */
    public List<DroppedFile> list(long automation, State state, long after, int most) {
        return jdbc.sql(LIST)
                .param("automation", automation)
                .param("state", state.name())
                .param("after", after)
                .param("most", most)
                .query(this::file)
                .list();
    }

    /**
     * The content of a file.
     *
     * @throws Refusal when it lies in the spool of another machine, or is lost
     */
    public InputStream open(DroppedFile file) {
        try {
            return Files.newInputStream(path(file));
        } catch (NoSuchFileException e) {
            throw Refusal.failed(
                            "FILE_LOST",
                            "Cannot read the file %s: its content is not in the spool any more. Send it again."
                                    .formatted(file.id()))
                    .causedBy(e);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read the file %s: %s. Check the spool.".formatted(file.id(), e.getMessage()), e);
        }
    }

    Path path(DroppedFile file) {
        if (!isHere(file)) {
            throw Refusal.busy(
                            "FILE_ELSEWHERE",
                            "Cannot read the file %s here: it lies in the spool of %s. Ask the server there, or have the servers share one spool."
                                    .formatted(file.id(), file.content().host()))
                    .with("host", file.content().host());
        }

        return folder.path(file.content().name());
    }

    boolean isHere(DroppedFile file) {
        return file.content().spool().equals(folder.spool());
    }

    /**
     * Deletes a file with its content.
     *
     * @throws Refusal when a run works on it
     */
    public void delete(DroppedFile file, Actor actor) {
        boolean deleted = inTransaction(() -> {
            lock(file.automation());
            Optional<DroppedFile> now = find(file.automation(), file.number());
            if (now.isEmpty()) {
                return false;
            }

            if (now.get().state() == State.PROCESSING) {
                throw Refusal.conflict(
                                "FILE_BUSY",
                                "Cannot delete the file %s: a run works on it. Wait until it has ended."
                                        .formatted(file.id()))
                        .with("file", file.id());
            }

            deleteRow(file.number());
            audit.enter(
                    actor, "file.delete", subject(file.automation()), Map.of("file", file.id(), "name", file.name()));
            return true;
        });
        if (deleted) {
            deleteContent(file);
        }
    }

    private void deleteRow(long number) {
        jdbc.sql(DELETE).param("id", number).update();
    }

    /** Content on another machine is removed there, since it has no record any more. */
    private void deleteContent(DroppedFile file) {
        if (isHere(file)) {
            folder.delete(file.content().name());
        }
    }

    /** Forgets files that were to be kept until now at most; returns how many. */
    public int prune() {
        List<DroppedFile> overdue = jdbc.sql(OVERDUE)
                .param("now", clock.millis())
                .param("most", MOST_PRUNED)
                .query(this::file)
                .list();
        int pruned = 0;
        for (DroppedFile file : overdue) {
            boolean deleted = inTransaction(() -> {
                lock(file.automation());
                boolean isFree = find(file.automation(), file.number())
                        .filter(now -> now.state() != State.PROCESSING)
                        .isPresent();
                if (isFree) {
                    deleteRow(file.number());
                }

                return isFree;
            });
            if (deleted) {
                deleteContent(file);
                pruned++;
            }
        }

        return pruned;
    }

    /** Removes from this machine's spool what lost processes left half done, and content without a record. */
    public void tidy() {
        folder.tidy(content -> jdbc.sql(RECORDED)
                        .param("spool", folder.spool())
                        .param("content", content)
                        .query(Integer.class)
                        .single()
                > 0);
    }

    @Override
    public FileSource open(DropSource spec) {
        return new DropFileSource(spec.automation(), this);
    }

    /** All files of an automation, wherever they lie, in the order in which they came. */
    List<DroppedFile> all(String automation) {
        return jdbc.sql(ALL).param("automation", automation).query(this::file).list();
    }

    /** Where a source of files has listed a file. */
    Optional<DroppedFile> listed(String automation, SourceFile listed) {
        return all(automation).stream()
                .filter(file -> file.asSourceFile().equals(listed))
                .findFirst();
    }

    private void lock(long automation) {
        jdbc.sql(LOCK).param("automation", automation).query(Long.class).single();
    }

    private static AuditSubject subject(long automation) {
        return new AuditSubject(null, PublicId.AUTOMATION, automation);
    }

    private <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(whileLocked.call(() -> transactions.execute(ignored -> work.get())));
    }

    private DroppedFile file(ResultSet row, int index) throws SQLException {
        long number = row.getLong("id");
        State state = State.valueOf(row.getString("file_state"));
        Long ended = row.getObject("ended_at", Long.class);
        return new DroppedFile(
                number,
                ids.of(PublicId.DROPPED_FILE, number),
                row.getLong("automation_id"),
                row.getString("name"),
                row.getLong("size"),
                HexFormat.of().formatHex(row.getBytes("sha256")),
                state,
                Instant.ofEpochMilli(row.getLong("uploaded_at")),
                ended == null || state == State.WAITING || state == State.PROCESSING
                        ? null
                        : Instant.ofEpochMilli(ended),
                state == State.WAITING ? null : row.getObject("run_id", Long.class),
                new Actor(Actor.Kind.valueOf(row.getString("uploader_kind")), row.getString("uploader")),
                new Content(row.getString("spool"), row.getString("host"), row.getString("content")));
    }
}
