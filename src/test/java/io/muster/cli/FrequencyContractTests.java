package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.RuleOptions;
import io.muster.support.PublicId;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lines of the contract about contact frequency, on the command line. */
class FrequencyContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private DirectoryFixture fixture;
    private String directory;
    private ContactEdits edits;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void makeADirectory() {
        System.setProperty(URL, database.url());
        fixture = DirectoryFixture.create(database.jdbc(), "extRef");
        directory = TestDatabase.IDS.directory(fixture.id());
        edits = new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A command of the group on the directory, with JSON. */
    private Ended frequency(String command, String options) {
        List<String> words = new ArrayList<>(List.of("frequency", command, "--directory", directory, "--json"));
        words.addAll(words(options));
        return muster(words.toArray(String[]::new));
    }

    private static List<String> words(String options) {
        return Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    private String add(String options) {
        return frequency("add", options).json().get("id").asString();
    }

    private void contact(String reference) {
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", reference));
    }

    private void touchpoint(String reference, String channel, String kind, String time, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "touchpoints",
                "add",
                "--directory",
                directory,
                "--ref",
                reference,
                "--channel",
                channel,
                "--kind",
                kind,
                "--time",
                time));
        words.addAll(List.of(more));
        assertThat(muster(words.toArray(String[]::new)).err()).isEmpty();
    }

    /** Touchpoints as lines of reference, time, channel and kind. */
    private void touchpoints(String... lines) throws IOException {
        Path file = Files.writeString(
                Files.createTempFile(folder, "touchpoints", ".csv"),
                "ExternalDataReference,time,channel,kind\n" + String.join("\n", lines) + "\n");
        Ended imported = muster("touchpoints", "import", file.toString(), "--directory", directory);
        assertThat(imported.exit()).as(imported.err()).isZero();
    }

    /** A list of the contacts with these numbers. */
    private void list(String name, int... numbers) {
        int list = fixture.addList(name);
        for (int number : numbers) {
            database.jdbc()
                    .sql(
                            "INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at) VALUES (?, ?, ?, 0, NULL, 0)")
                    .params(fixture.id(), list, number)
                    .update();
        }
    }

    /** Who of a list may be contacted: reference, verdict and reason of each line. */
    private List<String> lines(String options) {
        List<String> words = new ArrayList<>(List.of("eligible", "--directory", directory, "--format", "csv"));
        words.addAll(words(options));
        Ended csv = muster(words.toArray(String[]::new));
        assertThat(csv.exit()).as(csv.err()).isZero();
        return csv.out()
                .lines()
                .skip(1)
                .map(line -> String.join(" ", Arrays.asList(line.split(",", -1)).subList(1, 4)))
                .toList();
    }

    private String segment(String name, String condition) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "condition", ".yaml"), condition);
        return muster("segments", "create", name, "--directory", directory, "--file", file.toString(), "--json")
                .json()
                .get("id")
                .asString();
    }

    private void rebuild() {
        muster("segments", "rebuild", "--directory", directory, "--json").json();
    }

    @Test
    void addAnswersWithTheRuleAndAllItsKeys() {
        assertThat(made("--max 2 --per 30d --gap 7d"))
                .isEqualTo("'survey':null,'segment':null,'list':null,'always':false,'max':2,'per':'30d','gap':'7d',"
                        + "'appliesToIntercepts':true");
        assertThat(made("--survey SV_x --always"))
                .isEqualTo("'survey':'SV_x','segment':null,'list':null,'always':true,'max':null,'per':null,'gap':null,"
                        + "'appliesToIntercepts':true");
    }

    /** What is made of the options, without id, directory and time. */
    private String made(String options) {
        JsonNode rule = frequency("add", options).json();
        assertThat(rule.get("id").asString()).matches("FR_[0-9A-Za-z]{15}");
        return rule.toString()
                .replace('"', '\'')
                .replaceFirst("^\\{'id':'FR_\\w{15}','directory':'" + directory + "',", "")
                .replaceFirst(",'created':'[^']+'}$", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1s", "90m", "2h", "3d", "4w", "12mo"})
    void periodsAreWholeNumbersOfSecondsToMonths(String period) {
        JsonNode rule = frequency("add", "--gap " + period).json();

        assertThat(rule.get("gap").asString()).isEqualTo(period);
    }

    @ParameterizedTest
    @CsvSource({
        "--gap 0s, the shortest period is 1s",
        "--gap 1.5h, it is not a whole number",
        "--gap 500ms, it is not a whole number",
        "--max 1, its period is missing",
        "--per 1d, a period is given without a number",
        "--always --survey SV_x --gap 1d, --always is used alone",
        "--always, --always is an exception for a survey",
        "--always --list News, --always is an exception for a survey",
        "--survey SV_x, it limits nothing"
    })
    void refusesWhatMakesNoRuleAsWrongUsage(String options, String reason) {
        fixture.addList("News");

        Ended ended = frequency("add", options);

        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains(reason);
        assertThat(fixture.count("frequency_rule")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "--survey SV_x --gap 1d, null, '\"1d\"'",
        "--survey SV_x --max none, '\"none\"', null",
        "--max none, '\"none\"', null",
        "--gap none, null, '\"none\"'",
        "--max 0, 0, null",
        "--survey SV_x --max 0, 0, null"
    })
    void blankNoneAndZeroAreThreeThingsAndNoneAndZeroNeedNoPeriod(String options, String max, String gap) {
        JsonNode rule = frequency("add", options).json();

        assertThat(rule.get("max").toString()).isEqualTo(max);
        assertThat(rule.get("per").isNull()).isTrue();
        assertThat(rule.get("gap").toString()).isEqualTo(gap);
    }

    @Test
    void aRuleWithAListIsKeptAndShownAndSaysThatItDoesNotApplyToIntercepts() {
        fixture.addList("News");
        JsonNode added = frequency("add", "--max 0 --list News").json();

        assertThat(added.get("appliesToIntercepts").asBoolean()).isFalse();
        assertThat(added.get("list").asString()).matches("CG_[0-9A-Za-z]{15}");
        assertThat(frequency("list", "").json().get(0)).isEqualTo(added);
        assertThat(muster("frequency", "show", added.get("id").asString(), "--json")
                        .json())
                .isEqualTo(added);
        assertThat(muster("frequency", "add", "--directory", directory, "--max", "0", "--list", "News")
                        .out())
                .contains("It does not apply to intercepts.");
    }

    @Test
    void listsRulesInOrderOfCreationAndRemovesThem() {
        String first = add("--max 1 --per 30d");
        String second = add("--survey SV_x --always");

        assertThat(frequency("list", "").json())
                .map(rule -> rule.get("id").asString())
                .containsExactly(first, second);
        assertThat(muster("frequency", "remove", first, "--preview", "--json")
                        .json()
                        .get("wouldRemove")
                        .get("id")
                        .asString())
                .isEqualTo(first);
        assertThat(muster("frequency", "remove", first, "--json")
                        .json()
                        .get("max")
                        .asInt())
                .isOne();
        assertThat(frequency("list", "").json())
                .map(rule -> rule.get("id").asString())
                .containsExactly(second);

        Ended again = muster("frequency", "remove", first);
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err())
                .isEqualTo(
                        "Cannot use the frequency rule '" + first + "': there is no rule of that id. It may have been"
                                + " removed. The command frequency list shows those of a directory.\n");
    }

    @Test
    void everyChangeOfTheRulesHasALineInTheAuditLog() {
        String rule = add("--survey SV_x --max none --gap 7d");
        muster("frequency", "remove", rule, "--json").json();
        JsonNode lines = muster("audit", "--subject", rule, "--json").json().get("lines");

        assertThat(lines)
                .map(line -> line.get("action").asString())
                .containsExactly("frequency.remove", "frequency.add");
        assertThat(lines.get(1).get("detail").toString())
                .isEqualTo("{\"survey\":\"SV_x\",\"max\":\"none\",\"gap\":\"7d\"}");
    }

    @Test
    void whatARuleNamesMustExistAndIsNotDeletedWhileTheRuleStands() throws IOException {
        fixture.addList("News");
        String segment = segment("All", "field: extRef\nisNotEmpty: true\n");
        assertThat(frequency("add", "--gap 1d --segment Nobody").exit()).isEqualTo(2);
        assertThat(frequency("add", "--gap 1d --list Nobody").exit()).isEqualTo(2);
        String ofSegment = add("--gap 1d --segment All");
        String ofList = add("--gap 1d --list News");

        for (String option : List.of("--preview", "--yes")) {
            Ended segmentKept = muster("segments", "delete", segment, option);
            assertThat(segmentKept.exit()).isOne();
            assertThat(segmentKept.err()).contains("frequency rules name it: " + ofSegment);
        }

        Ended listKept = muster("lists", "delete", "News", "--directory", directory, "--yes");
        assertThat(listKept.exit()).isOne();
        assertThat(listKept.err()).contains("frequency rules name it: " + ofList);
    }

    @Test
    void aSegmentIsNotDeletedWhileARuleThatNamesItIsBeingAdded() throws Exception {
        String segment = segment("All", "field: extRef\nisNotEmpty: true\n");
        TransactionTemplate transactions = new TransactionTemplate(database.transactions());
        FrequencyRuleStore rules =
                new FrequencyRuleStore(database.jdbc(), transactions, Clock.systemUTC(), database.ids());
        long number = TestDatabase.IDS.read(PublicId.SEGMENT, segment).orElseThrow();
        RuleOptions options = new RuleOptions(null, null, "1d", null, false, number, null);
        Actor tester = Actor.commandLine("tester");
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Ended> deleted = Objects.requireNonNull(transactions.execute(status -> {
                rules.add(fixture.id(), options, tester);
                Future<Ended> asked = pool.submit(() -> muster("segments", "delete", segment, "--yes"));
                await().until(() -> asked.isDone() || isASegmentWaitedFor());
                return asked;
            }));

            assertThat(deleted.get().exit()).isOne();
            assertThat(deleted.get().err()).contains("frequency rules name it");
        }

        rules.remove(rules.of(fixture.id()).getFirst(), tester);
        assertThat(muster("segments", "delete", segment, "--yes").exit()).isZero();
        assertThatThrownBy(() -> rules.add(fixture.id(), options, tester))
                .hasMessage("Cannot add the rule: the segment " + segment
                        + " has been deleted meanwhile. Name another segment.");
    }

    private static boolean isASegmentWaitedFor() {
        return database.jdbc()
                        .sql("SELECT COUNT(*) FROM information_schema.innodb_trx"
                                + " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%FROM segment%'")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private JsonNode explain(String options) {
        return frequency("explain", options).json();
    }

    @Test
    void explainAnswersWithTheRulesThatApplyAndWhatTheyCounted() {
        contact("A");
        String first = add("--max 2 --per 7d");
        String second = add("--gap 1d");
        touchpoint("A", "email", "invite", "2026-11-01T00:00:00Z", "--survey", "SV_a");
        touchpoint("A", "web", "shown", "2026-11-02T00:00:00Z");
        touchpoint("A", "email", "reminder", "2026-11-02T06:00:00Z");

        JsonNode capped = explain("--ref A --at 2026-11-02T12:00:00Z");
        assertThat(capped.toString())
                .isEqualTo(("{'eligible':false,'nextEligible':'2026-11-08T00:00:00Z','rule':'%s','rules':["
                                + "{'rule':'%s','counted':2,'nextEligible':'2026-11-08T00:00:00Z','touchpoints':["
                                + "{'time':'2026-11-02T00:00:00Z','channel':'web','kind':'shown','survey':null,'until':null},"
                                + "{'time':'2026-11-01T00:00:00Z','channel':'email','kind':'invite','survey':'SV_a','until':null}]},"
                                + "{'rule':'%s','counted':1,'nextEligible':'2026-11-03T00:00:00Z','touchpoints':["
                                + "{'time':'2026-11-02T00:00:00Z','channel':'web','kind':'shown','survey':null,'until':null}]}]}")
                        .formatted(first, first, second)
                        .replace('\'', '"'));

        JsonNode eligible = explain("--ref A --at 2026-11-08T00:00:00Z");
        assertThat(eligible.get("eligible").asBoolean()).isTrue();
        assertThat(eligible.get("nextEligible").isNull()).isTrue();
        assertThat(eligible.get("rule").isNull()).isTrue();
        assertThat(eligible.get("rules").get(0).get("nextEligible").isNull())
                .as("it holds nothing back")
                .isTrue();
    }

    @Test
    void neverIsANullAndIsLaterThanEveryTime() {
        contact("A");
        add("--max 1 --per 30d");
        String never = add("--max 0");
        add("--max 0 --per 1d");
        touchpoint("A", "sms", "sent", "2026-11-01T00:00:00Z");
        JsonNode answer = explain("--ref A --at 2026-11-02T00:00:00Z");

        assertThat(answer.get("eligible").asBoolean()).isFalse();
        assertThat(answer.get("nextEligible").isNull()).isTrue();
        assertThat(answer.get("rule").asString())
                .as("of two that never end the oldest")
                .isEqualTo(never);
    }

    @Test
    void explainTakesTheIdOfAContactAndHasAllKeysWhereNothingWasCounted() {
        contact("A");
        String id = TestDatabase.IDS.contact(fixture.id(), 1);
        String never = add("--max 0");
        String always = add("--survey SV_x --always");

        assertThat(explain("--contact " + id + " --survey SV_X").toString())
                .isEqualTo(("{'eligible':true,'nextEligible':null,'rule':null,'rules':["
                                + "{'rule':'%s','counted':0,'nextEligible':null,'touchpoints':[]}]}")
                        .formatted(always)
                        .replace('\'', '"'));
        assertThat(explain("--contact " + id).toString())
                .isEqualTo(("{'eligible':false,'nextEligible':null,'rule':'%1$s','rules':["
                                + "{'rule':'%1$s','counted':0,'nextEligible':null,'touchpoints':[]}]}")
                        .formatted(never)
                        .replace('\'', '"'));
        assertThat(frequency("explain", "").exit()).isEqualTo(2);
        assertThat(frequency("explain", "--ref A --contact " + id).exit()).isEqualTo(2);
    }

    @Test
    void aRuleCountsInTheWindowOfItsPeriodElseOfItsGap() throws IOException {
        contact("A");
        String both = add("--max 3 --per 2d --gap 7d");
        String gap = add("--gap 7d");
        touchpoints(
                "A,2026-11-05T00:00:00Z,web,shown",
                "A,2026-11-03T00:00:00Z,email,sent",
                "A,2026-10-29T00:00:00Z,email,sent");

        JsonNode answer = explain("--ref A --at 2026-11-04T12:00:00Z");

        assertThat(answer.get("rule").asString()).as("of equal ends the oldest").isEqualTo(both);
        assertThat(answer.get("rules")).map(rule -> rule.get("rule").asString()).containsExactly(both, gap);
        assertThat(answer.get("rules")).map(rule -> rule.get("counted").asInt()).containsExactly(2, 3);
        assertThat(explain("--ref A --at 2026-11-05T00:00:00Z").get("rules"))
                .as("what is as old as the window is long counts no more")
                .map(rule -> rule.get("counted").asInt())
                .containsExactly(1, 2);
    }

    @Test
    void ofEqualEndsTheOldestRuleDecides() {
        contact("A");
        String oldest = add("--max 1 --per 30d");
        add("--gap 30d");
        touchpoint("A", "web", "shown", "2026-11-01T00:00:00Z");

        assertThat(explain("--ref A --at 2026-11-02T00:00:00Z").get("rule").asString())
                .isEqualTo(oldest);
    }

    @Test
    void theEndOfAWindowIsTheFirstEligibleMillisecond() {
        contact("A");
        add("--max 1 --per 1mo");
        touchpoint("A", "web", "shown", "2026-11-01T10:00:00.123Z");

        assertThat(explain("--ref A --at 2026-12-01T10:00:00.122Z")
                        .get("eligible")
                        .asBoolean())
                .isFalse();
        assertThat(explain("--ref A --at 2026-12-01T10:00:00.123Z")
                        .get("eligible")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void touchpointsDatedAfterTheMomentCountAsWell() {
        contact("A");
        add("--max 1 --per 7d");
        touchpoint("A", "web", "shown", "2026-11-10T00:00:00Z");

        assertThat(explain("--ref A --at 2026-11-01T00:00:00Z")
                        .get("nextEligible")
                        .asString())
                .isEqualTo("2026-11-17T00:00:00Z");
    }

    @Test
    void aSurveyRuleReplacesTheOthersInheritsItsBlanksAndComparesWithoutCase() {
        contact("A");
        add("--max 1 --per 30d");
        String ofSurvey = add("--survey SV_x --gap 7d");
        touchpoint("A", "web", "shown", "2026-11-01T00:00:00Z", "--survey", "SV_y");
        JsonNode inherited = explain("--ref A --survey sv_X --at 2026-11-02T00:00:00Z");

        assertThat(inherited.get("rules"))
                .map(rule -> rule.get("rule").asString())
                .containsExactly(ofSurvey);
        assertThat(inherited.get("nextEligible").asString())
                .as("the inherited maximum counts all surveys")
                .isEqualTo("2026-12-01T00:00:00Z");
        assertThat(muster("frequency", "remove", ofSurvey).exit()).isZero();
        add("--survey SV_x --max none --gap 7d");
        assertThat(explain("--ref A --survey SV_x --at 2026-11-02T00:00:00Z")
                        .get("eligible")
                        .asBoolean())
                .as("its own gap counts its own touchpoints only, and none inherits nothing")
                .isTrue();
    }

    @Test
    void aRuleBySegmentHoldsForMembersOfThePublishedVersionBesideTheOthers() throws IOException {
        contact("A");
        contact("B");
        String segment = segment("OnlyA", "field: extRef\nis: A\n");
        add("--max 5 --per 30d");
        String strict = add("--gap 14d --segment " + segment);
        touchpoint("A", "web", "shown", "2026-11-01T00:00:00Z");
        touchpoint("B", "web", "shown", "2026-11-01T00:00:00Z");

        assertThat(explain("--ref A --at 2026-11-02T00:00:00Z").get("eligible").asBoolean())
                .as("nobody is a member yet")
                .isTrue();
        rebuild();
        assertThat(explain("--ref A --at 2026-11-02T00:00:00Z").get("rule").asString())
                .isEqualTo(strict);
        assertThat(explain("--ref B --at 2026-11-02T00:00:00Z").get("eligible").asBoolean())
                .isTrue();
    }

    @Test
    void aRuleWithAListHoldsForMessagesOnly() {
        contact("A");
        list("News", 1);
        add("--max 0 --list News");

        assertThat(explain("--ref A").get("eligible").asBoolean()).isTrue();
        assertThat(eligible("--list News --channel email").get("eligible").asInt())
                .isZero();
        assertThat(eligible("--list News --channel web").get("eligible").asInt())
                .isOne();
    }

    @Test
    void mergedContactsAreOneWithAllTheirTouchpoints() throws IOException {
        fixture = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        directory = TestDatabase.IDS.directory(fixture.id());
        contact("A");
        contact("B");
        edits.update(fixture.id(), 1, DirectoryFixture.change("email", "one@example.org"));
        edits.update(fixture.id(), 2, DirectoryFixture.change("email", "one@example.org"));
        add("--max 2 --per 30d");
        touchpoints("A,2026-11-01T00:00:00Z,email,sent", "B,2026-11-02T00:00:00Z,web,shown");
        assertThat(explain("--ref B --at 2026-11-03T00:00:00Z").get("eligible").asBoolean())
                .isTrue();

        muster("duplicates", "merge", "--directory", directory, "--json").json();

        JsonNode merged = explain("--ref A --at 2026-11-03T00:00:00Z");
        assertThat(merged.get("nextEligible").asString()).isEqualTo("2026-12-01T00:00:00Z");
        assertThat(explain("--ref B --at 2026-11-03T00:00:00Z")).isEqualTo(merged);
        assertThat(explain("--contact " + TestDatabase.IDS.contact(fixture.id(), 2) + " --at 2026-11-03T00:00:00Z"))
                .isEqualTo(merged);
    }

    @Test
    void explainRefusesAContactThatIsNotThere() {
        Ended unknown = frequency("explain", "--ref Nobody");

        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("no contact of the directory has the reference 'Nobody'");
    }

    private JsonNode eligible(String options) {
        List<String> words = new ArrayList<>(List.of("eligible", "--directory", directory, "--json"));
        words.addAll(words(options));
        return muster(words.toArray(String[]::new)).json();
    }

    @Test
    void eligibleSplitsASegment() throws IOException {
        contact("A");
        contact("B");
        contact("C");
        String segment = segment("All", "field: extRef\nisNotEmpty: true\n");
        add("--max 1 --per 30d");
        touchpoint("B", "web", "shown", "2026-11-01T00:00:00Z");
        assertThat(muster("eligible", "--directory", directory, "--segment", segment, "--channel", "web")
                        .err())
                .contains("it was never rebuilt");
        rebuild();

        assertThat(eligible("--segment " + segment + " --channel web --at 2026-11-02T00:00:00Z")
                        .toString())
                .isEqualTo("{'eligible':2,'skipped':1,'reasons':{'FREQUENCY':1,'OPTED_OUT':0,'UNKNOWN_REFERENCE':0}}"
                        .replace('\'', '"'));
    }

    @Test
    void optOutsSkipForEmailAndSmsOnly() {
        contact("A");
        contact("B");
        contact("C");
        int list = fixture.addList("News");
        for (int number = 1; number <= 3; number++) {
            database.jdbc()
                    .sql(
                            "INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at) VALUES (?, ?, ?, ?, NULL, 0)")
                    .params(fixture.id(), list, number, number == 2 ? 1 : 0)
                    .update();
        }

        database.jdbc()
                .sql("UPDATE contact SET unsubscribed = 1 WHERE directory_id = ? AND number = 3")
                .param(fixture.id())
                .update();

        for (String channel : List.of("email", "sms")) {
            JsonNode answer = eligible("--list News --channel " + channel);
            assertThat(answer.get("eligible").asInt()).isOne();
            assertThat(answer.get("reasons").get("OPTED_OUT").asInt()).isEqualTo(2);
        }

        for (String channel : List.of("web", "app")) {
            assertThat(eligible("--list News --channel " + channel)
                            .get("eligible")
                            .asInt())
                    .isEqualTo(3);
        }

        assertThat(eligible("--ref C --channel email")
                        .get("reasons")
                        .get("OPTED_OUT")
                        .asInt())
                .isOne();
        assertThat(eligible("--ref B --channel email").get("eligible").asInt())
                .as("the opt-out of a list concerns that list")
                .isOne();
    }

    @Test
    void optOutsAreSaidBeforeFrequencyAndWithoutARule() throws IOException {
        contact("A");
        contact("B");
        list("News", 1, 2);
        database.jdbc()
                .sql("UPDATE contact SET unsubscribed = 1 WHERE directory_id = ? AND number = 2")
                .param(fixture.id())
                .update();
        String segment = segment("All", "field: extRef\nisNotEmpty: true\n");
        rebuild();
        String rule = add("--max 0");

        for (String population : List.of("--list News", "--segment " + segment)) {
            assertThat(lines(population + " --channel sms")).containsExactly("A false FREQUENCY", "B false OPTED_OUT");
        }

        assertThat(muster(
                                "eligible",
                                "--directory",
                                directory,
                                "--list",
                                "News",
                                "--channel",
                                "email",
                                "--format",
                                "csv")
                        .out())
                .isEqualTo("contactId,extRef,eligible,reason,rule,nextEligible\r\n"
                        + TestDatabase.IDS.contact(fixture.id(), 1) + ",A,false,FREQUENCY," + rule + ",\r\n"
                        + TestDatabase.IDS.contact(fixture.id(), 2) + ",B,false,OPTED_OUT,,\r\n");
        assertThat(lines("--list News --channel web")).containsExactly("A false FREQUENCY", "B false FREQUENCY");
    }

    @Test
    void allChannelsShareTheCountOfWhatReachedAPerson() throws IOException {
        List<String> touched = List.of(
                "email,invite",
                "email,sent",
                "sms,invite",
                "sms,sent",
                "web,shown",
                "app,shown",
                "email,reminder",
                "email,thank-you",
                "email,opened",
                "web,clicked",
                "web,dismissed",
                "web,started",
                "web,answered",
                "email,bounced");
        List<String> lines = new ArrayList<>();
        for (String one : touched) {
            contact(one.replace(',', ' '));
            lines.add(one.replace(',', ' ') + ",2026-11-01T00:00:00Z," + one);
        }

        touchpoints(lines.toArray(String[]::new));
        list("News", IntStream.rangeClosed(1, touched.size()).toArray());
        add("--max 1 --per 30d");

        for (String channel : List.of("email", "sms", "web", "app")) {
            assertThat(lines("--list News --at 2026-11-02T00:00:00Z --channel " + channel))
                    .containsExactly(
                            "email invite false FREQUENCY",
                            "email sent false FREQUENCY",
                            "sms invite false FREQUENCY",
                            "sms sent false FREQUENCY",
                            "web shown false FREQUENCY",
                            "app shown false FREQUENCY",
                            "email reminder true ",
                            "email thank-you true ",
                            "email opened true ",
                            "web clicked true ",
                            "web dismissed true ",
                            "web started true ",
                            "web answered true ",
                            "email bounced true ");
        }
    }

    @Test
    void anUnknownReferenceIsSkippedWithItsReason() {
        JsonNode answer = eligible("--ref Nobody --channel email");

        assertThat(answer.get("skipped").asInt()).isOne();
        assertThat(answer.get("reasons").get("UNKNOWN_REFERENCE").asInt()).isOne();
    }

    @Test
    void refusesOtherChannels() {
        Ended refused = muster("eligible", "--directory", directory, "--ref", "A", "--channel", "post");

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("it is not one of email, sms, web and app");
        for (String whom : List.of("", " --ref A --list News", " --ref A --reserve 0s")) {
            List<String> words = new ArrayList<>(List.of("eligible", "--directory", directory));
            words.addAll(words("--channel web" + whom));
            assertThat(muster(words.toArray(String[]::new)).exit())
                    .as("asks about one of segment, list and reference; reserves from 1s:%s", whom)
                    .isEqualTo(2);
        }
    }

    @Test
    void csvHasALineForEachContact() {
        contact("A");
        contact("B,1");
        list("News", 1, 2);
        String rule = add("--max 1 --per 30d");
        touchpoint("B,1", "web", "shown", "2026-11-01T00:00:00Z");
        Ended csv = muster(
                "eligible",
                "--directory",
                directory,
                "--list",
                "News",
                "--channel",
                "web",
                "--at",
                "2026-11-02T00:00:00Z",
                "--format",
                "csv");

        assertThat(csv.exit()).isZero();
        assertThat(csv.out())
                .isEqualTo("contactId,extRef,eligible,reason,rule,nextEligible\r\n"
                        + TestDatabase.IDS.contact(fixture.id(), 1) + ",A,true,,,\r\n"
                        + TestDatabase.IDS.contact(fixture.id(), 2) + ",\"B,1\",false,FREQUENCY," + rule
                        + ",2026-12-01T00:00:00Z\r\n");
        assertThat(muster("eligible", "--directory", directory, "--ref", "X", "--channel", "web", "--format", "csv")
                        .out())
                .endsWith("\r\n,X,false,UNKNOWN_REFERENCE,,\r\n");
    }

    @Test
    void aReservationCountsUntilItEnds() {
        contact("A");
        add("--max 1 --per 30d");
        String question = "--ref A --channel email --survey SV_x";

        assertThat(eligible(question + " --at 2030-01-01T00:00:00Z --reserve 1h")
                        .get("eligible")
                        .asInt())
                .isOne();
        assertThat(eligible(question + " --at 2030-01-01T00:59:59.999Z --reserve 1h")
                        .get("reasons")
                        .get("FREQUENCY")
                        .asInt())
                .isOne();
        JsonNode explained = explain("--ref A --at 2030-01-01T00:30:00Z");
        assertThat(explained.get("nextEligible").asString()).isEqualTo("2030-01-01T01:00:00Z");
        assertThat(explained.get("rules").get(0).get("touchpoints").toString())
                .isEqualTo("[{'time':'2030-01-01T00:00:00Z','channel':'email','kind':'reservation','survey':'SV_x',"
                        .concat("'until':'2030-01-01T01:00:00Z'}]")
                        .replace('\'', '"'));
        assertThat(explain("--ref A --at 2030-01-01T01:00:00Z").get("eligible").asBoolean())
                .isTrue();
    }

    @Test
    void aCountedTouchpointOfTheContactAndSurveyConsumesTheReservation() {
        contact("A");
        add("--max 2 --per 30d");
        eligible("--ref A --channel email --survey SV_x --reserve 1h");
        assertThat(explain("--ref A").get("rules").get(0).get("counted").asInt())
                .isOne();

        touchpoint("A", "email", "reminder", "2026-11-01T00:00:00Z", "--survey", "SV_x");
        touchpoint("A", "email", "invite", "2026-11-01T00:00:00Z", "--survey", "SV_y");
        assertThat(explain("--ref A --at 2026-11-02T00:00:00Z")
                        .get("rules")
                        .get(0)
                        .get("counted")
                        .asInt())
                .as("another survey's and a reminder consume nothing")
                .isEqualTo(2);

        touchpoint("A", "email", "invite", "2026-11-01T06:00:00Z", "--survey", "sv_X");
        assertThat(explain("--ref A --at 2026-11-02T00:00:00Z")
                        .get("rules")
                        .get(0)
                        .get("touchpoints"))
                .map(one -> one.get("kind").asString())
                .containsExactly("invite", "invite");
    }

    @Test
    void aReservationIsOneOfItsSurveyAndEndsWithATouchpointOnWhateverChannel() {
        contact("A");
        add("--survey SV_x --max 1 --per 30d --gap none");
        assertThat(eligible("--ref A --channel email --survey SV_y --reserve 1h")
                        .get("eligible")
                        .asInt())
                .isOne();
        assertThat(eligible("--ref A --channel email --survey SV_x --reserve 1h")
                        .get("eligible")
                        .asInt())
                .as("the other survey's is not counted")
                .isOne();
        JsonNode reserved = explain("--ref A --survey sv_X").get("rules").get(0);
        assertThat(reserved.get("counted").asInt()).isOne();
        assertThat(reserved.at("/touchpoints/0/kind").asString()).isEqualTo("reservation");

        touchpoint("A", "web", "shown", "2026-11-01T00:00:00Z", "--survey", "SV_x");
        assertThat(explain("--ref A --survey SV_x --at 2026-11-02T00:00:00Z").at("/rules/0/touchpoints"))
                .map(one -> one.get("kind").asString())
                .containsExactly("shown");
    }

    @Test
    void aReservationIsConsumedByWhatArrivesWheneverThatHappenedAndNotByWhatWasThere() {
        contact("A");
        add("--max 1 --per 1h");
        touchpoint("A", "email", "invite", "2026-11-01T00:00:00Z", "--survey", "SV_x");
        eligible("--ref A --channel email --survey SV_x --at 2030-01-01T00:00:00Z --reserve 1h");
        String during = "--ref A --survey SV_x --at 2030-01-01T00:30:00Z";
        assertThat(explain(during).get("eligible").asBoolean()).isFalse();

        touchpoint("A", "email", "invite", "2026-11-02T00:00:00Z", "--survey", "SV_x");
        assertThat(explain(during).get("eligible").asBoolean()).isTrue();
    }

    @Test
    void reservingIsALineOfTheAuditLog() {
        contact("A");
        eligible("--ref A --channel sms --survey SV_x --reserve 1h");
        JsonNode line = muster("audit", "-d", directory, "--action", "frequency.reserve", "--json")
                .json()
                .get("lines")
                .get(0);

        assertThat(line.get("detail").toString())
                .isEqualTo("{\"channel\":\"sms\",\"survey\":\"SV_x\",\"for\":\"1h\",\"contacts\":1}");
    }

    @Test
    void simulateForecastsWhomANewChangedOrRemovedRuleWouldHoldBack() throws IOException {
        for (String reference : List.of("A", "B", "C")) {
            contact(reference);
        }

        String segment = segment("OnlyA", "field: extRef\nis: A\n");
        rebuild();
        String rule = add("--max 1 --per 7d");
        touchpoint("A", "web", "shown", "2026-11-01T00:00:00Z");
        touchpoint("B", "web", "shown", "2026-11-09T00:00:00Z");
        String at = " --at 2026-11-10T00:00:00Z";

        assertThat(frequency("simulate", "--gap 30d" + at).json().toString())
                .isEqualTo("{'among':null,'survey':null,'contacts':3,'cappedBefore':1,'cappedAfter':2,'newlyCapped':1,"
                        .concat("'noLongerCapped':0}")
                        .replace('\'', '"'));
        JsonNode removed = frequency("simulate", "--without " + rule + at).json();
        assertThat(removed.get("cappedAfter").asInt()).isZero();
        assertThat(removed.get("noLongerCapped").asInt()).isOne();
        JsonNode among = frequency("simulate", "--without " + rule + " --max 0 --among " + segment + at)
                .json();
        assertThat(among.get("contacts").asInt()).isOne();
        assertThat(among.get("newlyCapped").asInt()).isOne();
        assertThat(frequency("list", "").json()).as("nothing was changed").hasSize(1);
        assertThat(frequency("simulate", "").exit()).isEqualTo(2);
    }

    @Test
    void anImportOfTouchpointsIsFollowedAtTheEndOfItsCommand() throws IOException {
        contact("A");
        add("--max 1 --per 30d");
        Path file = Files.writeString(
                folder.resolve("sends.csv"),
                "ExternalDataReference,time,channel,kind\nA,2199-11-01T00:00:00Z,email,sent\n");
        Ended imported = muster("touchpoints", "import", file.toString(), "--directory", directory);
        assertThat(imported.exit()).as(imported.err()).isZero();

        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM frequency_time t JOIN frequency_computed c USING (directory_id,"
                                + " generation) WHERE directory_id = ? AND number = 1")
                        .param(fixture.id())
                        .query(Integer.class)
                        .single())
                .isOne();
    }

    @Test
    void atMostFiveHundredSurveysHaveRulesOfTheirOwn() {
        StringBuilder rows = new StringBuilder();
        for (int survey = 1; survey <= 500; survey++) {
            rows.append(survey == 1 ? "" : ", ").append("(%d, 'SV_%d', 1, 0)".formatted(fixture.id(), survey));
        }

        database.jdbc()
                .sql("INSERT INTO frequency_rule (directory_id, survey, always_allowed, created_at) VALUES " + rows)
                .update();

        Ended refused = frequency("add", "--survey SV_501 --always");
        assertThat(refused.exit()).isOne();
        assertThat(refused.err()).contains("500 surveys of the directory have rules of their own already");
        assertThat(frequency("add", "--survey sv_500 --gap 1d --segment x").exit())
                .as("another rule of the same survey is refused for its segment only")
                .isEqualTo(2);
    }

    @Test
    void recomputeProvesTheStoredTimesEqualOrShowsTheDifferences() {
        contact("A");
        add("--max 1 --per 30d");
        touchpoint("A", "web", "shown", "2199-11-01T00:00:00Z");
        JsonNode equal = frequency("recompute", "--verify").json();
        assertThat(equal.get("contacts").asInt()).isOne();
        assertThat(equal.get("differing").asInt()).isZero();

        database.jdbc()
                .sql("DELETE FROM frequency_time WHERE directory_id = ?")
                .param(fixture.id())
                .update();
        Ended differs = frequency("recompute", "--verify");
        assertThat(differs.exit()).isOne();
        assertThat(JsonMapper.shared()
                        .readTree(differs.out())
                        .get("differences")
                        .get(0)
                        .toString())
                .isEqualTo("{'contact':'%s','survey':null,'stored':null,'computed':'2199-12-01T00:00:00Z'}"
                        .formatted(TestDatabase.IDS.contact(fixture.id(), 1))
                        .replace('\'', '"'));
        assertThat(frequency("recompute", "").json().get("contacts").asInt()).isOne();
        assertThat(frequency("recompute", "--verify").exit()).isZero();
    }
}
