package io.muster.intake;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult.Created;
import io.muster.directory.store.Directories;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.Tree;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A directory with contacts, a project that is linked to it and one that is not, both published. */
public final class IntakeFixture {

    public static final String DEBUG_KEY = "key";
    public static final String SECRET = "s3cret";
    public static final int PROJECT = 11;
    public static final int SIGNED = 12;
    public static final int UNLINKED = 13;

    /** Its pages have one origin. */
    public static final int WITH_ORIGIN = 14;

    /** Its responses take the embedded data TIER along and no other. */
    public static final int ATTACHING = 15;

    public static final String ORIGIN = "https://shop.example";

    private final TestDatabase database;
    private final Path home;
    private final InstantSource clock;
    private final DirectoryFixture directory;
    private final ContactEdits edits;
    private final Ids ids;

    public IntakeFixture(TestDatabase database, Path home, InstantSource clock) throws IOException {
        this.database = database;
        this.home = home;
        this.clock = clock;
        ids = database.ids();
        JdbcClient jdbc = database.jdbc();
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        edits = new ContactEdits(jdbc, database.transactions(), clock, ids);
        publish(PROJECT, ids.directory(directory.id()), null);
        publish(SIGNED, ids.directory(directory.id()), SECRET);
        publish(UNLINKED, null, null);
        publish(WITH_ORIGIN, ids.directory(directory.id()), null, ORIGIN);
        publish(
                ATTACHING,
                ids.directory(directory.id()),
                null,
                new PageDefinition(false, List.of(), List.of("TIER"), Map.of()));
    }

    private void publish(int project, @Nullable String linked, @Nullable String signing, String... origins)
            throws IOException {
        publish(project, linked, signing, PageDefinition.NONE, origins);
    }

    private void publish(
            int project, @Nullable String linked, @Nullable String signing, PageDefinition page, String... origins)
            throws IOException {
        folder().publish(
                        new ProjectDefinition(
                                project(project),
                                true,
                                linked,
                                List.of(origins),
                                signing,
                                DEBUG_KEY,
                                ProjectDefinition.USUAL_PLACEHOLDERS,
                                List.of(intercept(1, true, "SV_1"), intercept(2, false, null)),
                                page),
                        null,
                        new Publication(1_000, false));
    }

    private InterceptDefinition intercept(long number, boolean linked, @Nullable String survey) {
        return new InterceptDefinition(
                intercept(number),
                number,
                number,
                true,
                linked,
                survey,
                Tree.always(),
                Tree.always(),
                true,
                false,
                Schedule.ALWAYS,
                Fallback.HIDE,
                Fallback.HIDE);
    }

    SnapshotFolder folder() {
        return new SnapshotFolder(home.resolve("snapshots"));
    }

    Path spool() {
        return home.resolve("spool");
    }

    public String project(long number) {
        return ids.of(PublicId.PROJECT, number);
    }

    public String intercept(long number) {
        return ids.of(PublicId.INTERCEPT, number);
    }

    public DirectoryFixture directory() {
        return directory;
    }

    ContactEdits edits() {
        return edits;
    }

    /** A contact with embedded data too, written {@code "embedded.plan", "gold"}. */
    public long contact(String reference, String... values) {
        String[] record = new String[values.length + 2];
        record[0] = "extRef";
        record[1] = reference;
        System.arraycopy(values, 0, record, 2, values.length);
        return edits.upsert(directory.id(), DirectoryFixture.record(record)) instanceof Created created
                ? created.number()
                : -1;
    }

    Intake start(DataSource dataSource) {
        return start(dataSource, 16 << 20);
    }

    Intake start(DataSource dataSource, long spoolBytes) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        return Intake.start(
                new IntakeSettings(spool(), spoolBytes, Duration.ofSeconds(1)),
                new KnownProjects(folder(), clock),
                new Directories(jdbc, new TransactionTemplate(new JdbcTransactionManager(dataSource)), clock, ids),
                dataSource,
                clock,
                ids);
    }

    /** A display as a page sends it; the apostrophes are quotes. */
    List<SentEvent> display(String id, String reference) {
        return displays("{'id':'%s','project':'%s','intercept':'%s','ref':'%s'}"
                .formatted(id, project(PROJECT), intercept(1), reference));
    }

    static List<SentEvent> displays(String json) {
        return EventReader.displays(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static List<SentEvent> clicks(String json) {
        return EventReader.clicks(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static List<SentResponse> responses(String json) {
        return EventReader.responses(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static List<SentTouchpoint> touchpoints(String json) {
        return EventReader.touchpoints(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    public long touchpoints() {
        return directory.count("touchpoint");
    }

    /** The responses of a project, in the order in which they were recorded, with these columns. */
    public List<String> responses(int project, String columns) {
        return database.jdbc()
                .sql("SELECT CONCAT_WS(' ', %s) FROM response WHERE project_id = ? ORDER BY id".formatted(columns))
                .param(project)
                .query(String.class)
                .list();
    }

    /** What was counted, as {@code kind outcome=events}. */
    public List<String> counts() {
        return database.jdbc()
                .sql("SELECT CONCAT(kind, ' ', outcome, '=', SUM(events)) FROM event_count GROUP BY kind, outcome"
                        + " ORDER BY kind, outcome")
                .query(String.class)
                .list();
    }
}
