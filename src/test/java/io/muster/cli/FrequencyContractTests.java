package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
    void addAnswersWithTheRule() {
        JsonNode rule = frequency("add", "--max 2 --per 30d --gap 7d").json();

        assertThat(rule.get("id").asString()).matches("FR_[0-9A-Za-z]{15}");
        assertThat(rule.get("directory").asString()).isEqualTo(directory);
        assertThat(rule.get("max").asInt()).isEqualTo(2);
        assertThat(rule.get("per").asString()).isEqualTo("30d");
        assertThat(rule.get("gap").asString()).isEqualTo("7d");
        assertThat(rule.get("survey").isNull()).isTrue();
        assertThat(rule.get("always").asBoolean()).isFalse();
        assertThat(rule.get("appliesToIntercepts").asBoolean()).isTrue();
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

    @Test
    void blankNoneAndZeroAreThreeThings() {
        assertThat(frequency("add", "--survey SV_x --gap 1d").json().get("max").isNull())
                .isTrue();
        assertThat(frequency("add", "--survey SV_x --max none")
                        .json()
                        .get("max")
                        .asString())
                .isEqualTo("none");
        assertThat(frequency("add", "--max 0").json().get("max").asInt()).isZero();
        assertThat(frequency("add", "--survey SV_x --max 0").json().get("per").isNull())
                .isTrue();
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

        Ended segmentKept = muster("segments", "delete", segment, "--yes");
        assertThat(segmentKept.exit()).isOne();
        assertThat(segmentKept.err()).contains("frequency rules name it: " + ofSegment);
        Ended listKept = muster("lists", "delete", "News", "--directory", directory, "--yes");
        assertThat(listKept.exit()).isOne();
        assertThat(listKept.err()).contains("frequency rules name it: " + ofList);
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
        touchpoint("A", "sms", "sent", "2026-11-01T00:00:00Z");
        JsonNode answer = explain("--ref A --at 2026-11-02T00:00:00Z");

        assertThat(answer.get("eligible").asBoolean()).isFalse();
        assertThat(answer.get("nextEligible").isNull()).isTrue();
        assertThat(answer.get("rule").asString()).isEqualTo(never);
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
        int list = fixture.addList("News");
        database.jdbc()
                .sql("INSERT INTO list_member VALUES (?, ?, 1, 0, NULL, 0)")
                .params(fixture.id(), list)
                .update();
        add("--max 0 --list News");

        assertThat(explain("--ref A").get("eligible").asBoolean()).isTrue();
        assertThat(eligible("--list News --channel email").get("eligible").asInt())
                .isZero();
        assertThat(eligible("--list News --channel web").get("eligible").asInt())
                .isOne();
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
                    .sql("INSERT INTO list_member VALUES (?, ?, ?, ?, NULL, 0)")
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
    }

    @Test
    void csvHasALineForEachContact() {
        contact("A");
        contact("B,1");
        int list = fixture.addList("News");
        for (int number = 1; number <= 2; number++) {
            database.jdbc()
                    .sql("INSERT INTO list_member VALUES (?, ?, ?, 0, NULL, 0)")
                    .params(fixture.id(), list, number)
                    .update();
        }

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
