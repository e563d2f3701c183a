package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.AddedTouchpoint;
import io.muster.app.AppConfiguration;
import io.muster.app.EligibilityService;
import io.muster.app.FrequencyExplanation;
import io.muster.app.FrequencyQuestion;
import io.muster.app.NewTouchpoint;
import io.muster.app.TouchpointService;
import io.muster.app.WhichContact;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactQuery;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.RuleOptions;
import io.muster.support.StateFolder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Test mode on the command line: counters that are reset and restored, and contacts for tests. */
class TestingCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static AppContext context;

    @TempDir
    private Path folder;

    private DirectoryFixture fixture;
    private String directory;
    private ContactEdits edits;
    private Duplicates duplicates;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeAll
    static void open() {
        System.setProperty(URL, database.url());
        Terminal terminal =
                new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), new StateFolder(home));
        context = AppContext.open(terminal, AppConfiguration.class);
    }

    @AfterAll
    static void close() {
        context.close();
        System.clearProperty(URL);
    }

    @BeforeEach
    void makeADirectory() {
        fixture = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        directory = TestDatabase.IDS.directory(fixture.id());
        edits = new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        duplicates = new Duplicates(database.dataSource(), database.transactions(), Clock.systemUTC(), database.ids());
    }

    /** A command on the directory, with JSON. */
    private Ended muster(String words) {
        List<String> all = new ArrayList<>(Arrays.asList(words.split(" ")));
        all.addAll(List.of("--directory", directory, "--json"));
        return run("", all);
    }

    private Ended run(String answers, List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolve("home")));
        if (!answers.isEmpty()) {
            terminal.withPerson(new BufferedReader(new StringReader(answers)));
        }

        int exit = Cli.run(terminal, words.toArray(String[]::new));
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private void contact(String... pairs) {
        edits.upsert(fixture.id(), DirectoryFixture.record(pairs));
    }

    /** One that was shown, or what else these values say. */
    private static void touchpoint(String directory, String reference, String... values) {
        Map<String, String> all = new HashMap<>(Map.of("channel", "web", "kind", "shown"));
        for (int i = 0; i < values.length; i += 2) {
            all.put(values[i], values[i + 1]);
        }

        AddedTouchpoint added = context.get(TouchpointService.class)
                .add(new NewTouchpoint(TESTER, directory, null, new ContactQuery.Reference(reference), all));
        assertThat(added.recorded()).isTrue();
    }

    private void rule(String max, String per, String gap) {
        context.get(FrequencyRuleStore.class)
                .add(
                        fixture.id(),
                        new RuleOptions(given(max), given(per), given(gap), null, false, null, null),
                        TESTER);
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }

    private FrequencyExplanation explain(String reference) {
        context.get(FrequencyUpkeep.class).complete(fixture.id());
        return context.get(EligibilityService.class)
                .explain(directory, new WhichContact(null, reference), new FrequencyQuestion("web", null, null));
    }

    /** Whether a contact may be contacted, as computed now and as stored for evaluators, and what its rule has counted. */
    private String standing(String reference) {
        FrequencyExplanation explained = explain(reference);
        assertThat(isStored(reference)).as("stored for evaluators").isEqualTo(!explained.eligible());
        return (explained.eligible() ? "eligible " : "capped ")
                + explained.rules().getFirst().counted();
    }

    private int touchpoints(String reference) {
        return explain(reference).rules().getFirst().touchpoints().size();
    }

    private void assertStoredAsComputed() {
        assertThat(context.get(FrequencyUpkeep.class).verify(fixture.id()).differences())
                .isEmpty();
    }

    private boolean isStored(String reference) {
        return database.jdbc()
                        .sql("SELECT COUNT(*) FROM frequency_time t"
                                + " JOIN frequency_computed f ON f.directory_id = t.directory_id AND f.generation = t.generation"
                                + " JOIN contact c ON c.directory_id = t.directory_id AND c.number = t.number"
                                + " LEFT JOIN contact_alias a ON a.directory_id = c.directory_id AND a.number = c.number"
                                + " WHERE t.directory_id = ? AND ? IN (c.ext_ref, a.ext_ref)")
                        .params(fixture.id(), reference)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private int eligible(String reference) {
        return muster("eligible --channel web --ref " + reference)
                .json()
                .path("eligible")
                .asInt();
    }

    private List<String> audit() {
        return database.jdbc()
                .sql("SELECT action FROM audit WHERE directory_id = ? AND action LIKE 'testing.%' ORDER BY id")
                .param(fixture.id())
                .query(String.class)
                .list();
    }

    @Test
    void aResetMakesAContactEligibleAtOnceAndARestorationUndoesIt() {
        rule("1", "30d", "");
        contact("extRef", "C-1");
        touchpoint(directory, "C-1");
        FrequencyExplanation before = explain("C-1");
        assertThat(standing("C-1")).isEqualTo("capped 1");

        JsonNode reset = muster("testing reset --ref C-1").json();
        assertThat(reset.path("contactId").asString()).isEqualTo(database.ids().contact(fixture.id(), 1));
        assertThat(reset.path("extRef").asString()).isEqualTo("C-1");
        assertThat(reset.path("changed").asBoolean()).isTrue();
        assertThat(reset.path("touchpoints").asInt()).isEqualTo(1);
        assertThat(standing("C-1")).isEqualTo("eligible 0");
        assertThat(muster("frequency explain --ref C-1").json().path("resetAt")).isEqualTo(reset.path("resetAt"));
        assertThat(eligible("C-1")).isEqualTo(1);
        assertStoredAsComputed();
        context.get(FrequencyUpkeep.class).recompute(fixture.id());
        assertThat(standing("C-1")).isEqualTo("eligible 0");
        assertThat(fixture.count("touchpoint")).as("nothing is taken away").isEqualTo(1);

        assertThat(muster("testing restore --ref C-1").json().path("changed").asBoolean())
                .isTrue();
        assertThat(standing("C-1")).isEqualTo("capped 1");
        assertThat(explain("C-1")).isEqualTo(before);
        assertThat(eligible("C-1")).isZero();
        assertStoredAsComputed();
        assertThat(muster("testing restore --ref C-1").json().path("changed").asBoolean())
                .isFalse();
        assertThat(audit()).containsExactly("testing.reset", "testing.restore");
    }

    @Test
    void whatComesInBetweenCountsThenAndAfterwards() {
        rule("2", "30d", "");
        contact("extRef", "C-1");
        contact("extRef", "C-2");
        touchpoint(directory, "C-1");
        touchpoint(directory, "C-1", "time", "2026-11-01T10:00:00Z", "key", "old");
        touchpoint(directory, "C-2");
        muster("testing reset --ref C-1").json();

        touchpoint(directory, "C-1", "key", "k1");
        assertThat(standing("C-1")).isEqualTo("eligible 1");
        touchpoint(directory, "C-1", "key", "k2");
        assertThat(standing("C-1")).isEqualTo("capped 2");
        assertThat(standing("C-2")).as("another contact").isEqualTo("eligible 1");

        muster("testing reset --ref C-1").json();
        assertThat(standing("C-1")).as("reset again").isEqualTo("eligible 0");
        touchpoint(directory, "C-1", "key", "k3");
        muster("testing restore --ref C-1").json();
        assertThat(touchpoints("C-1")).as("all of them").isEqualTo(5);
    }

    @Test
    void touchpointsInTheFutureAndReservationsAreResetAsWell() {
        rule("", "", "5d");
        contact("extRef", "C-1");
        contact("extRef", "C-2");
        touchpoint(directory, "C-1", "time", "2100-01-01T00:00:00Z");
        muster("eligible --channel email --ref C-2 --reserve 10h").json();
        assertThat(standing("C-1")).startsWith("capped");
        assertThat(standing("C-2")).isEqualTo("capped 1");

        muster("testing reset --ref C-1").json();
        muster("testing reset --ref C-2").json();
        assertThat(standing("C-1")).isEqualTo("eligible 0");
        assertThat(standing("C-2")).isEqualTo("eligible 0");

        muster("eligible --channel email --ref C-2 --reserve 10h").json();
        assertThat(standing("C-2")).as("a new one counts").isEqualTo("capped 1");
        muster("testing restore --ref C-1").json();
        muster("testing restore --ref C-2").json();
        assertThat(standing("C-1")).startsWith("capped");
        assertThat(touchpoints("C-2")).isEqualTo(2);
    }

    @Test
    void aMergeTakesAResetAlongAndItsUndoGivesItBack() {
        rule("1", "30d", "");
        contact("extRef", "A", "email", "a@x.example");
        contact("extRef", "B");
        touchpoint(directory, "A");
        touchpoint(directory, "B");
        muster("testing reset --ref B").json();
        long merge = merge();

        assertThat(standing("A")).isEqualTo("eligible 0");
        muster("testing restore --ref B").json();
        assertThat(standing("A")).as("all of both").isEqualTo("capped 2");

        undo(merge);
        assertThat(standing("A")).isEqualTo("capped 1");
        assertThat(standing("B")).as("as before the merge").isEqualTo("eligible 0");
        assertStoredAsComputed();

        muster("testing reset --ref A").json();
        muster("testing restore --ref B").json();
        assertThat(standing("A")).isEqualTo("eligible 0");
        assertThat(standing("B")).isEqualTo("capped 1");
    }

    /** Makes one of the first two contacts. */
    private long merge() {
        edits.update(fixture.id(), 2, DirectoryFixture.change("email", "a@x.example"));
        List<Long> merges = new ArrayList<>();
        duplicates.start(fixture.id(), MergeScope.ACTIVE_RULES).mergeNext(1_000).forEach(step -> merges.add(step.id()));
        assertThat(fixture.numbers()).doesNotContain(2L);
        return merges.getFirst();
    }

    private void undo(long merge) {
        duplicates.undo(merge, TESTER);
        assertThat(fixture.numbers()).contains(2L);
    }

    @Test
    void aResetGoesWithItsContactAndComesBackWithIt() throws IOException {
        rule("1", "30d", "");
        contact("extRef", "C-1");
        muster("testing contacts mark --ref C-1").json();
        touchpoint(directory, "C-1");
        muster("testing reset --ref C-1").json();

        String run = load("ExternalDataReference,Do\nC-1,delete\n");
        assertThat(fixture.count("frequency_reset")).isZero();
        assertThat(fixture.count("test_contact")).isZero();

        Ended undone = run("", List.of("runs", "undo", run, "--yes", "--json"));
        assertThat(undone.exit()).as(undone.err()).isZero();
        assertThat(standing("C-1")).isEqualTo("eligible 0");
        assertThat(contacts()).containsExactly("C-1");
        muster("testing restore --ref C-1").json();
        assertThat(standing("C-1")).isEqualTo("capped 1");
    }

    private String load(String text) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "rows", ".csv"), text);
        Ended loaded = muster("import " + file + " --map Do=action");
        assertThat(loaded.exit()).as(loaded.err()).isZero();
        return JsonMapper.shared().readTree(loaded.out()).path("run").asString();
    }

    @Test
    void anImportChangesNothingAboutAReset() throws IOException {
        rule("1", "30d", "");
        contact("extRef", "C-1");
        touchpoint(directory, "C-1");
        muster("testing reset --ref C-1").json();

        load("ExternalDataReference,Do,FirstName\nC-1,upsert,Ada\n");

        assertThat(fixture.contact(1)).containsEntry("first_name", "Ada");
        assertThat(standing("C-1")).isEqualTo("eligible 0");
    }

    @Test
    void aContactThatIsNotThereIsAWrongUse() {
        for (String command : List.of("reset", "restore", "contacts mark", "contacts unmark")) {
            Ended ended = muster("testing " + command + " --ref nobody");
            assertThat(ended.exit()).isEqualTo(2);
            assertThat(ended.err()).contains("no contact of the directory has the reference 'nobody'");
        }

        assertThat(muster("testing reset").exit()).isEqualTo(2);
        assertThat(audit()).isEmpty();
    }

    private List<String> contacts() {
        List<String> references = new ArrayList<>();
        muster("testing contacts list")
                .json()
                .forEach(one -> references.add(one.path("extRef").asString()));
        return references;
    }

    @Test
    void contactsForTestsAreMarkedListedAndDeletedTogether() {
        contact("extRef", "T-1");
        contact("extRef", "T-2");
        contact("extRef", "real");
        edits.as(Actor.system("intercept ZN_1"))
                .forTests()
                .create(fixture.id(), DirectoryFixture.record("extRef", "T-3"));
        assertThat(muster("testing contacts mark --ref T-1")
                        .json()
                        .path("changed")
                        .asBoolean())
                .isTrue();
        assertThat(muster("testing contacts mark --ref T-1")
                        .json()
                        .path("changed")
                        .asBoolean())
                .isFalse();
        muster("testing contacts mark --ref T-2").json();
        assertThat(contacts()).containsExactly("T-1", "T-2", "T-3");
        muster("testing contacts unmark --ref T-2").json();
        assertThat(contacts()).containsExactly("T-1", "T-3");

        assertThat(muster("testing contacts delete --preview")
                        .json()
                        .path("wouldDelete")
                        .size())
                .isEqualTo(2);
        List<String> delete = List.of("testing", "contacts", "delete", "--directory", directory);
        Ended refused = run("n\n", delete);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("Delete 2 contacts?");
        assertThat(contacts()).containsExactly("T-1", "T-3");

        assertThat(run("y\n", delete).out()).isEqualTo("Deleted 2 contacts.\n");
        assertThat(contacts()).isEmpty();
        assertThat(fixture.numbers()).containsExactly(2L, 3L);
        assertThat(audit()).containsExactly("testing.mark", "testing.mark", "testing.unmark");
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM audit WHERE directory_id = ? AND action = 'contact.delete'")
                        .param(fixture.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
        assertThat(muster("testing contacts delete --yes")
                        .json()
                        .path("deleted")
                        .size())
                .isZero();
    }

    @Test
    void whatAMergeHasMadeOfARealContactIsNotDeletedWithTheTests() {
        contact("extRef", "test", "email", "a@x.example");
        contact("extRef", "real");
        muster("testing contacts mark --ref test").json();
        long merge = merge();

        assertThat(contacts()).isEmpty();
        assertThat(muster("testing contacts delete --yes")
                        .json()
                        .path("deleted")
                        .size())
                .isZero();
        undo(merge);
        assertThat(contacts()).containsExactly("test");
        muster("testing contacts delete --yes").json();
        assertThat(fixture.numbers()).containsExactly(2L);
    }

    @Test
    void whatAMergeHasMadeOfTestsOnlyIsDeleted() {
        contact("extRef", "one", "email", "a@x.example");
        contact("extRef", "two");
        muster("testing contacts mark --ref one").json();
        muster("testing contacts mark --ref two").json();
        merge();

        assertThat(contacts()).containsExactly("one");
        muster("testing contacts delete --yes").json();
        assertThat(fixture.numbers()).isEmpty();
    }

    @Test
    void theAnswerForAPersonSaysWhatCounts() {
        contact("extRef", "C-1");
        touchpoint(directory, "C-1");
        String id = database.ids().contact(fixture.id(), 1);
        List<String> on = List.of("--directory", directory, "--ref", "C-1");

        assertThat(text("reset", on))
                .isEqualTo("Reset the counters of " + id + ": 1 touchpoint does not count until they are restored.\n");
        assertThat(text("restore", on)).isEqualTo("Restored the counters of " + id + ": 1 touchpoint counts again.\n");
        assertThat(text("restore", on)).isEqualTo("The counters of " + id + " were not reset.\n");
    }

    private String text(String command, List<String> on) {
        List<String> words = new ArrayList<>(List.of("testing", command));
        words.addAll(on);
        return run("", words).out();
    }
}
