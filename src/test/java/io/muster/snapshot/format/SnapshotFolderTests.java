package io.muster.snapshot.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.Definitions;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.PageTest;
import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.PageTest.UrlOperator;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.SegmentTest;
import io.muster.intercept.decide.Tree.Group;
import io.muster.intercept.decide.Tree.Join;
import io.muster.intercept.decide.Tree.Leaf;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published tree: what is in it, versions, and what is refused. */
class SnapshotFolderTests {

    private static final String PROJECT = "ZN_000000000000001";
    private static final long AT = Instant.parse("2026-11-15T10:00:00Z").toEpochMilli();
    private static final ProjectDefinition DEFINITION =
            Definitions.project(PROJECT, "linked", "SI_000000000000001", id -> id);

    @TempDir
    private Path home;

    private SnapshotFolder snapshots = new SnapshotFolder(Path.of("."));

    @BeforeEach
    void anEmptyTree() {
        snapshots = new SnapshotFolder(home.resolve("snapshots"));
    }

    @Test
    void aProjectsFolderHoldsEverythingItNeeds() throws IOException {
        TableFile table = table(10);
        Manifest manifest = snapshots.publish(DEFINITION, table, new Publication(AT, false));

        assertThat(snapshots.projects()).containsExactly(PROJECT);
        assertThat(snapshots.of(PROJECT).toFile().list())
                .containsExactlyInAnyOrder(
                        "manifest.json",
                        "manifest-" + manifest.version() + ".json",
                        manifest.definitions().file(),
                        table.path().getFileName().toString());
        assertThat(Files.getAttribute(snapshots.of(PROJECT).resolve(table.path().getFileName()), "unix:nlink"))
                .as("the table is there once for all projects")
                .isEqualTo(2);
        assertThat(manifest.version()).startsWith("20261115T100000000Z-");
        assertThat(manifest.moment()).as("the moment of the contacts").isEqualTo(5_000);
        assertThat(Manifest.fromJson(snapshots.manifest(PROJECT).orElseThrow())).isEqualTo(manifest);
        snapshots.verify(manifest);
    }

    @Test
    void aProjectWithoutDirectoryHasDefinitionsOnly() throws IOException {
        ProjectDefinition unlinked = Definitions.project(PROJECT, "unlinked", "SI_000000000000001", id -> id);
        Manifest manifest = snapshots.publish(unlinked, null, new Publication(AT, false));

        assertThat(manifest.table()).isNull();
        assertThat(manifest.contacts()).isZero();
        assertThat(manifest.moment()).isEqualTo(AT);
        snapshots.verify(manifest);
    }

    @Test
    void definitionsComeBackAsTheyWere() throws IOException {
        ProjectDefinition everything = new ProjectDefinition(
                PROJECT,
                false,
                "POOL_000000000000001",
                List.of("https://example.org"),
                "a secret",
                "a key",
                List.of("null", ""),
                List.of(
                        DEFINITION.intercepts().getFirst(),
                        new InterceptDefinition(
                                "SI_000000000000002",
                                Long.MAX_VALUE,
                                AT,
                                false,
                                false,
                                "SV_ü",
                                new Group<>(
                                        Join.ALL,
                                        List.of(
                                                new Leaf<>(new SegmentTest("SG_a", true)),
                                                new Group<>(
                                                        Join.NONE,
                                                        List.of(new Leaf<>(new SegmentTest("SG_b", false)))))),
                                new Group<>(
                                        Join.ANY,
                                        List.of(
                                                new Leaf<>(new PageTest.Url(UrlOperator.STARTS_WITH, "https://a")),
                                                new Leaf<>(new PageTest.Url(UrlOperator.MATCHES, "a.*")),
                                                new Leaf<>(new PageTest.OnDevice(Device.TABLET)))),
                                false,
                                true,
                                new Schedule(1, 2, new Percentage(1234), new Percentage(5)),
                                Fallback.SHOW,
                                Fallback.HIDE)),
                new PageDefinition(
                        true,
                        List.of("cookie:who"),
                        List.of("tier"),
                        Map.of(
                                "SI_000000000000002",
                                new Creative(Creative.Type.LINK, null, "Grüße", "Open", "/survey", null))));
        Manifest manifest = snapshots.publish(everything, null, new Publication(AT, true));

        assertThat(snapshots.read(PROJECT, manifest)).isEqualTo(new ProjectSnapshot(manifest, everything));
    }

