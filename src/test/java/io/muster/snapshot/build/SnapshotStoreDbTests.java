package io.muster.snapshot.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.intercept.Definitions;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.TableFile;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
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
    private TransactionTemplate transactions;
    private Segments segments;
    private ContactEdits edits;
    private Projects projects;
    private Project project;
    private DirectoryTable tables;
    private SnapshotStore snapshots;

    @BeforeEach
    void makeAProjectInForce() {
        transactions = new TransactionTemplate(database.transactions());
        MailingLists lists = new MailingLists(database.jdbc(), clock, database.ids());
        segments = new Segments(database.jdbc(), transactions, lists, clock, database.ids());
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        edits = new ContactEdits(database.jdbc(), database.transactions(), clock, database.ids());
        projects = new Projects(database.jdbc(), transactions, rules(), segments, clock, database.ids());
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
                new Definitions(
                        projects,
                        new FrequencyRuleStore(database.jdbc(), transactions, clock, database.ids()),
                        ProjectDefinition.USUAL_PLACEHOLDERS,
                        database.ids()),
                new SnapshotFolder(folder),
                5,
                clock);
    }

    private IdentityRules rules() {
        return new IdentityRules(
                database.jdbc(),
                new TransactionTemplate(database.transactions()),
                new EmbeddedNames(database.jdbc(), clock),
                clock);
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

    private ProjectDefinition inForce() {
        return snapshots.inForce(projects.find(project.id())).orElseThrow();
    }

    private ProjectDefinition used() throws IOException {
        return snapshots.folder().read(project.id(), inUse()).definition();
    }

    /** A target in force that the tables which were built before do not know. */
    private void target() {
        String segment = segments.create(
                        new Directories(database.jdbc(), transactions, clock, database.ids())
                                .byNumber(directory.id())
                                .orElseThrow(),
                        "German",
                        "{field: language, is: de}",
                        SizeGuard.usual(),
                        TESTER)
                .id();
        Intercept intercept = projects.intercepts(project).getFirst();
        projects.change(
                TESTER,
                intercept,
                before -> new InterceptSettings(
                        null,
                        null,
                        null,
                        "{\"segment\":\"" + segment + "\",\"is\":\"member\"}",
                        null,
                        true,
                        false,
                        null,
                        null,
                        before.sample(),
                        0,
                        before.whenUnknown(),
                        before.whenUnavailable(),
                        null));
        projects.apply(TESTER, intercept);
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
        Manifest back = snapshots.folder().use(first.version(), inForce());

        clock.set(50_000);
        projects.pause(TESTER, project, true);
        assertThat(snapshots.publishDefinitions(project)).isPresent();

        assertThat(inUse().table()).isEqualTo(back.table());
        assertThat(snapshots.folder().read(project.id(), inUse()).definition().active())
                .isFalse();
    }

    @Test
    void definitionsNeverNameASegmentThatTheirTableDoesNotHave() throws IOException {
        Published before = snapshots.publishBuilt(project, built(10_000), false).orElseThrow();
        TableFile without = built(20_000);
        target();

        assertThat(snapshots.publishDefinitions(project)).isEmpty();
        assertThat(snapshots.publishBuilt(project, without, true)).isEmpty();

        assertThat(inUse().version()).isEqualTo(before.version());
        assertThat(used().audiences()).isEmpty();
    }

    @Test
    void theKillSwitchWinsOverAPin() throws IOException {
        clock.set(30_000);
        Published first = snapshots.publishBuilt(project, built(10_000), false).orElseThrow();
        assertThat(snapshots.publishBuilt(project, built(20_000), false)).isPresent();
        snapshots.folder().use(first.version(), inForce());
        snapshots.folder().pin(project.id());

        projects.pause(TESTER, project, true);
        clock.set(40_000);
        Published published = snapshots.publishDefinitions(project).orElseThrow();

        assertThat(used().active()).isFalse();
        assertThat(inUse().kept()).isEqualTo(first.version());
        assertThat(published.contacts())
                .as("beside the newest table, in use when the pin goes")
                .isEqualTo(2);
        projects.pause(TESTER, project, false);
        assertThat(snapshots.publishDefinitions(project)).isPresent();
        assertThat(inUse().version()).as("as it was pinned").isEqualTo(first.version());
    }

    @Test
    void theKillSwitchDoesNotWaitForANewTable() throws IOException {
        assertThat(snapshots.publishBuilt(project, built(10_000), false)).isPresent();
        target();
        projects.pause(TESTER, project, true);

        assertThat(snapshots.publishDefinitions(project)).isEmpty();

        assertThat(used().active()).isFalse();
        assertThat(used().audiences()).as("the rest is as it was").isEmpty();
    }

    @Test
    void theFirstTableOfAnotherDirectoryIsNotComparedWithTheOneBefore() throws IOException {
        for (int i = 0; i < 5; i++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "C" + i));
        }

        Published before = snapshots.publishBuilt(project, built(10_000), false).orElseThrow();
        assertThat(before.contacts()).isEqualTo(6);
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
        projects.change(TESTER, project, settings -> settings.linkedTo(other.id()));
        projects.apply(TESTER, project);
        directory = other;
        TableFile small = built(20_000);

        assertThat(snapshots.publishBuilt(project, small, false)).isPresent();

        assertThat(inUse().contacts()).isEqualTo(1);
        assertThat(inUse().forced()).as("so that evaluators take it").isTrue();
        assertThat(snapshots.publishDefinitions(project)).isPresent();
        assertThat(inUse().forced()).as("also those that miss the one between").isTrue();
    }

    @Test
    void fewerThanHalfOfTheContactsAreRefused() throws IOException {
        for (int i = 0; i < 5; i++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "C" + i));
        }

        assertThat(snapshots.publishBuilt(project, built(10_000), false)).isPresent();
        for (long number = 1; number <= 5; number++) {
            assertThat(edits.delete(directory.id(), number)).isNotNull();
        }

        TableFile small = built(20_000);

        assertThatThrownBy(() -> snapshots.publishBuilt(project, small, false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it has 2 contacts, fewer than half of the 6 before");
    }

    @Test
    void versionsThatCannotBeReadDoNotKeepANewOneFromBeingPublished() throws IOException {
        assertThat(snapshots.publishBuilt(project, built(10_000), false)).isPresent();
        Path own = snapshots.folder().of(project.id());
        Files.writeString(own.resolve("manifest-20260101T000000000Z-00000000.json"), "{");
        Files.writeString(own.resolve("manifest.json"), "half a");

        assertThat(snapshots.publishBuilt(project, built(20_000), false)).isPresent();

        assertThat(inUse().contacts()).isEqualTo(2);
        assertThat(snapshots.list()).hasSize(1);
    }

    @Test
    void aProjectThatWasUnlinkedMeanwhileGetsNoTable() throws IOException {
        TableFile table = built(10_000);
        projects.change(TESTER, project, settings -> settings.linkedTo(null));
        projects.apply(TESTER, project);

        assertThat(snapshots.publishBuilt(project, table, false)).isEmpty();
    }
}
