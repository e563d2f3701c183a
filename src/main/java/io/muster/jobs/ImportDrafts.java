package io.muster.jobs;

import io.muster.extract.source.ReceivedFiles;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** Imports that people prepare, and where columns of such files went before. */
public final class ImportDrafts {

    private static final int MOST_PRUNED = 1_000;
    private static final int MOST_WANTED = 20;

    private static final String COLUMNS = """
        SELECT id, user_id, directory_id, name, size, sha256, spool, host, content, choices, head, spec, corrects,
          forecast, run, wanted, created_at, keep_until
        FROM import_draft
        """;

    private static final String FIND = COLUMNS + "WHERE id = :id AND keep_until >= :now";

    private static final String LOCK = COLUMNS + "WHERE id = :id FOR UPDATE";

    private static final String OPEN = """
        SELECT id, user_id, directory_id, name, size, sha256, spool, host, content, '' AS choices, '' AS head,
          NULL AS spec, corrects, forecast, run, wanted, created_at, keep_until
        FROM import_draft
        WHERE user_id = :user AND run IS NULL AND keep_until >= :now
        ORDER BY id DESC
        LIMIT :most
        """;

    private static final String INSERT = """
        INSERT INTO import_draft (user_id, directory_id, name, size, sha256, spool, host, content, choices, head,
          corrects, created_at, keep_until)
        VALUES (:user, :directory, :name, :size, :sha256, :spool, :host, :content, :choices, :head, :corrects, :now,
          :keep)
        """;

    private static final String READ_ANEW = """
        UPDATE import_draft SET choices = :choices, head = :head, spec = NULL, forecast = NULL, wanted = NULL
        WHERE id = :id AND run IS NULL
        """;

    private static final String PLAN = """
        UPDATE import_draft SET choices = :choices, spec = :spec, forecast = NULL, wanted = NULL
        WHERE id = :id AND run IS NULL
        """;

    private static final String FORECAST = "UPDATE import_draft SET forecast = :run, wanted = NULL WHERE id = :id";

    private static final String RUN = "UPDATE import_draft SET run = :run, wanted = NULL WHERE id = :id";

    private static final String WANT = "UPDATE import_draft SET wanted = :step, wanted_by = :by WHERE id = :id";

    private static final String WANTED = """
        SELECT id, wanted, wanted_by FROM import_draft
        WHERE wanted IN ('FORECAST', 'IMPORT') AND spool = :spool
        ORDER BY id
        LIMIT :most
        """;

    private static final String NOT_WANTED = "UPDATE import_draft SET wanted = NULL WHERE id = :id AND wanted = :step";

    // The file is needed until its run has fetched it.
    private static final String OVERDUE = """
        SELECT d.id, d.spool, d.content FROM import_draft d
        LEFT JOIN run r ON r.id = COALESCE(d.run, d.forecast) AND r.status IN ('QUEUED', 'RUNNING')
        WHERE d.keep_until < :now AND r.id IS NULL
        ORDER BY d.keep_until
        LIMIT :most
        """;

    private static final String DELETE = "DELETE FROM import_draft WHERE id = :id";

    private static final String RECORDED =
            "SELECT COUNT(*) FROM import_draft WHERE spool = :spool AND content = :content";

    private static final String REMEMBER = """
        INSERT INTO import_mapping (directory_id, headers, targets, used_at)
        VALUES (:directory, :headers, :targets, :now)
        ON DUPLICATE KEY UPDATE targets = :targets, used_at = :now
        """;

    private static final String REMEMBERED =
            "SELECT targets FROM import_mapping WHERE directory_id = :directory AND headers = :headers";

    private static final String FORGET = "DELETE FROM import_mapping WHERE used_at < :before";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;

    /** The drafts in a database. */
    public ImportDrafts(JdbcClient jdbc, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
    }

    /** What is done with a draft. */
    public enum Step {
        /** A dry run. */
        FORECAST,
        /** The run. */
        IMPORT
    }