    @Test
    void olderVersionsAreKeptAndComeBack() throws IOException {
        TableFile table = table(10);
        Manifest first = snapshots.publish(DEFINITION, table, new Publication(AT, false));
        Manifest second = snapshots.publish(
                Definitions.project(PROJECT, "linked", "SI_000000000000001 off", id -> id),
                table,
                new Publication(AT + 1, false));
        assertThat(snapshots.versions(PROJECT)).containsExactly(second, first);

        snapshots.use(first.version(), DEFINITION);
        assertThat(Manifest.fromJson(snapshots.manifest(PROJECT).orElseThrow())).isEqualTo(first);
        assertThatThrownBy(() -> snapshots.use("20260101T000000000Z-00000000", DEFINITION))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the snapshot of %s: version 20260101T000000000Z-00000000 is not kept. List the versions."
                                .formatted(PROJECT));
    }

    @Test
    void pruningKeepsTheNewestAndTheOneInUse() throws IOException {
        Manifest first = snapshots.publish(DEFINITION, table(10), new Publication(AT, false));
        snapshots.publish(DEFINITION, table(11), new Publication(AT + 1, false));
        Manifest third = snapshots.publish(DEFINITION, table(12), new Publication(AT + 2, false));
        snapshots.use(first.version(), DEFINITION);
        snapshots.prune(PROJECT, 1);

        assertThat(snapshots.versions(PROJECT)).containsExactly(third, first);
        assertThat(snapshots.of(PROJECT).toFile().list())
                .as("two manifests kept and the one in use, one file of definitions, two tables")
                .hasSize(6);
        snapshots.verify(first);
        snapshots.verify(third);
    }

    @Test
    void versionsThatCannotBeReadAreSkippedAndReleased() throws IOException {
        Manifest first = snapshots.publish(DEFINITION, table(10), new Publication(AT, false));
        Path broken = snapshots.of(PROJECT).resolve("manifest-20260101T000000000Z-00000000.json");
        Files.writeString(broken, "{");

        assertThat(snapshots.versions(PROJECT)).containsExactly(first);
        snapshots.prune(PROJECT, 1);
        assertThat(broken).doesNotExist();
        Files.writeString(snapshots.of(PROJECT).resolve("manifest.json"), "{");
        assertThat(snapshots.inUse(PROJECT)).isEmpty();
        Manifest second = snapshots.publish(DEFINITION, table(10), new Publication(AT + 1, false));
        assertThat(snapshots.inUse(PROJECT)).contains(second);
    }

    @Test
    void whateverVersionIsPutIntoUseHasTheSwitchesOfNow() throws IOException {
        Manifest first = snapshots.publish(both(""), table(10), new Publication(AT, false));
        snapshots.publish(both(" off"), table(11), new Publication(AT + 1, false));

        Manifest back = snapshots.use(first.version(), both(" off"));
        assertThat(back.version()).startsWith(first.version() + "-");
        assertThat(back.table()).isEqualTo(first.table());
        assertThat(snapshots.read(PROJECT, back).definition()).isEqualTo(both(" off"));
        assertThat(snapshots.use(back.version(), both(" off"))).isEqualTo(back);

        snapshots.pin(PROJECT);
        snapshots.prune(PROJECT, 1);
        snapshots.switchInUse(DEFINITION);
        assertThat(snapshots
                        .read(PROJECT, snapshots.inUse(PROJECT).orElseThrow())
                        .definition())
                .as("an intercept that was deleted is gone")
                .isEqualTo(DEFINITION);
        snapshots.switchInUse(both(""));
        assertThat(snapshots.inUse(PROJECT)).as("the switches it had").contains(first);
        snapshots.verify(first);
    }

    private static ProjectDefinition both(String second) {
        return Definitions.project(PROJECT, "linked", "SI_000000000000001; SI_000000000000002" + second, id -> id);
    }

    @Test
    void evaluatorsTakeAVersionOfFarFewerContactsThatAPersonPutsBack() throws IOException {
        Manifest small = snapshots.publish(DEFINITION, table(10), new Publication(AT, false));
        Manifest large = snapshots.publish(DEFINITION, table(100), new Publication(AT + 1, false));
        assertThat(small.hasShrunk(large)).isTrue();

        Manifest back = snapshots.use(small.version(), DEFINITION);

        assertThat(back.version()).isEqualTo(small.version());
        assertThat(back.hasShrunk(large)).isFalse();
        snapshots.switchInUse(DEFINITION);
        assertThat(snapshots.inUse(PROJECT)).contains(back);
        assertThat(snapshots.use(large.version(), DEFINITION)).isEqualTo(large);
    }

    @Test
    void fewerThanHalfOfTheContactsHasShrunkUnlessThereIsNoTable() throws IOException {
        Manifest before = snapshots.publish(DEFINITION, table(9), new Publication(AT, false));

        assertThat(snapshots.publish(DEFINITION, table(5), new Publication(AT + 1, false)))
                .matches(one -> !one.hasShrunk(before));
        assertThat(snapshots.publish(DEFINITION, table(4), new Publication(AT + 2, false)))
                .matches(one -> one.hasShrunk(before));
        assertThat(snapshots.publish(DEFINITION, table(4), new Publication(AT + 3, true)))
                .matches(one -> !one.hasShrunk(before));
        assertThat(snapshots.publish(DEFINITION, null, new Publication(AT + 4, false)))
                .matches(one -> !one.hasShrunk(before));
    }

    @Test
    void refusesDefinitionsThatAreNotWhole() throws IOException {
        Manifest manifest = snapshots.publish(DEFINITION, null, new Publication(AT, false));
        Path file = snapshots.of(PROJECT).resolve(manifest.definitions().file());
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, java.util.Arrays.copyOf(whole, 10));
        assertRefused(manifest, "has 10 bytes instead of " + whole.length);
        byte[] damaged = whole.clone();
        damaged[20] ^= 1;
        Files.write(file, damaged);
        assertRefused(manifest, "is damaged, the checksum differs");
        Files.delete(file);
        assertRefused(manifest, "cannot be read");
    }

    @Test
    void refusesAFolderOfAnotherProject() throws IOException {
        Manifest manifest = snapshots.publish(DEFINITION, null, new Publication(AT, false));
        assertThatThrownBy(() -> snapshots.read("ZN_000000000000002", manifest))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the snapshot of ZN_000000000000002: the manifest is that of %s. Copy each folder whole."
                                .formatted(PROJECT));
    }

    @Test
    void refusesTheTableOfAnotherDirectory() throws IOException {
        TableFile table = table(10);
        TableFile foreign = new TableFile(
                table.path(), table.sha256(), table.bytes(), table.contacts(), table.references(), table.description());
        ProjectDefinition elsewhere = new ProjectDefinition(
                PROJECT,
                true,
                "POOL_000000000000002",
                List.of(),
                null,
                "key",
                List.of(),
                List.of(),
                PageDefinition.NONE);
        Manifest manifest = snapshots.publish(elsewhere, foreign, new Publication(AT, false));
        assertThatThrownBy(() -> snapshots.verify(manifest))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("its table is that of directory POOL_000000000000001");
    }

    @Test
    void refusesManifestsThatAreNone() {
        for (String text : List.of("", "{", "{}", "[]", "null", "{\"format\":1}", "{\"format\":1,\"project\":7}")) {
            assertThatThrownBy(() -> Manifest.fromJson(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isInstanceOf(Refusal.class)
                    .hasMessage("Cannot read the manifest: it is damaged. Copy or publish it again.");
        }

        assertThatThrownBy(() -> Manifest.fromJson("{\"format\":2}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it has format 2, not 1");
    }

    @Test
    void aDamagedManifestNeverNamesAnotherVersion() throws IOException {
        Manifest published = snapshots.publish(DEFINITION, table(10), new Publication(AT, false));
        Manifest switched = snapshots.use(
                published.version(), DEFINITION.switchedAs(Definitions.project(PROJECT, "linked off", "", id -> id)));
        assertThat(Manifest.fromJson(switched.toJson())).isEqualTo(switched);
        byte[] whole = published.toJson();
        assertThat(Manifest.fromJson(whole)).isEqualTo(published);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                Manifest other = Manifest.fromJson(damaged);
                assertThat(other.version()).isEqualTo(published.version());
                if (!other.equals(published)) {
                    assertThatThrownBy(() -> snapshots.verify(other)).isInstanceOf(Refusal.class);
                }
            } catch (Refusal refused) {
                assertThat(refused).hasMessageStartingWith("Cannot read the manifest: ");
            }
        }
    }

    @Test
    void refusesManifestsThatLeadOutOfTheirFolder() throws IOException {
        Manifest manifest = snapshots.publish(DEFINITION, null, new Publication(AT, false));
        String leading = new String(manifest.toJson(), StandardCharsets.UTF_8)
                .replace(manifest.definitions().file(), "../secret");
        assertThatThrownBy(() -> Manifest.fromJson(leading.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it is damaged");
    }

    private void assertRefused(Manifest manifest, String reason) {
        assertThatThrownBy(() -> snapshots.verify(manifest))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot use the snapshot of " + PROJECT + ": ")
                .hasMessageContaining(reason);
    }

    private TableFile table(int contacts) throws IOException {
        Path tables = Files.createDirectories(home.resolve("tables"));
        try (TableWriter writer = new TableWriter(
                tables, new TableDescription("POOL_000000000000001", 5_000, 1, "p", List.of("SG_a"), List.of("")))) {
            for (int i = 0; i < contacts; i++) {
                writer.add(i, "C-" + i, List.of(), new long[1], new long[1]);
            }

            return writer.finish();
        }
    }
}
