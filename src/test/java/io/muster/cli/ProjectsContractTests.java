package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.IdentityRules;
import io.muster.directory.Actor;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.intercept.Definitions;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.Tree;
import io.muster.segment.Segments;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The contract of projects and intercepts, a method a line: commands, refusals, drafts, switches, files. */
class ProjectsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private String directory;
    private String other;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }

        String id() {
            return json().get("id").asString();
        }

        void refused(String words) {
            assertThat(exit).as(out).isEqualTo(1);
            assertThat(out).isEmpty();
            assertThat(err).contains(words);
        }

        void wrong(String words) {
            assertThat(exit).as(out).isEqualTo(2);
            assertThat(err).contains(words);
        }
    }

    @BeforeEach
    void makeDirectories() {
        System.setProperty(URL, database.url());
        directory = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef", "email").id());
        other = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
    }

    @AfterEach
    void removeProjects() {
        database.jdbc().sql("DELETE FROM intercept_segment").update();
        database.jdbc().sql("DELETE FROM intercept").update();
        database.jdbc().sql("DELETE FROM project").update();
        database.jdbc().sql("UPDATE installation SET intercepts_paused = 0").update();
        System.clearProperty(URL);
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

    private String linked() {
        return json("projects", "create", "Shop", "--directory", directory).id();
    }

    private String unlinked() {
        return json("projects", "create", "Blog").id();
    }

    private String intercept(String project, String... options) {
        List<String> all = new ArrayList<>(List.of("intercepts", "create", "Welcome", "--project", project));
        all.addAll(List.of(options));
        return json(all.toArray(String[]::new)).id();
    }

    private String segment(String ofDirectory) {
        return json(
                        "segments",
                        "create",
                        "German " + System.nanoTime(),
                        "--directory",
                        ofDirectory,
                        "--file",
                        file("field: language\nis: de\n"))
                .id();
    }

    private IdentityRules rules() {
        return new IdentityRules(
                database.jdbc(),
                new TransactionTemplate(database.transactions()),
                new EmbeddedNames(database.jdbc(), Clock.systemUTC()),
                Clock.systemUTC());
    }

    private static Segments segments() {
        return new Segments(
                database.jdbc(),
                new TransactionTemplate(database.transactions()),
                new MailingLists(database.jdbc(), Clock.systemUTC(), database.ids()),
                Clock.systemUTC(),
                database.ids());
    }

    private Projects projects() {
        return new Projects(
                database.jdbc(),
                new TransactionTemplate(database.transactions()),
                rules(),
                segments(),
                Clock.systemUTC(),
                database.ids());
    }

    private ProjectDefinition inForce(String project) {
        TransactionTemplate transactions = new TransactionTemplate(database.transactions());
        Projects projects = projects();
        return new Definitions(
                        projects,
                        new FrequencyRuleStore(database.jdbc(), transactions, Clock.systemUTC(), database.ids()),
                        ProjectDefinition.USUAL_PLACEHOLDERS,
                        database.ids())
                .of(projects.find(project))
                .orElseThrow();
    }

    @Test
    void createsAProjectWithAllItsSettings() {
        JsonNode made = json(
                        "projects",
                        "create",
                        "Shop",
                        "--directory",
                        directory,
                        "--origin",
                        "https://shop.example.com",
                        "--origin",
                        "http://localhost:3000",
                        "--auto-create",
                        "on",
                        "--reference",
                        "cookie:uid",
                        "--reference",
                        "attribute:body@data-user",
                        "--reference",
                        "expression:window.user.id",
                        "--attach",
                        "tier")
                .json();

        assertThat(made.propertyNames())
                .containsExactly(
                        "id",
                        "name",
                        "directory",
                        "origins",
                        "autoCreate",
                        "references",
                        "attach",
                        "signing",
                        "paused",
                        "allPaused",
                        "version",
                        "applied",
                        "changes",
                        "script",
                        "intercepts");
        assertThat(made.get("id").asString()).startsWith("ZN_").hasSize(18);
        assertThat(made.get("directory").asString()).isEqualTo(directory);
        assertThat(made.get("origins").toString())
                .isEqualTo("[\"https://shop.example.com\",\"http://localhost:3000\"]");
        assertThat(made.get("autoCreate").asBoolean()).isTrue();
        assertThat(made.get("references").toString())
                .isEqualTo("[\"cookie:uid\",\"attribute:body@data-user\",\"expression:window.user.id\"]");
        assertThat(made.get("attach").toString()).isEqualTo("[\"tier\"]");
        assertThat(json("projects", "show", "Shop").json()).isEqualTo(made);
        assertThat(json("projects", "list").json().get(0).get("name").asString())
                .isEqualTo("Shop");
    }

    @Test
    void refusesWhatNoProjectCanHave() {
        muster("projects", "create", "A", "--origin", "https://shop.example.com/path")
                .wrong("is no origin");
        muster("projects", "create", "A", "--origin", "ftp://shop.example.com").wrong("is no origin");
        muster("projects", "create", "A", "--reference", "header:x").wrong("is no place of references");
        muster("projects", "create", "A", "--reference", "expression:a();b").wrong("is no place of references");
        muster("projects", "create", "A", "--auto-create", "on").refused("linked to no directory");
        muster("projects", "show", "Nothing").wrong("there is no project of that name");
        unlinked();
        muster("projects", "create", "Blog").refused("there is one of that name");
    }

    @Test
    void aProjectIsLinkedToOneDirectoryAndUnlinked() {
        String project = unlinked();

        assertThat(json("projects", "link", project, "--directory", directory)
                        .json()
                        .get("directory")
                        .asString())
                .isEqualTo(directory);
        assertThat(json("projects", "unlink", project).json().get("directory").isNull())
                .isTrue();
    }

    @Test
    void linkingNeedsAnActiveRuleOfTheExactReferenceAlone() {
        String folded = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef:folded").id());
        String none = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "email").id());
        DirectoryFixture waiting = DirectoryFixture.create(database.jdbc(), "email");
        waiting.addRule("extRef", io.muster.dedup.rules.IdentityRule.State.PENDING);

        muster("projects", "create", "A", "--directory", folded).refused("no active identity rule of extRef alone");
        muster("projects", "link", unlinked(), "--directory", none).refused("no active identity rule of extRef alone");
        muster("projects", "create", "A", "--directory", TestDatabase.IDS.directory(waiting.id()))
                .refused("no active identity rule of extRef alone");
    }

    @Test
    void createdInterceptsAreInactiveAndHaveTheUsualSettings() {
        String project = linked();

        JsonNode made =
                json("intercepts", "create", "Welcome", "--project", project).json();

        assertThat(made.get("id").asString()).startsWith("SI_").hasSize(18);
        ObjectNode settings = (ObjectNode) made.deepCopy();
        settings.remove(List.of("id", "changes", "created"));
        assertThat(settings.toString())
                .isEqualTo(("{'name':'Welcome','project':'%s','directory':null,'link':null,'survey':null,'target':null,"
                                + "'page':null,'frequency':true,'listBased':false,'starts':null,'ends':null,'sample':100,"
                                + "'holdOut':0,'whenUnknown':'hide','whenUnavailable':'hide','creative':null,"
                                + "'active':false,'applied':false,'warnings':[]}")
                        .formatted(project)
                        .replace('\'', '"'));
        assertThat(json("intercepts", "list", "--project", project).json()).hasSize(1);
    }

    @Test
    void anInterceptHasAllItsSettings() {
        String project = linked();
        String segment = segment(directory);

        JsonNode made = json(
                        "intercepts",
                        "create",
                        "Welcome",
                        "--project",
                        project,
                        "--directory",
                        directory,
                        "--survey",
                        "SV_1",
                        "--target",
                        file("all:\n  - {segment: " + segment + ", is: member}\n"),
                        "--page",
                        file("any:\n  - {url: {contains: /checkout}}\n  - {device: mobile}\n"),
                        "--frequency",
                        "off",
                        "--link",
                        "on",
                        "--list-based",
                        "--starts",
                        "2026-12-01T00:00:00Z",
                        "--ends",
                        "2026-12-24T00:00:00+01:00",
                        "--sample",
                        "12.5",
                        "--hold-out",
                        "5",
                        "--when-unknown",
                        "show",
                        "--when-unavailable",
                        "show",
                        "--creative",
                        file("{type: popover, title: Hello, button: Start, url: 'https://survey.example.com'}"))
                .json();

        JsonNode wanted = JsonMapper.shared().readTree("""
            {"name":"Welcome","project":"PROJECT","directory":"DIRECTORY","link":"on","survey":"SV_1",
             "target":{"all":[{"segment":"SEGMENT","is":"member"}]},
             "page":{"any":[{"url":{"contains":"/checkout"}},{"device":"mobile"}]},
             "frequency":false,"listBased":true,"starts":"2026-12-01T00:00:00Z","ends":"2026-12-23T23:00:00Z",
             "sample":12.5,"holdOut":5,"whenUnknown":"show","whenUnavailable":"show",
             "creative":{"type":"popover","title":"Hello","text":null,"button":"Start",
               "url":"https://survey.example.com","target":null},
             "active":false,"applied":false,"warnings":[]}
            """.replace("PROJECT", project)
                .replace("DIRECTORY", directory)
                .replace("SEGMENT", segment));
        ObjectNode settings = (ObjectNode) made.deepCopy();
        settings.remove(List.of("id", "created", "changes"));
        assertThat(settings).isEqualTo(wanted);
        assertThat(made.get("changes")
                        .valueStream()
                        .map(change -> change.get("key").asString()))
                .as("nothing of it is in force")
                .containsExactly(
                        "directory",
                        "link",
                        "survey",
                        "target",
                        "page",
                        "frequency",
                        "listBased",
                        "starts",
                        "ends",
                        "sample",
                        "holdOut",
                        "whenUnknown",
                        "whenUnavailable",
                        "creative");

        json("intercepts", "activate", made.get("id").asString()).json();
        ProjectDefinition inForce = inForce(project);
        InterceptDefinition one = inForce.intercepts().getFirst();
        assertThat(inForce.audiences()).containsExactly(segment);
        assertThat(one.survey()).isEqualTo("SV_1");
        assertThat(one.frequency()).isFalse();
        assertThat(one.linked()).isTrue();
        assertThat(one.listBased()).isTrue();
        assertThat(one.schedule())
                .isEqualTo(new InterceptDefinition.Schedule(
                        Instant.parse("2026-12-01T00:00:00Z").toEpochMilli(),
                        Instant.parse("2026-12-23T23:00:00Z").toEpochMilli(),
                        new Percentage(1_250),
                        new Percentage(500)));
        assertThat(one.whenUnknown()).isEqualTo(Fallback.SHOW);
        assertThat(one.whenUnavailable()).isEqualTo(Fallback.SHOW);
        assertThat(one.page()).isInstanceOf(Tree.Group.class);
    }

    @Test
    void anInterceptIsListBasedAlsoWhenAFrequencyRuleWithAListNamesItsSurvey() {
        String project = linked();
        json("intercepts", "create", "Own", "--project", project, "--list-based")
                .json();
        json("intercepts", "create", "ByRule", "--project", project, "--survey", "sv_LIST")
                .json();
        json("intercepts", "create", "Other", "--project", project, "--survey", "SV_other")
                .json();
        json("intercepts", "create", "None", "--project", project).json();
        json("projects", "apply", project).json();
        json("lists", "create", "VIP", "--directory", directory).json();
        List<String> rule = List.of("frequency", "add", "--directory", directory, "--max", "1", "--per", "30d");
        assertThat(muster(with(rule, "--list", "VIP")).exit()).isZero();
        assertThat(muster(with(rule, "--survey", "SV_other")).exit()).isZero();
        assertThat(listBased(project)).containsExactly(true, false, false, false);

        JsonNode added =
                json(with(rule, "--list", "VIP", "--survey", "SV_list")).json();

        assertThat(added.get("appliesToIntercepts").asBoolean()).isFalse();
        assertThat(listBased(project)).containsExactly(true, true, false, false);
        assertThat(published(project)).containsExactly(true, true, false, false);
        json("frequency", "remove", added.get("id").asString(), "--yes").json();
        assertThat(published(project)).containsExactly(true, false, false, false);
    }

    private static String[] with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private List<Boolean> listBased(String project) {
        return inForce(project).intercepts().stream()
                .map(InterceptDefinition::listBased)
                .toList();
    }

    /** As evaluators have it. */
    private List<Boolean> published(String project) {
        SnapshotFolder snapshots = new SnapshotFolder(folder.resolve("home/snapshots"));
        try {
            return definition(snapshots, project).intercepts().stream()
                    .map(InterceptDefinition::listBased)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void surveysAreNamedByOneRule() {
        String project = linked();
        String tooLong = "S".repeat(101);

        assertThat(json("intercepts", "create", "A", "--project", project, "--survey", " SV_1 ")
                        .json()
                        .get("survey")
                        .asString())
                .isEqualTo("SV_1");
        muster("intercepts", "create", "B", "--project", project, "--survey", " ")
                .wrong("Cannot use the survey: it is blank. Give its id.");
        muster("intercepts", "create", "B", "--project", project, "--survey", tooLong)
                .wrong("Cannot use the survey '" + tooLong + "'.");
        muster("frequency", "add", "--directory", directory, "--max", "0", "--survey", tooLong)
                .wrong("Cannot use the survey '" + tooLong + "'.");
        assertThat(json("intercepts", "create", "C", "--project", project, "--survey", "S".repeat(100))
                        .exit())
                .isZero();
    }

    @Test
    void twoDifferentDirectoriesAreRefusedMatchOrUnlink() {
        String project = linked();

        muster("intercepts", "create", "A", "--project", project, "--directory", other)
                .refused("match or unlink");
        String intercept = intercept(project);
        muster("intercepts", "update", intercept, "--directory", other).refused("match or unlink");
        json("intercepts", "update", intercept, "--directory", directory).json();
        muster("projects", "link", project, "--directory", other).refused("match or unlink");
        muster(
                        "projects",
                        "import",
                        file("{project: Shop, directory: %s, intercepts: [{name: Welcome, directory: %s}]}"
                                .formatted(directory, other)))
                .refused("match or unlink");
        muster("projects", "unlink", project).refused("Link the project first");

        Project found = projects().find(project);
        int another = (int) TestDatabase.IDS.read(PublicId.DIRECTORY, other).orElseThrow();
        assertThatThrownBy(() ->
                        projects().change(Actor.commandLine("tester"), found, settings -> settings.linkedTo(another)))
                .as("over HTTP that is a 409")
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFLICT));
    }

    @Test
    void linkingNeedsReferencesThatMeanOneContactEach() {
        DirectoryFixture rows = DirectoryFixture.create(database.jdbc(), "email");
        String shared = TestDatabase.IDS.directory(rows.id());
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        for (String email : List.of("a@example.org", "b@example.org")) {
            edits.upsert(rows.id(), DirectoryFixture.record("extRef", "R-1", "email", email));
        }

        json("directories", "rules", shared, "--set", "extRef", "--set", "email")
                .json();
        assertThat(muster("directories", "rekey", shared).exit())
                .as("two contacts share a reference")
                .isOne();
        String project = unlinked();
        muster("projects", "link", project, "--directory", shared).refused("no active identity rule of extRef alone");

        edits.update(rows.id(), 2, DirectoryFixture.change("extRef", "R-2"));
        json("directories", "rekey", shared).json();
        json("projects", "link", project, "--directory", shared).json();
    }

    @Test
    void withoutALinkAnInterceptFollowsItsProject() {
        String project = unlinked();
        String intercept = intercept(project);
        json("projects", "apply", project).json();
        assertThat(inForce(project).directory()).isNull();

        json("projects", "link", project, "--directory", directory).json();
        json("projects", "apply", project).json();

        assertThat(inForce(project).directory()).isEqualTo(directory);
        assertThat(inForce(project).intercepts()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(intercept);
            assertThat(one.linked()).isTrue();
        });
    }

    @Test
    void anInterceptMayOptOutOfTheLink() {
        String project = linked();
        intercept(project, "--link", "off");
        json("projects", "apply", project).json();

        assertThat(inForce(project).intercepts()).singleElement().matches(one -> !one.linked());
    }

    @Test
    void anInterceptIsNotLinkedBeforeItsProject() {
        String project = unlinked();

        muster("intercepts", "create", "A", "--project", project, "--link", "on")
                .refused("Link the project first");
        muster("intercepts", "create", "A", "--project", project, "--directory", directory)
                .refused("Link the project first");
        assertThat(json("intercepts", "list", "--project", project).json()).isEmpty();
    }

    @Test
    void aTargetNeedsADirectoryAndItsOwnSegments() {
        String target = file("{segment: " + segment(directory) + ", is: member}");
        String foreign = file("{segment: " + segment(other) + ", isNot: member}");

        muster("intercepts", "create", "A", "--project", unlinked(), "--target", target)
                .refused("a project without a directory has no segments");
        String project = linked();
        String gone = segment(directory);
        json("segments", "delete", gone, "--yes").json();
        for (String unknown : List.of(foreign, file("{segment: " + gone + ", is: member}"))) {
            muster("intercepts", "create", "A", "--project", project, "--target", unknown)
                    .refused("which the project's directory does not have");
        }

        String intercept = intercept(project, "--target", target);
        muster("projects", "unlink", project).refused("has a target");
        assertThat(json("intercepts", "update", intercept, "--target", "none")
                        .json()
                        .get("target")
                        .isNull())
                .isTrue();
    }

    @Test
    void aTargetIsRefusedWhoseSegmentIsDeletedAtThatMoment() throws Exception {
        String project = linked();
        String segment = segment(directory);
        String target = file("{segment: " + segment + ", is: member}");
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Ended> created =
                    Objects.requireNonNull(new TransactionTemplate(database.transactions()).execute(status -> {
                        segments().delete(segments().find(null, segment), unused -> {}, Actor.commandLine("tester"));
                        Future<Ended> asked = pool.submit(
                                () -> muster("intercepts", "create", "A", "--project", project, "--target", target));
                        await().until(() -> asked.isDone() || isASegmentWaitedFor());
                        return asked;
                    }));

            created.get().refused("a segment that it names has been deleted meanwhile");
        }

        assertThat(json("intercepts", "list", "--project", project).json()).isEmpty();
    }

    private static boolean isASegmentWaitedFor() {
        return database.jdbc()
                        .sql("SELECT COUNT(*) FROM information_schema.innodb_trx"
                                + " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%INTO intercept_segment%'")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    @Test
    void targetsTestSegmentsOnly() {
        String project = linked();

        muster("intercepts", "create", "A", "--project", project, "--target", file("field: language\nis: de\n"))
                .wrong("it tests something other than segments");
        muster("intercepts", "create", "A", "--project", project, "--target", file("all: []"))
                .wrong("is an empty group");
    }

    @Test
    void pageConditionsAreCheckedWithTheirPlaces() {
        String project = linked();

        muster(
                        "intercepts",
                        "create",
                        "A",
                        "--project",
                        project,
                        "--page",
                        file("all:\n  - {url: {like: x}}\n  - {os: x}\n"))
                .wrong("line 2, all[0].url: must be one of contains, startsWith, endsWith, is, matches with a text");
        muster("intercepts", "create", "A", "--project", project, "--page", file("url: {matches: '('}"))
                .wrong("is no regular expression in the syntax of RE2");
        muster("intercepts", "create", "A", "--project", project, "--page", file("url: {matches: '(?=shop)'}"))
                .wrong("is no regular expression in the syntax of RE2");
        muster("intercepts", "create", "A", "--project", project, "--page", file("device: watch"))
                .wrong("must be one of mobile, tablet, desktop");
    }

    @Test
    void frequencyOfAnEmbeddedCreativeAnswersWithAWarning() {
        String project = linked();
        String embedded = file("{type: embedded, text: Tell us, url: /survey}");

        JsonNode warned = json(
                        "intercepts", "create", "A", "--project", project, "--creative", embedded, "--frequency", "on")
                .json();
        JsonNode quiet = json(
                        "intercepts", "create", "B", "--project", project, "--creative", embedded, "--frequency", "off")
                .json();

        assertThat(warned.at("/warnings/0").asString()).contains("embedded creative");
        assertThat(quiet.get("warnings")).isEmpty();
        assertThat(muster("intercepts", "update", quiet.get("id").asString(), "--frequency", "on")
                        .err())
                .startsWith("Warning: Frequency rules apply to an embedded creative");
    }

    @Test
    void anInterceptEndsAfterItStartsAndTimesHaveTheirZone() {
        String project = linked();
        String intercept = intercept(project, "--starts", "2026-12-01T00:00:00Z");

        for (String end : List.of("2026-12-01T00:00:00Z", "2026-12-01T00:59:59+01:00")) {
            muster("intercepts", "update", intercept, "--ends", end).wrong("it ends before it starts");
        }

        muster("intercepts", "update", intercept, "--ends", "2026-12-01T00:00:00")
                .wrong("it is no time with its zone");
    }

    @Test
    void theWordNoneTakesSettingsAway() {
        String project = json(
                        "projects",
                        "create",
                        "Shop",
                        "--directory",
                        directory,
                        "--origin",
                        "https://shop.example.com",
                        "--reference",
                        "cookie:uid",
                        "--attach",
                        "tier")
                .id();
        String intercept = intercept(
                project,
                "--directory",
                directory,
                "--survey",
                "SV_1",
                "--page",
                file("device: mobile"),
                "--starts",
                "2026-12-01T00:00:00Z",
                "--ends",
                "2026-12-24T00:00:00Z",
                "--creative",
                file("{type: link}"));

        JsonNode bare = json(
                        "projects", "update", project, "--origin", "none", "--reference", "none", "--attach", "none")
                .json();
        JsonNode plain = json(
                        "intercepts",
                        "update",
                        intercept,
                        "--directory",
                        "none",
                        "--survey",
                        "none",
                        "--page",
                        "none",
                        "--starts",
                        "none",
                        "--ends",
                        "none",
                        "--creative",
                        "none")
                .json();

        for (String key : List.of("origins", "references", "attach")) {
            assertThat(bare.get(key)).as(key).isEmpty();
        }

        for (String key : List.of("directory", "survey", "page", "starts", "ends", "creative")) {
            assertThat(plain.get(key).isNull()).as(key).isTrue();
        }
    }

    @Test
    void whatIsNoReferenceIsASetting() throws IOException {
        String project = linked();
        SnapshotFolder snapshots = new SnapshotFolder(folder.resolve("home/snapshots"));
        json("projects", "apply", project).json();
        assertThat(definition(snapshots, project).placeholders())
                .containsExactly("unknown", "null", "undefined", "0", "extRef");

        System.setProperty("muster.intercepts.placeholders", "anonymous, -");
        try {
            json("projects", "apply", project).json();
        } finally {
            System.clearProperty("muster.intercepts.placeholders");
        }

        assertThat(definition(snapshots, project).placeholders()).containsExactly("anonymous", "-");
    }

    private static ProjectDefinition definition(SnapshotFolder snapshots, String project) throws IOException {
        return snapshots.read(project, snapshots.inUse(project).orElseThrow()).definition();
    }

    @Test
    void creativesLeadToSafeAddressesOnly() {
        String project = linked();

        muster(
                        "intercepts",
                        "create",
                        "A",
                        "--project",
                        project,
                        "--creative",
                        file("{type: link, url: 'javascript:x'}"))
                .wrong("is neither http, https nor relative");
        muster("intercepts", "create", "A", "--project", project, "--creative", file("{type: banner}"))
                .wrong("must be one of popover, embedded, link");
    }

    @Test
    void whatIsSetIsADraftUntilItIsApplied() {
        String project = linked();
        String intercept = intercept(project, "--sample", "100");
        json("projects", "apply", project).json();

        JsonNode draft =
                json("intercepts", "update", intercept, "--sample", "25").json();
        json("projects", "update", project, "--origin", "https://shop.example.com")
                .json();

        assertThat(draft.at("/changes/0/key").asString()).isEqualTo("sample");
        assertThat(draft.at("/changes").toString()).isEqualTo("[{\"key\":\"sample\",\"applied\":100,\"draft\":25}]");
        assertThat(inForce(project).origins()).isEmpty();
        assertThat(inForce(project).intercepts().getFirst().schedule().sample().hundredths())
                .isEqualTo(10_000);

        assertThat(json("projects", "apply", project).json().get("version").asInt())
                .isEqualTo(2);
        assertThat(inForce(project).origins()).containsExactly("https://shop.example.com");
        assertThat(inForce(project).intercepts().getFirst().schedule().sample().hundredths())
                .isEqualTo(2_500);
        assertThat(json("projects", "show", project).json().get("changes")).isEmpty();
    }

    @Test
    void changesAreShownAsSettingsAre() {
        String project = linked();
        String intercept = intercept(project, "--creative", file("{type: popover, title: Hello}"));
        json("projects", "apply", project).json();

        JsonNode changed = json(
                        "intercepts",
                        "update",
                        intercept,
                        "--directory",
                        directory,
                        "--starts",
                        "2026-12-01T00:00:00+01:00",
                        "--link",
                        "on",
                        "--when-unknown",
                        "show",
                        "--creative",
                        file("{type: link, title: Hello}"))
                .json();

        assertThat(changed.get("changes").valueStream().map(JsonNode::toString))
                .containsExactly(
                        "{\"key\":\"directory\",\"applied\":null,\"draft\":\"" + directory + "\"}",
                        "{\"key\":\"link\",\"applied\":null,\"draft\":\"on\"}",
                        "{\"key\":\"starts\",\"applied\":null,\"draft\":\"2026-11-30T23:00:00Z\"}",
                        "{\"key\":\"whenUnknown\",\"applied\":\"hide\",\"draft\":\"show\"}",
                        changed.at("/changes/4").toString());
        assertThat(changed.at("/changes/4/applied/type").asString()).isEqualTo("popover");
        assertThat(changed.at("/changes/4/draft/type").asString()).isEqualTo("link");
        json("intercepts", "update", intercept, "--directory", "none", "--link", "off")
                .json();
        assertThat(json("projects", "unlink", project).json().at("/changes").toString())
                .isEqualTo("[{\"key\":\"directory\",\"applied\":\"" + directory + "\",\"draft\":null}]");
    }

    @Test
    void creativesThatEarlierVersionsStoredAreRead() {
        String project = linked();
        String intercept = intercept(project, "--creative", file("{type: popover, title: Hello}"));
        database.jdbc()
                .sql("UPDATE intercept SET draft = REPLACE(draft, '\"popover\"', '\"POPOVER\"')")
                .update();

        assertThat(json("intercepts", "show", intercept)
                        .json()
                        .at("/creative/type")
                        .asString())
                .isEqualTo("popover");
    }

    @Test
    void whatIsPutInForceIsCheckedAsItWillBeInForce() {
        String project = unlinked();
        json("projects", "apply", project).json();
        json("projects", "link", project, "--directory", directory).json();
        String target = file("{segment: " + segment(directory) + ", is: member}");
        String intercept = intercept(project, "--target", target);

        muster("intercepts", "apply", intercept)
                .refused("Link the project first, and apply that, or remove the target.");
        muster("intercepts", "activate", intercept)
                .refused("Link the project first, and apply that, or remove the target.");
        assertThat(inForce(project).intercepts()).isEmpty();
        json("projects", "apply", project).json();
        json("intercepts", "activate", intercept).json();
        assertThat(inForce(project).intercepts()).hasSize(1);
    }

    @Test
    void eventsOfAProjectAreCounted() {
        String project = linked();
        String intercept = intercept(project);
        assertThat(muster("projects", "events", project).out()).isEqualTo("No events in these days.\n");

        database.jdbc().sql("""
                    INSERT INTO event_count (project_id, intercept_id, day, kind, outcome, events)
                    SELECT project_id, id, CURRENT_DATE - INTERVAL 3 DAY, 'shown', 'recorded', 5 FROM intercept
                    UNION ALL
                    SELECT project_id, id, CURRENT_DATE - INTERVAL 4 DAY, 'clicked', 'unknown', 2 FROM intercept
                    """).update();

        JsonNode counts = json("projects", "events", project).json();
        assertThat(counts.valueStream()
                        .map(one -> "%s %s %s %s %d"
                                .formatted(
                                        one.get("intercept").asString(),
                                        one.get("name").asString(),
                                        one.get("kind").asString(),
                                        one.get("outcome").asString(),
                                        one.get("events").asInt())))
                .containsExactly(intercept + " Welcome shown recorded 5", intercept + " Welcome clicked unknown 2");
        assertThat(json("projects", "events", project, "--days", "2").json()).isEmpty();
        muster("projects", "events", project, "--days", "0").wrong("ask for 1 to 10,000 days");
    }

    @Test
    void theRuleOfReferencesStaysWhileAProjectIsLinked() {
        String project = linked();
        for (String[] other : new String[][] {{"--set", "email"}, {"--remove", "extRef"}}) {
            muster("directories", "rules", directory, other[0], other[1])
                    .refused("these projects are linked to it, and find visitors by their reference: 'Shop' (" + project
                            + "). Unlink and apply them first.");
        }

        json("directories", "rules", directory, "--set", "email", "--set", "extRef")
                .json();
        json("projects", "unlink", project).json();
        json("projects", "apply", project).json();

        json("directories", "rules", directory, "--set", "email").json();
    }

    @Test
    void nothingIsPutInForceWithADirectoryThatLostItsRule() {
        String project = linked();
        String intercept = intercept(project);
        json("projects", "apply", project).json();
        String never =
                json("projects", "create", "Never", "--directory", directory).id();
        String ofNever =
                json("intercepts", "create", "Hello", "--project", never).id();
        // Keys are other keys with other placeholders, so that all rules are pending once more.
        json("contacts", "create", "-d", directory, "--ref", "A-1").json();
        json("directories", "settings", directory, "--placeholder", "nobody").json();
        json("intercepts", "update", intercept, "--sample", "1").json();

        for (String[] command : new String[][] {
            {"projects", "apply", project},
            {"intercepts", "apply", intercept},
            {"projects", "apply", never},
            {"intercepts", "activate", ofNever}
        }) {
            muster(command).refused("no active identity rule of extRef alone");
        }

        json("projects", "unlink", project).json();
        json("projects", "apply", project).json();
    }

    @Test
    void applyingAnInterceptLeavesTheOthersDrafts() {
        String project = linked();
        String one = intercept(project);
        String two =
                json("intercepts", "create", "Second", "--project", project).id();
        json("projects", "apply", project).json();
        json("intercepts", "update", one, two, "--sample", "1").json();

        json("intercepts", "apply", two).json();

        assertThat(inForce(project).intercepts())
                .extracting(intercept -> intercept.schedule().sample().hundredths())
                .containsExactly(10_000, 100);
    }

    @Test
    void activateAndDeactivateTakeEffectAtOnceForSeveral() {
        String project = linked();
        String one = intercept(project);
        String two =
                json("intercepts", "create", "Second", "--project", project).id();
        json("projects", "apply", project).json();

        assertThat(json("intercepts", "activate", one, two).json()).hasSize(2);
        assertThat(inForce(project).intercepts()).allMatch(intercept -> intercept.active());
        json("intercepts", "deactivate", one).json();
        assertThat(inForce(project).intercepts())
                .extracting(intercept -> intercept.active())
                .containsExactly(false, true);
    }

    @Test
    void everyCommandOfInterceptsTakesSeveral() {
        String project = linked();
        String one = intercept(project);
        String two =
                json("intercepts", "create", "Second", "--project", project).id();
        json("intercepts", "create", "Third", "--project", project).json();
        for (String command : List.of("list", "show", "apply", "activate", "deactivate")) {
            assertThat(json("intercepts", command, one, two).json())
                    .as(command)
                    .map(intercept -> intercept.get("id").asString())
                    .containsExactly(one, two);
        }

        assertThat(json("intercepts", "update", two, one, "--sample", "7").json())
                .map(intercept -> intercept.get("id") + " " + intercept.get("sample"))
                .containsExactly("\"" + two + "\" 7", "\"" + one + "\" 7");
        assertThat(inForce(project).intercepts()).hasSize(2);
    }

    @Test
    void activatingWhatWasNeverAppliedAppliesIt() {
        String project = linked();
        String intercept = intercept(project);

        json("intercepts", "activate", intercept).json();

        assertThat(inForce(project).intercepts()).singleElement().matches(one -> one.active());
    }

    @Test
    void allOfSeveralOrNone() {
        String project = linked();
        String intercept = intercept(project);

        assertThat(muster("intercepts", "activate", intercept, "SI_nonsense").exit())
                .isEqualTo(2);
        assertThat(json("intercepts", "show", intercept).json().get("active").asBoolean())
                .isFalse();
    }

    @Test
    void theKillSwitchOfAProjectAndOfTheModule() {
        String project = linked();
        json("projects", "apply", project).json();
        assertThat(inForce(project).active()).isTrue();

        json("projects", "pause", project).json();
        assertThat(inForce(project).active()).isFalse();
        json("projects", "resume", project).json();
        assertThat(json("projects", "pause", "--all").json().get("allPaused").asBoolean())
                .isTrue();
        assertThat(inForce(project).active()).isFalse();
        json("projects", "resume", "--all").json();
        assertThat(inForce(project).active()).isTrue();
        muster("projects", "pause").wrong("it is not clear what");
    }

    @Test
    void signingGivesOneSecretUntilItWasOff() {
        String project = linked();
        json("projects", "apply", project).json();

        String secret =
                json("projects", "signing", project, "on").json().get("secret").asString();

        assertThat(secret).hasSizeGreaterThan(40);
        assertThat(json("projects", "signing", project, "on")
                        .json()
                        .get("secret")
                        .asString())
                .isEqualTo(secret);
        assertThat(inForce(project).signing()).isNull();
        json("projects", "apply", project).json();
        assertThat(inForce(project).signing()).isEqualTo(secret);
        assertThat(json("projects", "signing", project, "off")
                        .json()
                        .get("secret")
                        .isNull())
                .isTrue();
        json("projects", "apply", project).json();
        assertThat(inForce(project).signing()).isNull();
        assertThat(json("projects", "signing", project, "on")
                        .json()
                        .get("secret")
                        .asString())
                .isNotEqualTo(secret);
        assertThat(muster("projects", "show", project).out()).doesNotContain(secret);
        assertThat(muster("audit").out()).doesNotContain(secret);
    }

    @Test
    void debugTokensAreVerifiedByTheKeyOfTheDefinitions() {
        String project = linked();
        json("projects", "apply", project).json();

        JsonNode token = json("projects", "debug-token", project, "--for", "8h").json();

        Instant expires = Instant.parse(token.get("expires").asString());
        assertThat(expires)
                .isBetween(
                        Instant.now().plus(Duration.ofHours(8)).minusSeconds(60),
                        Instant.now().plus(Duration.ofHours(8)));
        String text = token.get("token").asString();
        assertThat(DebugToken.isValid(text, inForce(project), expires.toEpochMilli() - 1))
                .isTrue();
        assertThat(DebugToken.isValid(text, inForce(project), expires.toEpochMilli()))
                .isFalse();
        muster("projects", "debug-token", project, "--for", "40d").wrong("it must last from 1s to 30d");
    }

    @Test
    void aFileCarriesAProjectAndBecomesADraft() throws IOException {
        String project = linked();
        String segment = segment(directory);
        String intercept = intercept(
                project,
                "--target",
                file("{segment: " + segment + ", is: member}"),
                "--page",
                file("url: {startsWith: 'https://shop.example.com/'}"),
                "--survey",
                "SV_1",
                "--starts",
                "2026-12-01T00:00:00Z",
                "--creative",
                file("{type: link, text: 'Yes: or no', url: /survey}"));
        json("projects", "apply", project).json();
        JsonNode before = json("projects", "show", project).json();

        String yaml = muster("projects", "export", project).out();
        assertThat(json("projects", "import", file(yaml)).json().get("created").asBoolean())
                .isFalse();
        assertThat(json("projects", "show", project).json()).isEqualTo(before);

        json("projects", "import", file(yaml.replace("SV_1", "SV_2"))).json();
        assertThat(json("intercepts", "show", intercept)
                        .json()
                        .at("/changes/0/key")
                        .asString())
                .isEqualTo("survey");
        assertThat(inForce(project).intercepts().getFirst().survey()).isEqualTo("SV_1");

        JsonNode copy = json("projects", "import", file(yaml.replace("project: Shop", "project: Shop 2")))
                .json();
        assertThat(copy.get("created").asBoolean()).isTrue();
        assertThat(copy.at("/intercepts/0/target")).isEqualTo(before.at("/intercepts/0/target"));
        assertThat(copy.at("/intercepts/0/id").asString()).isNotEqualTo(intercept);
    }

    @Test
    void aFileCarriesEverySetting() {
        String project = json(
                        "projects",
                        "create",
                        "Shop",
                        "--directory",
                        directory,
                        "--origin",
                        "https://shop.example.com",
                        "--origin",
                        "http://[::1]:3000",
                        "--auto-create",
                        "on",
                        "--reference",
                        "attribute:#me > [data-x='a: b']@data-user",
                        "--reference",
                        "cookie:null",
                        "--attach",
                        "- tier: 1",
                        "--attach",
                        "yes")
                .id();
        String segment = segment(directory);
        String plain = intercept(project);
        json(
                        "intercepts",
                        "create",
                        "0x1F: 'über' # \"all\"",
                        "--project",
                        project,
                        "--directory",
                        directory,
                        "--link",
                        "on",
                        "--survey",
                        "007",
                        "--target",
                        file("none: [{segment: %s, isNot: member}]".formatted(segment)),
                        "--page",
                        file(
                                "any: [{url: {matches: 'https://[^/]+/\\d{1,3}.*'}}, {url: {is: 'null'}}, {device: tablet}]"),
                        "--frequency",
                        "off",
                        "--list-based",
                        "--starts",
                        "2026-12-01T00:00:00.001Z",
                        "--ends",
                        "2026-12-24T00:00:00+01:00",
                        "--sample",
                        "12.34",
                        "--hold-out",
                        "0.01",
                        "--when-unknown",
                        "show",
                        "--when-unavailable",
                        "show",
                        "--creative",
                        file(JsonMapper.shared()
                                .writeValueAsString(Map.of(
                                        "type",
                                        "embedded",
                                        "title",
                                        "~",
                                        "text",
                                        "  Zoë 😀:\n\n # no comment\n\ttab \u2028 \r\n \u0085"
                                                + "one two  three ".repeat(30) + " - end: ",
                                        "button",
                                        "no",
                                        "url",
                                        "/survey?a=1&b=%20#c",
                                        "target",
                                        "#main > p"))))
                .json();
        String yaml = muster("projects", "export", project).out();
        JsonNode before = json("projects", "show", project).json();

        json("projects", "update", project, "--origin", "none", "--auto-create", "off", "--attach", "none")
                .json();
        json(
                        "intercepts",
                        "update",
                        plain,
                        "--link",
                        "off",
                        "--survey",
                        "SV_9",
                        "--frequency",
                        "off",
                        "--list-based",
                        "--sample",
                        "3",
                        "--when-unknown",
                        "show")
                .json();
        JsonNode again = json("projects", "import", file(yaml)).json();
        assertThat(again.get("untouched")).isEmpty();
        assertThat(json("projects", "show", project).json()).isEqualTo(before);

        String copy = json("projects", "import", file(yaml.replace("project: Shop", "project: Copy")))
                .id();
        assertThat(settings(json("projects", "show", copy).json())).isEqualTo(settings(before));
        assertThat(json("projects", "show", copy).json().get("version").asInt())
                .as("it is a draft")
                .isZero();
        assertThat(muster("projects", "export", copy).out()).isEqualTo(yaml.replace("project: Shop", "project: Copy"));
    }

    /** What is set of a project and its intercepts, without what is of one project alone. */
    private static JsonNode settings(JsonNode project) {
        ObjectNode settings = (ObjectNode) project.deepCopy();
        settings.remove(List.of("id", "name", "script"));
        settings.get("intercepts")
                .forEach(intercept -> ((ObjectNode) intercept).remove(List.of("id", "project", "created")));
        return settings;
    }

    @Test
    void aFileIsCheckedAsAWhole() {
        String project = linked();
        String mine = segment(directory);
        String theirs = segment(other);
        intercept(project, "--target", file("{segment: " + mine + ", is: member}"), "--directory", directory);
        json("projects", "update", project, "--auto-create", "on").json();
        String yaml = muster("projects", "export", project).out();
        String nameOf =
                json("directories", "show", directory).json().get("name").asString();

        JsonNode moved = json(
                        "projects", "import", file(yaml.replace(mine, theirs).replace(nameOf, other)))
                .json();

        assertThat(moved.at("/intercepts/0/directory").asString()).isEqualTo(other);
        assertThat(moved.at("/intercepts/0/target/segment").asString()).isEqualTo(theirs);
        muster("projects", "import", file(yaml.replace(mine, theirs))).refused("the project's directory does not have");
        assertThat(json("projects", "show", project).json().get("directory").asString())
                .isEqualTo(other);

        json("projects", "import", file("project: Shop\nintercepts:\n  - {name: Welcome}\n"))
                .json();
        assertThat(json("projects", "show", project).json().get("directory").isNull())
                .isTrue();
    }

    @Test
    void interceptsAreDeletedUnlessTheyAreActive() {
        String project = linked();
        String segment = segment(directory);
        String one = intercept(project, "--target", file("{segment: " + segment + ", is: member}"));
        String two =
                json("intercepts", "create", "Second", "--project", project).id();
        json("intercepts", "activate", one, two).json();
        json("intercepts", "deactivate", one).json();

        muster("intercepts", "delete", one, two, "--yes")
                .refused("Cannot delete the intercept 'Second' (" + two + "): it is active. Deactivate it first.");
        assertThat(json("intercepts", "delete", one, "--preview")
                        .json()
                        .at("/wouldDelete/0/id")
                        .asString())
                .isEqualTo(one);
        assertThat(inForce(project).intercepts()).hasSize(2);

        assertThat(json("intercepts", "delete", one, "--yes").id()).isEqualTo(one);

        assertThat(inForce(project).intercepts()).extracting(one2 -> one2.id()).containsExactly(two);
        json("segments", "delete", segment, "--yes").json();
        muster("intercepts", "show", one).wrong("there is no intercept of that id");
        assertThat(actions(one)).first().isEqualTo("intercept.delete");
    }

    @Test
    void aProjectIsDeletedWithItsInterceptsUnlessOneIsActive() {
        String project = linked();
        String intercept = intercept(project);
        json("intercepts", "activate", intercept).json();

        muster("projects", "delete", "Shop", "--yes")
                .refused("Cannot delete the project 'Shop' (" + project + "): it has active intercepts: 'Welcome' ("
                        + intercept + "). Deactivate them first.");
        json("intercepts", "deactivate", intercept).json();
        assertThat(json("projects", "delete", "Shop", "--preview")
                        .json()
                        .at("/wouldDelete/id")
                        .asString())
                .isEqualTo(project);
        assertThat(json("projects", "delete", "Shop", "--yes").id()).isEqualTo(project);

        assertThat(json("projects", "list").json()).isEmpty();
        muster("intercepts", "show", intercept).wrong("there is no intercept of that id");
        assertThat(actions(project)).first().isEqualTo("project.delete");
        json("directories", "delete", directory, "--yes").json();
    }

    private List<String> actions(String subject) {
        return json("audit", "--subject", subject)
                .json()
                .get("lines")
                .valueStream()
                .map(line -> line.get("action").asString())
                .toList();
    }

    @Test
    void aBrokenFileChangesNothing() {
        Ended ended =
                muster("projects", "import", file("project: A\norigin: x\nintercepts:\n  - {name: B, sample: 101}\n"));
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).contains("line 2, origin: is not a known key here. Did you mean origins?");

        assertThat(muster("projects", "import", file("project: A\nintercepts:\n  - {name: B, sample: 101}\n"))
                        .exit())
                .isEqualTo(2);
        assertThat(json("projects", "list").json()).isEmpty();
    }

    @Test
    void theSchemaOfFilesIsPublished() throws IOException {
        Path fresh = Path.of("target/project-file.schema.json");
        Files.createDirectories(fresh.getParent());
        Files.writeString(fresh, muster("projects", "schema").out());

        assertThat(Path.of("docs/project-file.schema.json"))
                .as("the published schema; when the records changed on purpose, copy %s over it", fresh)
                .hasSameTextualContentAs(fresh);
    }

    @Test
    void aSegmentThatATargetNamesIsNotDeleted() {
        String project = linked();
        String segment = segment(directory);
        String intercept = intercept(project, "--target", file("{segment: " + segment + ", is: member}"));
        json("projects", "apply", project).json();
        json("intercepts", "update", intercept, "--target", "none").json();

        muster("segments", "delete", segment, "--yes").refused("the intercept 'Welcome' names it");
        json("projects", "apply", project).json();
        json("segments", "delete", segment, "--yes").json();
    }

    @Test
    void aDirectoryThatAProjectIsLinkedToIsNotDeleted() {
        String project = linked();

        muster("directories", "delete", directory, "--yes").refused("Shop");
        json("projects", "unlink", project).json();
        json("directories", "delete", directory, "--yes").json();
    }

    @Test
    void everyActHasItsLineInTheAudit() {
        String project = linked();
        String intercept = intercept(project);
        json("intercepts", "activate", intercept).json();
        json("projects", "pause", project).json();

        assertThat(actions(project)).containsExactly("project.pause", "project.apply", "project.create");
        assertThat(actions(intercept)).containsExactly("intercept.activate", "intercept.apply", "intercept.create");
    }
}