    /**
     * A draft.
     *
     * @param user whose it is
     * @param name of the file
     * @param sha256 of the file, in hexadecimal
     * @param content the name of the file in its spool
     * @param choices JSON of what its maker has chosen
     * @param head JSON of the beginning of the file
     * @param spec JSON of the settings of its runs; null until its columns are mapped
     * @param corrects the run whose rejected rows it corrects; null for none
     * @param forecast the dry run with the present settings; null for none
     * @param run the run that imports it; null until there is one
     * @param wanted what the server that has the file is to begin with; null for nothing
     */
    public record Draft(
            long number,
            String id,
            int user,
            int directory,
            String name,
            long size,
            String sha256,
            String spool,
            String host,
            String content,
            String choices,
            String head,
            @Nullable String spec,
            @Nullable Long corrects,
            @Nullable Long forecast,
            @Nullable Long run,
            @Nullable Step wanted,
            Instant created,
            Instant keepUntil) {

        /** The run of a step; null while there is none. */
        public @Nullable Long runOf(Step step) {
            return step == Step.FORECAST ? forecast : run;
        }

        /**
         * The settings of the run of a step.
         *
         * @throws Refusal when they were not given yet, or changed since the forecast
         */
        public String settings(Step step) {
            if (spec == null) {
                throw Refusal.conflict(
                        "NOT_MAPPED", "Cannot import the file: its columns are not mapped. Map them, then forecast.");
            }

            if (step == Step.IMPORT && forecast == null) {
                throw notForecast();
            }

            return spec;
        }
    }

    /** What answers the wish to import what was not forecast as it is now. */
    public static Refusal notForecast() {
        return Refusal.conflict(
                "NOT_FORECAST",
                "Cannot import the file: there is no forecast with these settings yet. Look at it first.");
    }

    /** A new draft. */
    public record NewDraft(
            int user,
            int directory,
            String name,
            ReceivedFiles.Received file,
            String spool,
            String host,
            String choices,
            String head,
            @Nullable Long corrects,
            Instant keepUntil) {}

    /** What another server was asked for, and by whom. */
    public record Wanted(long draft, Step step, String by) {}

