package io.muster.intake;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactLookup;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.store.Directories;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.support.PublicId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** A directory, and published projects that make contacts of their visitors. */
public final class VisitorFixture implements AutoCloseable {

    public static final String DEBUG_KEY = "key";

    private final TestDatabase database;
    private final Path home;
    private final DirectoryFixture directory;
    private final List<Intake> started = new ArrayList<>();

    /** What is not as usual of a project; the usual one is active, linked, unsigned, and creates contacts. */
    public record Draft(
            boolean active, boolean linked, @Nullable String signing, boolean autoCreate, String origin) {

        public Draft paused() {
            return new Draft(false, linked, signing, autoCreate, origin);
        }

        public Draft unlinked() {
            return new Draft(active, false, signing, autoCreate, origin);
        }

        public Draft signedWith(String secret) {
            return new Draft(active, linked, secret, autoCreate, origin);
        }

        public Draft creatingNobody() {
            return new Draft(active, linked, signing, false, origin);
        }

        public Draft of(String one) {
            return new Draft(active, linked, signing, autoCreate, one);
        }
    }

    public VisitorFixture(TestDatabase database, Path home, String... rules) {
        this.database = database;
        this.home = home;
        directory = DirectoryFixture.create(database.jdbc(), rules);
    }

    public DirectoryFixture directory() {
        return directory;
    }

    /** Publishes a project; its public id. */
    public String publish(long number, UnaryOperator<Draft> change) {
        Draft draft = change.apply(new Draft(true, true, null, true, ""));
        String id = database.ids().of(PublicId.PROJECT, number);
        ProjectDefinition project = new ProjectDefinition(
                id,
                draft.active(),
                draft.linked() ? database.ids().directory(directory.id()) : null,
                draft.origin().isEmpty() ? List.of() : List.of(draft.origin()),
                draft.signing(),
                DEBUG_KEY,
                ProjectDefinition.USUAL_PLACEHOLDERS,
                List.of(),
                new PageDefinition(draft.autoCreate(), List.of(), List.of(), Map.of()));
        try {
            folder().publish(project, null, new Publication(1_000, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return id;
    }

    private SnapshotFolder folder() {
        return new SnapshotFolder(home.resolve("snapshots"));
    }

    public ContactEdits edits() {
        return new ContactEdits(database.jdbc(), database.transactions(), InstantSource.system(), database.ids());
    }

    /** What takes them in, without HTTP and practically without a quota. */
    public Visitors visitors() {
        InstantSource clock = InstantSource.system();
        Directories directories = new Directories(
                database.jdbc(), new TransactionTemplate(database.transactions()), clock, database.ids());
        Intake intake = Intake.start(
                new IntakeSettings(home.resolve("spool"), 16 << 20, Duration.ofSeconds(3)),
                new KnownProjects(folder(), clock),
                directories,
                database.dataSource(),
                clock,
                database.ids());
        started.add(intake);
        return new Visitors(
                new VisitorSettings(1_000_000, 1_000_000),
                intake,
                directories,
                new ContactLookup(database.jdbc(), database.transactions()),
                edits(),
                clock,
                database.ids());
    }

    /** A visitor as a page sends him; the apostrophes are quotes. */
    public static SentVisitor visitor(String project, String more) {
        return VisitorReader.read(json(project, more).getBytes(StandardCharsets.UTF_8));
    }

    /** The body of a call; the apostrophes are quotes. */
    public static String json(String project, String more) {
        return "{'project':'%s',%s}".formatted(project, more).replace('\'', '"');
    }

    @Override
    public void close() {
        started.forEach(Intake::close);
    }
}
