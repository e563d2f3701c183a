package io.muster.snapshot.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.intercept.Definitions;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.segment.Segments;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.TableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;

/** Which of several tables that were built is in use in the end. */
class SnapshotStoreDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.system("tester");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock();
    private DirectoryFixture directory;
    private ContactEdits edits;
    private Projects projects;
    private Project project;
    private DirectoryTable tables;
    private SnapshotStore snapshots;

    @BeforeEach
    void makeAProjectInForce() {
        TransactionTemplate transactions = new TransactionTemplate(database.transactions());
        MailingLists lists = new MailingLists(database.jdbc(), clock, database.ids());
        Segments segments = new Segments(database.jdbc(), transactions, lists, clock, database.ids());
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        edits = new ContactEdits(database.jdbc(), database.transactions(), clock, database.ids());
        projects = new Projects(database.jdbc(), transactions, segments, clock, database.ids());
        Project made =
                projects.create(TESTER, "Shop " + directory.id(), ProjectSettings.USUAL.linkedTo(directory.id()));
        projects.create(TESTER, made, "Hello", InterceptSettings.USUAL);
        project = projects.apply(TESTER, made);
        tables = new DirectoryTable(
                database.jdbc(),
                database.transactions(),
                new FrequencyUpkeep(database.dataSource(), clock, database.ids()),
                clock,
                database.ids());
        snapshots = new SnapshotStore(
                projects,
                new Definitions(projects, ProjectDefinition.USUAL_PLACEHOLDERS, database.ids()),
                new SnapshotFolder(folder),
                5,
                clock,
                database.ids());
    }

    private TableFile built(long at) throws IOException {
        clock.set(at);
        edits.upsert(directory.id(), DirectoryFixture.record("extRef", "R" + at));
        return tables.build(directory.id(), new TreeSet<>(), snapshots.building("RN_" + at), (contacts, share) -> {
            // nobody watches
        });
    }

    private Manifest inUse() throws IOException {
        return Manifest.fromJson(snapshots.folder().manifest(project.id()).orElseThrow());
    }

    @Test
    void aTableOfAnEarlierMomentNeverTakesThePlaceOfALaterOne() throws IOException {
        TableFile early = built(10_000);
        TableFile late = built(20_000);
        clock.set(30_000);
        Published published = snapshots.publishBuilt(project, late, false).orElseThrow();

        clock.set(40_000);
        assertThat(snapshots.publishBuilt(project, early, false)).contains(published);

        assertThat(inUse().version()).isEqualTo(published.version());
        assertThat(inUse().contacts()).isEqualTo(2);
        assertThat(snapshots.publishBuilt(project, early, true).orElseThrow().contacts())
                .isEqualTo(1);
    }

    @Test
    void changedDefinitionsAreInForceBesideATableThatWasPutBack() throws IOException {
        clock.set(30_000);
        Published first = snapshots.publishBuilt(project, built(10_000), false).orElseThrow();
        assertThat(snapshots.publishBuilt(project, built(20_000), false)).isPresent();
        Manifest back = snapshots.folder().use(project.id(), first.version());

        clock.set(50_000);
        projects.pause(TESTER, project, true);
        assertThat(snapshots.publishDefinitions(project)).isPresent();

        assertThat(inUse().table()).isEqualTo(back.table());
        assertThat(snapshots.folder().read(project.id(), inUse()).definition().active())
                .isFalse();
    }

    @Test
    void aProjectThatWasUnlinkedMeanwhileGetsNoTable() throws IOException {
        TableFile table = built(10_000);
        projects.change(TESTER, project, settings -> settings.linkedTo(null));
        projects.apply(TESTER, project);

        assertThat(snapshots.publishBuilt(project, table, false)).isEmpty();
    }
}