    /** Enters a draft. */
    public Draft enter(NewDraft made) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.sql(INSERT)
                .param("user", made.user())
                .param("directory", made.directory())
                .param("name", made.name())
                .param("size", made.file().size())
                .param("sha256", HexFormat.of().parseHex(made.file().sha256()))
                .param("spool", made.spool())
                .param("host", made.host())
                .param("content", made.file().content())
                .param("choices", made.choices())
                .param("head", made.head())
                .param("corrects", made.corrects())
                .param("now", clock.millis())
                .param("keep", made.keepUntil().toEpochMilli())
                .update(key, "id");
        return find(Objects.requireNonNull(key.getKey()).longValue()).orElseThrow();
    }

    /** The draft with a numeric id, unless its time is over. */
    public Optional<Draft> find(long id) {
        return jdbc.sql(FIND)
                .param("id", id)
                .param("now", clock.millis())
                .query(this::draft)
                .optional();
    }

    /** The draft with a numeric id, which nobody else changes before the transaction ends. */
    public Draft lock(long id) {
        return jdbc.sql(LOCK)
                .param("id", id)
                .query(this::draft)
                .optional()
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_DRAFT", "Cannot import the file: it is not kept any more. Upload it again."));
    }

    /** Those of a person that are not imported yet, newest first, without what they hold of the file. */
    public List<Draft> open(int user, int most) {
        return jdbc.sql(OPEN)
                .param("user", user)
                .param("now", clock.millis())
                .param("most", most)
                .query(this::draft)
                .list();
    }

    /** Reads the file in another way; whether that was possible: a draft that is imported does not change any more. */
    public boolean readAnew(long id, String choices, String head) {
        return jdbc.sql(READ_ANEW)
                        .param("choices", choices)
                        .param("head", head)
                        .param("id", id)
                        .update()
                == 1;
    }

    /** Gives it its settings, of which there is no forecast yet; whether that was possible. */
    public boolean plan(long id, String choices, String spec) {
        return jdbc.sql(PLAN)
                        .param("choices", choices)
                        .param("spec", spec)
                        .param("id", id)
                        .update()
                == 1;
    }

    /** Notes the run of a step, within the transaction that enters it. */
    public void began(Draft draft, Step step, long run) {
        jdbc.sql(step == Step.FORECAST ? FORECAST : RUN)
                .param("run", run)
                .param("id", draft.number())
                .update();
    }

    /** Asks the server that has the file. */
    public void want(Draft draft, Step step, String by) {
        jdbc.sql(WANT)
                .param("step", step.name())
                .param("by", by)
                .param("id", draft.number())
                .update();
    }

    /** What the servers on a spool are asked for. */
    public List<Wanted> wanted(String spool) {
        return jdbc.sql(WANTED)
                .param("spool", spool)
                .param("most", MOST_WANTED)
                .query((row, index) -> new Wanted(
                        row.getLong("id"), Step.valueOf(row.getString("wanted")), row.getString("wanted_by")))
                .list();
    }

    /** Takes it back. */
    public void notWanted(Wanted wanted) {
        jdbc.sql(NOT_WANTED)
                .param("id", wanted.draft())
                .param("step", wanted.step().name())
                .update();
    }

    /** Deletes a draft; its file is to go afterwards. */
    public void delete(Draft draft) {
        delete(draft.number());
    }

    private void delete(long id) {
        jdbc.sql(DELETE).param("id", id).update();
    }

    /** Deletes drafts whose time is over, and files here that have no draft; each server does so for its own spool. */
    public void tidy(UploadFolder folder) {
        jdbc.sql(OVERDUE)
                .param("now", clock.millis())
                .param("most", MOST_PRUNED)
                .query((row, index) -> new Overdue(row.getLong("id"), row.getString("spool"), row.getString("content")))
                .list()
                .forEach(one -> {
                    delete(one.id());
                    folder.delete(one.spool(), one.content());
                });
        folder.tidy(
                clock.instant(),
                content -> jdbc.sql(RECORDED)
                                .param("spool", folder.spool())
                                .param("content", content)
                                .query(Long.class)
                                .single()
                        > 0);
    }

    private record Overdue(long id, String spool, String content) {}

    /** Remembers where the columns of such a file go. */
    public void remember(int directory, byte[] headers, String targets) {
        jdbc.sql(REMEMBER)
                .param("directory", directory)
                .param("headers", headers)
                .param("targets", targets)
                .param("now", clock.millis())
                .update();
    }

    /** Where the columns of such a file went. */
    public Optional<String> remembered(int directory, byte[] headers) {
        return jdbc.sql(REMEMBERED)
                .param("directory", directory)
                .param("headers", headers)
                .query(String.class)
                .optional();
    }

    /** Forgets mappings that were last used before a time; how many. */
    public int forget(Instant before) {
        return jdbc.sql(FORGET).param("before", before.toEpochMilli()).update();
    }

    private Draft draft(ResultSet row, int index) throws SQLException {
        long number = row.getLong("id");
        String wanted = row.getString("wanted");
        return new Draft(
                number,
                ids.of(PublicId.IMPORT_DRAFT, number),
                row.getInt("user_id"),
                row.getInt("directory_id"),
                row.getString("name"),
                row.getLong("size"),
                HexFormat.of().formatHex(row.getBytes("sha256")),
                row.getString("spool"),
                row.getString("host"),
                row.getString("content"),
                row.getString("choices"),
                row.getString("head"),
                row.getString("spec"),
                number(row, "corrects"),
                number(row, "forecast"),
                number(row, "run"),
                wanted == null ? null : Step.valueOf(wanted),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("keep_until")));
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
