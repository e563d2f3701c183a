package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a directory to the decision, by commands alone: what is published when, and what is answered from it. */
class SnapshotCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final String SNAPSHOTS = "muster.snapshots";

    @TempDir
    private Path folder;

    private DirectoryFixture fixture;
    private ContactEdits edits;
    private String directory;
    private String segment;
    private String project;
    private String intercept;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void makeADirectoryWithAProject() {
        System.setProperty(URL, database.url());
        System.setProperty(SNAPSHOTS, folder.resolve("snapshots").toString());
        fixture = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        directory = TestDatabase.IDS.directory(fixture.id());
        edits = new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "DE-1", "language", "de"));
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "FR-1", "language", "fr"));
        edits.upsert(fixture.id(), DirectoryFixture.record("email", "nobody@example.org"));
        segment = json(
                        "segments",
                        "create",
                        "German",
                        "--directory",
                        directory,
                        "--file",
                        file("field: language\nis: de\n"))
                .json()
                .get("id")
                .asString();
        project = json("projects", "create", "Shop", "--directory", directory)
                .json()
                .get("id")
                .asString();
        intercept = json("intercepts", "create", "Hallo", "--project", project, "--target", file(member()))
                .json()
                .get("id")
                .asString();
    }

    @AfterEach
    void removeProjects() {
        database.jdbc().sql("DELETE FROM intercept_segment").update();
        database.jdbc().sql("DELETE FROM intercept").update();
        database.jdbc().sql("DELETE FROM project").update();
        System.clearProperty(URL);
        System.clearProperty(SNAPSHOTS);
    }

    private String member() {
        return "{segment: " + segment + ", is: member}";
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ended json(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--json");
        return muster(all.toArray(String[]::new));
    }

    private String file(String text) {
        try {
            return Files.writeString(Files.createTempFile(folder, "file", ".yaml"), text)
                    .toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void rebuild() {
        assertThat(json("segments", "rebuild", "--directory", directory).exit()).isZero();
    }

    private String decide(String... more) {
        List<String> all = new ArrayList<>(List.of("decide", "--project", project));
        all.addAll(List.of(more));
        JsonNode answer = json(all.toArray(String[]::new)).json();
        return answer.at("/decisions/0/reason").asString("none");
    }

    private Manifest inUse() throws IOException {
        return Manifest.fromJson(new SnapshotFolder(folder.resolve("snapshots"))
                .manifest(project)
                .orElseThrow());
    }

    @Test
    void aFrequencyRuleIsInForceWhenTheCommandReturns() {
        rebuild();
        muster("intercepts", "activate", intercept);
        muster("touchpoints", "add", "-d", directory, "--ref", "DE-1", "--channel", "web", "--kind", "shown");
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");
        String rule = json("frequency", "add", "--directory", directory, "--max", "1", "--per", "30d")
                .json()
                .get("id")
                .asString();
        assertThat(decide("--ref", "DE-1")).isEqualTo("FREQUENCY");
        assertThat(muster("frequency", "remove", rule, "--yes").out()).startsWith("Removed the rule " + rule);
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");
    }

    @Test
    void whatIsActivatedIsInForceWhenTheCommandReturns() {
        rebuild();

        json("intercepts", "activate", intercept).json();

        JsonNode german = json("decide", "--project", project, "--ref", "DE-1").json();
        assertThat(german.get("project").asString()).isEqualTo(project);
        assertThat(german.at("/decisions/0").toString())
                .isEqualTo("{\"intercept\":\"" + intercept + "\",\"show\":true,\"project\":\"" + project
                        + "\",\"snapshot\":" + german.get("snapshot") + ",\"reason\":\"ELIGIBLE\",\"segments\":{\""
                        + segment
                        + "\":true},\"nextEligible\":null}");
        assertThat(decide("--ref", "FR-1")).isEqualTo("NOT_TARGETED");
        assertThat(decide("--ref", "XX-1")).isEqualTo("UNKNOWN_REFERENCE");
        assertThat(decide()).isEqualTo("NOT_TARGETED");

        json("projects", "pause", project).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
        json("projects", "resume", project).json();
        json("projects", "pause", "--all").json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
        json("projects", "resume", "--all").json();
        json("intercepts", "deactivate", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
    }

    @Test
    void rebuildsAndImportsPublish() {
        json("intercepts", "activate", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("NOT_TARGETED");

        rebuild();
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");
        json("import", file("ExternalDataReference,Language\nDE-2,de\n"), "--directory", directory)
                .json();
        assertThat(decide("--ref", "DE-2")).isEqualTo("NOT_TARGETED");
        rebuild();
        assertThat(decide("--ref", "DE-2")).isEqualTo("ELIGIBLE");
    }

    @Test
    void aChangedDefinitionIsPublishedAloneAndANewSegmentNeedsATable() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        Manifest first = inUse();

        json("intercepts", "update", intercept, "--sample", "0").json();
        json("intercepts", "apply", intercept).json();
        assertThat(inUse().table()).isEqualTo(first.table());
        assertThat(decide("--ref", "DE-1")).isEqualTo("NOT_SAMPLED");

        String other = json(
                        "segments",
                        "create",
                        "French",
                        "--directory",
                        directory,
                        "--file",
                        file("field: language\nis: fr\n"))
                .json()
                .get("id")
                .asString();
        rebuild();
        Manifest second = inUse();
        json(
                        "intercepts",
                        "update",
                        intercept,
                        "--sample",
                        "100",
                        "--target",
                        file("{segment: " + other + ", is: member}"))
                .json();
        json("intercepts", "apply", intercept).json();
        assertThat(inUse().table()).isNotEqualTo(second.table());
        assertThat(decide("--ref", "FR-1")).isEqualTo("ELIGIBLE");
    }

    @Test
    void mergedReferencesLeadToTheSurvivor() throws IOException {
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "DE-9", "language", "de"));
        edits.update(fixture.id(), 1, DirectoryFixture.change("email", "one@example.org"));
        edits.update(fixture.id(), 4, DirectoryFixture.change("email", "one@example.org"));
        json("intercepts", "activate", intercept).json();
        rebuild();
        assertThat(inUse().contacts()).isEqualTo(4);

        json("duplicates", "merge", "--directory", directory).json();
        assertThat(json("snapshot", "publish", "--directory", directory)
                        .json()
                        .at("/snapshots/0/contacts")
                        .asInt())
                .isEqualTo(3);

        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");
        assertThat(decide("--ref", "DE-9")).as("an alias now").isEqualTo("ELIGIBLE");
    }

    @Test
    void aChangedReferenceIsKnownByTheNextTable() {
        rebuild();
        json("intercepts", "activate", intercept).json();

        edits.update(fixture.id(), 1, DirectoryFixture.change("extRef", "DE-10"));
        json("snapshot", "publish", "--directory", directory).json();

        assertThat(decide("--ref", "DE-1")).isEqualTo("UNKNOWN_REFERENCE");
        assertThat(decide("--ref", "DE-10")).isEqualTo("ELIGIBLE");
    }

    @Test
    void frequencyRulesHoldContactsBack() {
        rebuild();
        json("frequency", "add", "--directory", directory, "--max", "1", "--per", "30d")
                .json();
        json("intercepts", "activate", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");

        json("touchpoints", "add", "--directory", directory, "--ref", "DE-1", "--channel", "email", "--kind", "invite")
                .json();
        json("snapshot", "publish", "--directory", directory).json();

        JsonNode capped = json("decide", "--project", project, "--ref", "DE-1").json();
        assertThat(capped.at("/decisions/0/reason").asString()).isEqualTo("FREQUENCY");
        assertThat(capped.at("/decisions/0/nextEligible").isNull()).isFalse();
        assertThat(decide("--ref", "DE-1", "--at", "2100-01-01T00:00:00Z")).isEqualTo("ELIGIBLE");
    }

    @Test
    void contactsWhoOptedOutSeeInterceptsUnlessASegmentExcludesThem() {
        String optedOut = json(
                        "segments", "create", "Opted out", "--directory", directory, "--file", file("optedOut: true\n"))
                .json()
                .get("id")
                .asString();
        database.jdbc()
                .sql("UPDATE contact SET unsubscribed = 1 WHERE directory_id = ? AND number = 1")
                .param(fixture.id())
                .update();
        rebuild();
        json("intercepts", "activate", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");

        json(
                        "intercepts",
                        "update",
                        intercept,
                        "--target",
                        file("all: [%s, {segment: %s, isNot: member}]".formatted(member(), optedOut)))
                .json();
        assertThat(decide("--ref", "DE-1")).as("not applied yet").isEqualTo("ELIGIBLE");
        json("intercepts", "apply", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("NOT_TARGETED");
    }

    @Test
    void publishSaysWhatItPublishedAndListWhatIsInUse() throws IOException {
        rebuild();
        json("projects", "apply", project).json();

        JsonNode published =
                json("snapshot", "publish", "--directory", directory).json();

        assertThat(published.propertyNames()).containsExactly("snapshots");
        JsonNode one = published.at("/snapshots/0");
        assertThat(one.propertyNames()).containsExactly("project", "version", "contacts", "bytes");
        assertThat(one.get("project").asString()).isEqualTo(project);
        assertThat(one.get("version").asString()).isEqualTo(inUse().version());
        assertThat(one.get("contacts").asInt()).isEqualTo(3);
        assertThat(one.get("bytes").asLong()).isPositive();
        assertThat(json("snapshot", "list").json()).isEqualTo(published);
        assertThat(muster("snapshot", "publish").exit()).isEqualTo(2);
        assertThat(muster("snapshot", "publish", "--all", "--directory", directory)
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void aDecisionIsTheDebugAnswerWithItsProjectAndAge() {
        rebuild();
        json("intercepts", "activate", intercept).json();

        JsonNode answer = json("decide", "--project", project, "--ref", "DE-1", "--at", "2100-01-01T00:00:00Z")
                .json();

        assertThat(answer.propertyNames()).containsExactly("project", "snapshot", "stale", "snapshotAge", "decisions");
        assertThat(answer.get("snapshotAge").asLong()).isGreaterThan(1_000_000_000);
        assertThat(answer.at("/decisions/0").propertyNames())
                .containsExactly("intercept", "show", "project", "snapshot", "reason", "segments", "nextEligible");
        JsonNode line = JsonMapper.shared()
                .readTree(json("decide", "--project", project, "--refs", file("DE-1"))
                        .out());
        assertThat(line.propertyNames())
                .containsExactly("ref", "project", "snapshot", "stale", "snapshotAge", "decisions");
        Ended both = muster("decide", "--project", project, "--ref", "DE-1", "--refs", file("DE-1"));
        assertThat(both.exit()).isEqualTo(2);
        assertThat(both.err()).contains("both --ref and --refs are given");
    }

    @Test
    void aDecisionKnowsTheAddressOfThePage() {
        rebuild();
        json("intercepts", "update", intercept, "--page", file("{url: {contains: cart}}"))
                .json();
        json("intercepts", "activate", intercept).json();
        json("intercepts", "apply", intercept).json();

        assertThat(decide("--ref", "DE-1", "--url", "https://shop.example/cart"))
                .isEqualTo("ELIGIBLE");
        assertThat(decide("--ref", "DE-1", "--url", "https://shop.example/")).isEqualTo("PAGE");
        assertThat(decide("--ref", "DE-1")).isEqualTo("PAGE");
    }

    @Test
    void referencesOfAFileAreAnsweredLineByLine() {
        rebuild();
        json("intercepts", "activate", intercept).json();

        List<JsonNode> lines = json("decide", "--project", project, "--refs", file("DE-1\n\nFR-1\n"))
                .out()
                .lines()
                .map(JsonMapper.shared()::readTree)
                .toList();

        assertThat(lines).extracting(line -> line.get("ref").asString()).containsExactly("DE-1", "", "FR-1");
        assertThat(lines)
                .extracting(line -> line.at("/decisions/0/reason").asString())
                .containsExactly("ELIGIBLE", "NOT_TARGETED", "NOT_TARGETED");
    }

    @Test
    void aProjectWithoutADirectoryHasDefinitionsOnly() {
        String blog = json("projects", "create", "Blog").json().get("id").asString();
        json("intercepts", "create", "Hello", "--project", blog).json();
        json("projects", "apply", blog).json();

        JsonNode all = json("snapshot", "publish", "--all").json();

        assertThat(all.get("snapshots")
                        .valueStream()
                        .map(one -> one.get("project").asString()))
                .contains(blog);
        assertThat(all.get("snapshots")
                        .valueStream()
                        .filter(one -> one.get("project").asString().equals(blog))
                        .map(one -> one.get("contacts").asInt()))
                .containsExactly(0);
    }

    @Test
    void versionsArePinnedAndPutBack() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        String first = inUse().version();
        json("snapshot", "pin", project, first).json();

        json("intercepts", "update", intercept, "--sample", "0").json();
        assertThat(muster("intercepts", "apply", intercept).err())
                .contains("Note: evaluators go on with version " + first + " of " + project
                        + ", which is pinned; only switches act at once. Have them use what was published now with:"
                        + " muster snapshot unpin " + project);
        assertThat(inUse().version()).isEqualTo(first);
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");
        Ended refused = muster("snapshot", "rollback", project);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains("version " + first + " is pinned. Pin the version that is wanted, or unpin it first.");
        json("snapshot", "unpin", project).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("NOT_SAMPLED");

        JsonNode back = json("snapshot", "rollback", project).json();
        assertThat(back.get("version").asString()).isEqualTo(first);
        assertThat(json("snapshot", "show", project).json().get(1).get("inUse").asBoolean())
                .isTrue();
        assertThat(json("snapshot", "verify", project).json().get("contacts").asInt())
                .isEqualTo(3);
        assertThat(json("audit", "--subject", project)
                        .json()
                        .at("/lines/0/action")
                        .asString())
                .isEqualTo("snapshot.rollback");
    }

    @Test
    void whatIsSwitchedOffStaysOffWhateverIsPinnedOrPutBack() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        String first = inUse().version();
        json("snapshot", "pin", project, first).json();

        json("intercepts", "deactivate", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
        assertThat(json("snapshot", "show", project)
                        .json()
                        .valueStream()
                        .filter(one -> one.get("pinned").asBoolean())
                        .map(one -> one.get("version").asString()))
                .singleElement()
                .satisfies(version -> assertThat(version).startsWith(first + "-"));
        json("intercepts", "activate", intercept).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("ELIGIBLE");
        json("projects", "pause", "--all").json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
        json("projects", "resume", "--all").json();
        assertThat(inUse().version()).isEqualTo(first);

        json("snapshot", "unpin", project).json();
        json("projects", "pause", project).json();
        json("snapshot", "rollback", project).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
        JsonNode oldest = json("snapshot", "show", project).json().get(4);
        json("snapshot", "pin", project, oldest.get("version").asString()).json();
        assertThat(decide("--ref", "DE-1")).isEqualTo("INACTIVE");
    }

    @Test
    void oneProjectThatCannotBePublishedDoesNotKeepTheOthersFromIt() throws IOException {
        rebuild();
        String blocked = json("projects", "create", "Blocked", "--directory", directory)
                .json()
                .get("id")
                .asString();
        json("projects", "apply", blocked).json();
        json("projects", "apply", project).json();
        String before = inUse().version();
        block(blocked);

        Ended ended = muster("snapshot", "publish", "--directory", directory);

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("Cannot publish the snapshot of " + blocked);
        assertThat(inUse().version()).isGreaterThan(before);

        block(project);
        Ended none = muster("projects", "pause", "--all");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.out()).as("no answer that is not true").isEmpty();
        assertThat(none.err())
                .contains("Cannot publish the snapshot of " + blocked, "Cannot publish the snapshot of " + project);
        json("projects", "resume", "--all");
    }

    @Test
    void whatIsDeletedIsInForceNoMore() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        json("snapshot", "pin", project, inUse().version()).json();
        json("intercepts", "deactivate", intercept).json();
        assertThat(decide()).isEqualTo("INACTIVE");

        json("intercepts", "delete", intercept, "--yes").json();
        assertThat(decide()).as("also of the version that is pinned").isEqualTo("none");

        json("intercepts", "create", "Again", "--project", project).json();
        json("projects", "apply", project).json();
        json("snapshot", "unpin", project).json();
        assertThat(decide()).isEqualTo("INACTIVE");
        json("snapshot", "pin", project, inUse().version()).json();
        json("projects", "delete", project, "--yes").json();

        assertThat(decide()).isEqualTo("none");
        assertThat(inUse().table()).as("no contacts are left").isNull();
        assertThat(folder.resolve("snapshots").resolve(project)).isDirectoryNotContaining("glob:**.table");
        assertThat(json("snapshot", "list").json().get("snapshots")).isEmpty();
    }

    /** Puts a file where the folder of a project is to be. */
    private void block(String id) throws IOException {
        Path own = folder.resolve("snapshots").resolve(id);
        FileSystemUtils.deleteRecursively(own);
        Files.writeString(own, "no folder");
    }

    @Test
    void aSnapshotThatShrankByMoreThanHalfIsNotPublishedUnlessForced() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        Manifest before = inUse();
        json(
                        "contacts",
                        "delete",
                        TestDatabase.IDS.contact(fixture.id(), 1),
                        TestDatabase.IDS.contact(fixture.id(), 2),
                        "--yes")
                .json();

        Ended refused = muster("snapshot", "publish", "--directory", directory);

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("it has 1 contacts, fewer than half of the 3 before");
        assertThat(inUse()).isEqualTo(before);
        json("snapshot", "publish", "--directory", directory, "--force").json();
        assertThat(inUse().forced()).isTrue();
        assertThat(inUse().contacts()).isEqualTo(1);
    }

    @Test
    void aDamagedFileIsFound() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        Path table = folder.resolve("snapshots")
                .resolve(project)
                .resolve(Objects.requireNonNull(inUse().table()).file());
        byte[] bytes = Files.readAllBytes(table);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(table);
        Files.write(table, bytes);

        Ended ended = muster("snapshot", "verify", project);

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("its content is damaged, the checksum differs");
        json("snapshot", "publish", "--directory", directory).json();
        assertThat(muster("snapshot", "verify", project).exit()).isZero();
    }

    @Test
    void anAnswerFromOldContactsIsStale() {
        rebuild();
        json("intercepts", "activate", intercept).json();

        assertThat(json("decide", "--project", project).json().get("stale").asBoolean())
                .isFalse();
        assertThat(json("decide", "--project", project, "--at", "2100-01-01T00:00:00Z")
                        .json()
                        .get("stale")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void whatARunThatWasCutOffHadBuiltIsRemovedByTheNext() throws IOException {
        rebuild();
        json("intercepts", "activate", intercept).json();
        Path left = folder.resolve("snapshots/building/" + TestDatabase.IDS.run(4_711));
        Files.writeString(Files.createDirectories(left).resolve("contacts-1.table"), "half");

        json("snapshot", "publish", "--directory", directory).json();

        assertThat(folder.resolve("snapshots/building")).isEmptyDirectory();
    }

    @Test
    void aSnapshotIsARun() {
        rebuild();
        json("intercepts", "activate", intercept).json();

        JsonNode runs = json("runs", "--kind", "snapshot").json();

        assertThat(runs.get(0).get("status").asString()).isEqualTo("COMPLETED");
        assertThat(runs.get(0).get("kind").asString()).isEqualTo("snapshot");
    }
}
