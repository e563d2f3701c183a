package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.frequency.Eligibility;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.Population;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.rules.Period;
import io.muster.intercept.Conditions;
import io.muster.intercept.Definitions;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.ContactTable;
import io.muster.intercept.decide.Decider;
import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.snapshot.SnapshotStores;
import io.muster.runs.DecisionOracle.Question;
import io.muster.runs.DecisionOracle.Verdict;
import io.muster.segment.Segment;
import io.muster.snapshot.build.DirectoryTable;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.feed.FeedAnswers;
import io.muster.snapshot.feed.TestFollower;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.snapshot.format.TableFile;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whatever wrote, decisions are those that a plain reading of the rules finds in the rows. Two directories, four projects
 * and their intercepts live through random histories; now and then visitors of all kinds ask at moments of all kinds. They
 * ask of tables that were just built, and of those that were built before and have followed the change feed since.
 * {@code -Dmuster.rounds=N} tries more histories; the round is the seed.
 */
class DecisionParityJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");
    private static final ImportTuning SMALL = new ImportTuning(2, 2, 3, null);
    private static final long HOUR = 3_600_000;
    private static final int STEPS = 40;
    private static final int STEPS_BETWEEN = 4;
    private static final int QUESTIONS = 90;
    private static final List<String> SURVEYS = List.of("SV_x", "sv_X", "SV_y", "SV_z");

    /** What segments ask, as their condition and as SQL. */
    private static final SortedMap<String, String> CONDITIONS = new TreeMap<>(Map.of(
            "{embedded: plan, is: gold}",
            "c.embedded LIKE '%\"plan\":\"gold\"%'",
            "{field: email, contains: p1}",
            "c.email LIKE '%p1%'",
            "{optedOut: true}",
            "c.unsubscribed = 1",
            "{touchpoints: {kind: shown, channel: web}, any: true}",
            "EXISTS (SELECT 1 FROM touchpoint t WHERE t.directory_id = c.directory_id AND t.number = c.number"
                    + " AND t.kind = 'shown' AND t.channel = 'web')"));

    /** Maximum, period, gap and survey; a dash for nothing. The first are for all surveys. */
    private static final List<String> RULES = List.of(
            "1 6h - -",
            "2 12h - -",
            "3 1d 1h -",
            "- - 4h -",
            "none - 90m -",
            "0 - - -",
            "none - 3h SV_x",
            "- - 2h SV_x",
            "2 1d - SV_x",
            "1 6h none sv_x",
            "0 - - SV_z",
            "none - none SV_z",
            "always - - SV_y",
            "1 1h - SV_y",
            "- - 30m SV_z",
            "2 2h - SV_z",
            "- - none sv_y");

    private static final int GENERAL = 6;
    private static final int EVERYBODY = 3;

    private static final String HALF_OF_THEM_JOIN = """
        INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at)
        SELECT directory_id, ?, number, 0, NULL, 0 FROM contact WHERE directory_id = ? AND MOD(number, 2) = 0
        """;

    private static final List<String> PAGES = List.of(
            "{device: mobile}",
            "{url: {contains: shop}}",
            "{url: {matches: 'https://[a-z]+[.]example[.]com/.*'}}",
            "any: [{url: {startsWith: 'http://'}}, {url: {endsWith: /cart}}, {device: tablet}]",
            "none: [{url: {is: 'https://shop.example.com/'}}, {device: desktop}]");

    private static final List<String> URLS = List.of(
            "https://shop.example.com/",
            "https://shop.example.com/cart",
            "http://www.example.org/",
            "https://Shop.example.com/");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;
    private static RebuildFixture fixture;

    private final JdbcClient jdbc = database.jdbc();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock(), database.ids());
    private final TouchpointEdits touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock());
    private final Duplicates duplicates =
            new Duplicates(database.dataSource(), database.transactions(), clock(), database.ids());
    private final FrequencyRuleStore rules =
            new FrequencyRuleStore(jdbc, new TransactionTemplate(database.transactions()), clock(), database.ids());
    private final Eligibility eligibility =
            new Eligibility(database.dataSource(), jdbc, database.transactions(), clock(), database.ids());
    private final FrequencyUpkeep upkeep = new FrequencyUpkeep(database.dataSource(), clock(), database.ids());
    private final DirectoryTable tableBuilder =
            new DirectoryTable(jdbc, database.transactions(), upkeep, clock(), database.ids());
    private final SnapshotStore snapshots = imports().bean(SnapshotStores.class).snapshots();
    private final FeedAnswers feed = new FeedAnswers(jdbc, database.transactions(), snapshots, clock(), database.ids());
    private final Projects projects = imports().bean(Projects.class);
    private final Definitions definitions = imports().bean(Definitions.class);
    private final DecisionOracle oracle = new DecisionOracle(
            jdbc, id -> TestDatabase.IDS.of(PublicId.PROJECT, id), id -> TestDatabase.IDS.of(PublicId.INTERCEPT, id));
    private final Decider decider = new Decider(() -> this.drawn);
    private final List<Site> sites = new ArrayList<>();
    private final List<Project> made = new ArrayList<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private final DecisionCall call = new DecisionCall();
    private int drawn;
    private int keys;
    private long now;

    /** What questions of one moment are asked of: projects by number, with their contacts and without them. */
    private record Tables(DecisionOracle.Rows rows, Map<Long, ProjectInUse> usable, Map<Long, ProjectInUse> unusable) {

        List<ProjectInUse> asked(Question question) {
            return question.projects().stream()
                    .map(project -> (question.unusable().contains(project) ? unusable : usable).get(project))
                    .toList();
        }
    }

    /** A directory with what happened in it. */
    private static final class Site {

        private final DirectoryFixture rows;
        private final Directory directory;
        private final int list;
        private final Map<Segment, String> segments = new LinkedHashMap<>();
        private final List<Long> merges = new ArrayList<>();
        private final List<Long> loads = new ArrayList<>();
        private @Nullable TestFollower follower;
        private @Nullable SnapshotTable published;

        Site(DirectoryFixture rows, Directory directory) {
            this.rows = rows;
            this.directory = directory;
            this.list = rows.addList("News");
        }

        int id() {
            return rows.id();
        }

        /** A new table is made, as after rebuilds and changes of rules. Who follows takes it later. */
        void publish() {
            if (follower != null) {
                published = follower.build();
            }
        }

        /** What an evaluator has that asked the feed last. */
        LiveTable followed() {
            if (published != null) {
                follower().take(published);
                published = null;
            }

            follower().catchUp();
            return follower().live();
        }

        TestFollower follower() {
            return Objects.requireNonNull(follower);
        }
    }

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder.resolve("imports"));
        fixture = new RebuildFixture(database, folder.resolve("rebuilds"));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        imports.close();
    }

    private static MovableClock clock() {
        return fixture.clock;
    }

    private static ImportFixture imports() {
        return imports;
    }

    @AfterEach
    void stopFollowing() {
        sites.stream().map(site -> site.follower).filter(Objects::nonNull).forEach(TestFollower::close);
    }

    static LongStream rounds() {
        return LongStream.rangeClosed(1, Long.getLong("muster.rounds", 4));
    }

    @Test
    void theOracleSharesNoClassWithTheProduct() throws IOException {
        Path classes = Path.of(DecisionOracle.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolve("io/muster/runs");
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("DecisionOracle"))
                    .toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)
                                .replace("io/muster/runs/DecisionOracle", ""))
                        .as(file.toString())
                        .doesNotContain("io/muster/");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void snapshotsDecideAsThePlainReadingOfTheRows(long seed) throws IOException {
        Random random = new Random(seed);
        begin(random, seed);
        for (int step = 1; step <= STEPS; step++) {
            write(random);
            if (step % STEPS_BETWEEN == 0) {
                compare(random, "seed %d step %d".formatted(seed, step), tables());
            }
        }

        assertThat(reasons.keySet()).as("the history reaches most lines").hasSizeGreaterThan(7);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void whoFollowsTheFeedDecidesAsThePlainReadingOfTheRows(long seed) throws IOException {
        Random random = new Random(-seed);
        begin(random, seed);
        for (Site site : sites) {
            site.follower =
                    new TestFollower(jdbc, feed, tableBuilder, snapshots, site.id(), folder.resolve("followed"));
        }

        for (int step = 1; step <= STEPS; step++) {
            write(random);
            if (random.nextInt(3) == 0) {
                any(random, sites).follower().catchUp();
            }

            if (step % STEPS_BETWEEN == 0) {
                compare(random, "feed, seed %d step %d".formatted(seed, step), followed());
            }
        }

        assertThat(reasons.keySet()).as("the history reaches most lines").hasSizeGreaterThan(7);
    }

    private void begin(Random random, long seed) {
        // Later than the clock of whatever works by the real one, which so forgets nothing that counts here.
        now = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();
        fixture.clock.set(now);
        projects.page(null, Integer.MAX_VALUE).forEach(project -> projects.pause(TESTER, project, true));
        projects.pauseAll(TESTER, false);
        for (int i = 0; i < 2; i++) {
            DirectoryFixture rows = DirectoryFixture.create(jdbc, "extRef", "email");
            Site site = new Site(rows, fixture.directory(rows));
            sites.add(site);
            // More than one word of memberships.
            for (int more = 0; seed % 4 == 0 && more < 66; more++) {
                fixture.unguarded(site.directory, "More " + more, "{optedOut: true}");
            }

            CONDITIONS.forEach((condition, sql) ->
                    site.segments.put(fixture.unguarded(site.directory, "S" + site.segments.size(), condition), sql));
            for (int n = 0; n < 14; n++) {
                contact(random, site);
            }

            for (int n = 0; n < 20; n++) {
                touchpoint(random, site);
            }

            jdbc.sql(HALF_OF_THEM_JOIN).params(site.list, site.id()).update();
            rebuild(site);
            // Every form is met within a few rounds, maxima in one directory and gaps in the other.
            for (int n = 0; n < GENERAL / 2; n++) {
                int form = (int) seed * GENERAL + i * GENERAL / 2 + n;
                rule(random, site, RULES.get(form % GENERAL), EVERYBODY);
                rule(random, site, RULES.get(GENERAL + form % (RULES.size() - GENERAL)), random.nextInt(6));
            }
        }

        Integer[] linked = {sites.get(0).id(), sites.get(0).id(), sites.get(1).id(), null};
        for (Integer directory : linked) {
            Project project = projects.create(
                    TESTER,
                    "P" + seed + "-" + System.nanoTime(),
                    new ProjectSettings(directory, List.of(), false, List.of(), List.of(), false));
            made.add(project);
        }

        for (int i = 0; i < 14; i++) {
            intercept(random);
        }

        projects.sign(TESTER, made.get(1), true);
        made.forEach(project -> projects.apply(TESTER, project));
        made.forEach(project -> projects.intercepts(project).forEach(one -> {
            if (random.nextInt(8) > 0) {
                projects.activate(TESTER, one, true);
            }
        }));
    }

    private void write(Random random) throws IOException {
        Site site = sites.get(random.nextInt(sites.size()));
        switch (random.nextInt(26)) {
            case 0, 1 -> contact(random, site);
            case 2, 3, 4, 5 -> touchpoint(random, site);
            case 7 -> edits.delete(site.id(), number(random, site));
            case 8 -> edits.update(site.id(), number(random, site), change("extRef", reference(random)));
            case 9 ->
                duplicates
                        .start(site.id(), MergeScope.ACTIVE_RULES)
                        .mergeNext(1_000)
                        .forEach(step -> site.merges.add(step.id()));
            case 10 -> undoMerge(site);
            case 11 ->
                reserve(
                        random,
                        site,
                        random.nextBoolean() ? new Population.Everybody() : new Population.One(number(random, site)),
                        random.nextBoolean() ? any(random, SURVEYS) : null);
            case 6, 12 -> contactReserved(random, site);
            case 13, 14, 15 -> rule(random, site, any(random, RULES), random.nextInt(6));
            case 16, 17 ->
                rules.of(site.id()).stream().findFirst().ifPresent(rule -> {
                    rules.remove(rule, TESTER);
                    site.publish();
                });
            case 18 -> rebuild(site);
            case 19 -> load(random, site);
            case 20 -> undoLoad(site);
            case 21 -> intercept(random);
            case 22, 23 -> configure(random);
            default -> pass(random.nextLong(5 * HOUR));
        }
    }

    private void pass(long millis) {
        now += millis;
        fixture.clock.set(now);
    }

    private static long number(Random random, Site site) {
        List<Long> numbers = site.rows.numbers();
        return numbers.isEmpty() ? 1 : numbers.get(random.nextInt(numbers.size()));
    }

    private static String reference(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "null";
            case 1 -> "Ünï " + random.nextInt(2);
            default -> "R" + random.nextInt(12);
        };
    }

    private void contact(Random random, Site site) {
        String email = "p" + random.nextInt(5) + "@example.org";
        String plan = random.nextBoolean() ? "gold" : "blue";
        edits.create(
                site.id(),
                random.nextInt(4) == 0
                        ? record("email", email, "embedded.plan", plan)
                        : record("extRef", reference(random), "email", email, "embedded.plan", plan));
    }

    private void touchpoint(Random random, Site site) {
        TouchpointKind kind = switch (random.nextInt(4)) {
            case 0, 1 -> TouchpointKind.SHOWN;
            case 2 -> TouchpointKind.REMINDER;
            default -> any(random, List.of(TouchpointKind.values()));
        };
        touchpoint(
                site,
                number(random, site),
                random.nextBoolean() ? TouchpointChannel.WEB : any(random, List.of(TouchpointChannel.values())),
                kind,
                random.nextInt(4) == 0 ? null : any(random, SURVEYS),
                now - random.nextLong(10 * HOUR) + 2 * HOUR);
    }

    private void touchpoint(
            Site site,
            long number,
            TouchpointChannel channel,
            TouchpointKind kind,
            @Nullable String survey,
            long happenedAt) {
        touchpoints.add(
                site.id(),
                number,
                new TouchpointEdits.Addition(
                        new TouchpointParts(channel, kind, survey, null, null, null, null),
                        happenedAt,
                        "manual",
                        "k" + ++keys));
    }

    private static <T> T any(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static void undoMerge(Site site, Duplicates duplicates) {
        try {
            duplicates.undo(site.merges.removeLast(), TESTER);
        } catch (Refusal refused) {
            assertThat(refused.code()).isIn("CONTACT_GONE", "MERGED_AGAIN", "REFERENCE_TAKEN");
        }
    }

    private void undoMerge(Site site) {
        if (!site.merges.isEmpty()) {
            undoMerge(site, duplicates);
        }
    }

    private void reserve(Random random, Site site, Population whom, @Nullable String survey) throws IOException {
        eligibility.ask(
                new Eligibility.Question(
                        site.id(),
                        whom,
                        random.nextBoolean() ? TouchpointChannel.EMAIL : TouchpointChannel.WEB,
                        survey,
                        now,
                        Optional.of(Period.of((1 + random.nextInt(3)) + "h"))),
                null);
    }

    /** Reservations of which some are soon consumed, by what happened before or after they were made. */
    private void contactReserved(Random random, Site site) throws IOException {
        String survey = any(random, SURVEYS);
        reserve(random, site, new Population.Everybody(), survey);
        pass(1 + random.nextLong(HOUR / 4));
        for (int n = 0; n < 4; n++) {
            touchpoint(
                    site,
                    number(random, site),
                    TouchpointChannel.WEB,
                    TouchpointKind.SHOWN,
                    survey.toLowerCase(Locale.ROOT),
                    now - random.nextLong(8 * HOUR));
        }
    }

    /** For the members of a segment, those of the list, or for everybody. */
    private void rule(Random random, Site site, String form, int group) {
        String[] words = form.split(" ", -1);
        boolean always = words[0].equals("always");
        // Never for everybody would hide all that other rules do.
        boolean ofSegment = group < 2 || (words[0].equals("0") && group > 2);
        rules.add(
                site.id(),
                new RuleOptions(
                        always ? null : given(words[0]),
                        given(words[1]),
                        given(words[2]),
                        given(words[3]),
                        always,
                        ofSegment
                                ? any(random, List.copyOf(site.segments.keySet()))
                                        .number()
                                : null,
                        group == 2 ? site.list : null),
                TESTER);
        site.publish();
    }

    private static @Nullable String given(String word) {
        return word.equals("-") ? null : word;
    }

    private void rebuild(Site site) {
        fixture.full(site.directory);
        site.segments.forEach((segment, sql) -> oracle.published(site.id(), segment.number(), segment.id(), sql));
        site.publish();
    }

    /** Contacts and touchpoints of a file. */
    private void load(Random random, Site site) {
        StringBuilder file =
                new StringBuilder("ExternalDataReference,Email,plan,Unsubscribed,Time,Channel,Kind,Survey,Key\n");
        for (int row = 0; row < 5; row++) {
            file.append("%s,%s,%s,%s,%s,web,%s,%s,i%d\n"
                    .formatted(
                            reference(random),
                            random.nextBoolean() ? "" : "p" + random.nextInt(5) + "@example.org",
                            random.nextBoolean() ? "gold" : "",
                            random.nextInt(4) == 0 ? "yes" : "",
                            Instant.ofEpochMilli(now - random.nextLong(8 * HOUR)),
                            random.nextBoolean() ? "shown" : "reminder",
                            any(random, SURVEYS),
                            random.nextInt(30)));
        }

        Run run = imports.load(
                imports.file(file.toString()),
                ImportFixture.spec(
                        site.id(),
                        told -> told.list(new ListTarget.Existing("News"))
                                .mapping(new Mapping(
                                        Map.of(),
                                        Mapping.Unmapped.EMBED,
                                        List.of(),
                                        Map.of(),
                                        null,
                                        List.of(),
                                        Map.of(
                                                "Time", part(Target.TouchpointPart.Part.TIME),
                                                "Channel", part(Target.TouchpointPart.Part.CHANNEL),
                                                "Kind", part(Target.TouchpointPart.Part.KIND),
                                                "Survey", part(Target.TouchpointPart.Part.SURVEY),
                                                "Key", part(Target.TouchpointPart.Part.KEY))))),
                SMALL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        site.loads.add(run.number());
    }

    private static Target.TouchpointPart part(Target.TouchpointPart.Part part) {
        return new Target.TouchpointPart(part);
    }

    private void undoLoad(Site site) {
        if (!site.loads.isEmpty()) {
            try {
                Run undo = imports.runs(SMALL).run(new RunRequest.Undo(site.loads.removeLast()), Progress.NONE);
                assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
            } catch (Refusal refused) {
                assertThat(refused.code()).isIn("RUN_CHANGED_NOTHING", "MERGED_SINCE");
            }
        }
    }

    private void intercept(Random random) {
        Project project = current(any(random, made));
        Intercept created = projects.create(TESTER, project, "I" + random.nextLong(), settings(random, project));
        // Numbers do not say which is older, and some are of the same millisecond.
        jdbc.sql("UPDATE intercept SET created_at = ? WHERE id = ?")
                .params(random.nextInt(6), created.number())
                .update();
    }

    private Project current(Project project) {
        return projects.find(project.id());
    }

    private InterceptSettings settings(Random random, Project project) {
        Integer directory = project.draft().directory();
        boolean linkable =
                directory != null && project.number() != made.getLast().number();
        boolean scheduled = random.nextInt(4) == 0;
        return new InterceptSettings(
                linkable && random.nextInt(8) == 0 ? directory : null,
                random.nextInt(8) == 0 ? Boolean.FALSE : null,
                random.nextInt(4) == 0 ? null : any(random, SURVEYS),
                directory != null && linkable && random.nextBoolean() ? target(random, directory) : null,
                random.nextInt(4) == 0 ? new Conditions(TestDatabase.IDS).page(any(random, PAGES)) : null,
                random.nextInt(6) > 0,
                random.nextInt(3) == 0,
                scheduled && random.nextBoolean() ? now - 2 * HOUR + random.nextLong(12 * HOUR) : null,
                scheduled ? now + 10 * HOUR + random.nextLong(20 * HOUR) : null,
                random.nextInt(4) == 0 ? random.nextInt(10_001) : 10_000,
                random.nextInt(4) == 0 ? random.nextInt(5_000) : 0,
                random.nextInt(4) == 0 ? Fallback.SHOW : Fallback.HIDE,
                random.nextInt(4) == 0 ? Fallback.SHOW : Fallback.HIDE,
                null);
    }

    private String target(Random random, int directory) {
        List<Segment> segments = sites.stream()
                .filter(site -> site.id() == directory)
                .flatMap(site -> site.segments.keySet().stream())
                .toList();
        String[] tests = new String[2];
        for (int i = 0; i < tests.length; i++) {
            tests[i] = "{segment: %s, %s: member}"
                    .formatted(any(random, segments).id(), random.nextBoolean() ? "is" : "isNot");
        }

        String target = switch (random.nextInt(4)) {
            case 0 -> tests[0];
            case 1 -> "all: [%s, %s]".formatted(tests[0], tests[1]);
            case 2 -> "any: [%s, {none: [%s]}]".formatted(tests[0], tests[1]);
            default -> "none: [%s, %s]".formatted(tests[0], tests[1]);
        };
        return new Conditions(TestDatabase.IDS).target(target);
    }

    private void configure(Random random) {
        Project project = current(any(random, made));
        List<Intercept> intercepts = projects.intercepts(project);
        switch (random.nextInt(12)) {
            case 0, 1 -> projects.pause(TESTER, project, !project.paused() && random.nextBoolean());
            case 2 -> projects.sign(TESTER, project, !project.draft().signing());
            case 3 -> {
                Project last = current(made.getLast());
                projects.change(
                        TESTER,
                        last,
                        draft -> draft.linkedTo(
                                draft.directory() == null ? sites.getFirst().id() : null));
            }
            case 4, 5, 6, 7 -> projects.apply(TESTER, project);
            case 8 ->
                ofOne(
                        random,
                        intercepts,
                        one -> projects.activate(TESTER, one, !one.active() || random.nextInt(4) > 0));
            case 9 -> ofOne(random, intercepts, one -> projects.apply(TESTER, one));
            default ->
                ofOne(random, intercepts, one -> projects.change(TESTER, one, draft -> settings(random, project)));
        }
    }

    private static void ofOne(Random random, List<Intercept> intercepts, Consumer<Intercept> change) {
        if (!intercepts.isEmpty()) {
            change.accept(any(random, intercepts));
        }
    }

    /** New tables of both directories. */
    private Map<Integer, ContactTable> tables() throws IOException {
        Map<Integer, ContactTable> open = new HashMap<>();
        for (Site site : sites) {
            TreeSet<Long> audiences = fixture.segments.of(site.directory.number()).stream()
                    .map(Segment::number)
                    .collect(Collectors.toCollection(TreeSet::new));
            TableFile file = tableBuilder.build(
                    site.id(), audiences, Files.createDirectories(folder.resolve("tables")), (contacts, share) -> {
                        // nobody watches
                    });
            open.put(
                    site.id(),
                    SnapshotTable.open(
                            file.path(),
                            Arena.ofAuto(),
                            new Manifest.Table(
                                    file.path().getFileName().toString(),
                                    file.bytes(),
                                    file.sha256(),
                                    file.contacts())));
        }

        return open;
    }

    /** Tables that were built earlier, with what the feed has told since. */
    private Map<Integer, ContactTable> followed() {
        Map<Integer, ContactTable> open = new HashMap<>();
        for (Site site : sites) {
            upkeep.run(site.id());
            LiveTable live = site.followed();
            List<String> named = snapshots.audiences(site.id()).stream()
                    .map(TestDatabase.IDS::segment)
                    .toList();
            if (!live.audiences().containsAll(named)) {
                // A target names a segment that the table does not have: a new one is published.
                site.publish();
                live = site.followed();
            }

            assertThat(live.isBehind()).as("the feed has told everything").isFalse();
            open.put(site.id(), live);
        }

        return open;
    }

    private void compare(Random random, String when, Map<Integer, ContactTable> open) {
        compare(random, when, open, QUESTIONS);
        if (random.nextInt(3) == 0) {
            projects.pauseAll(TESTER, true);
            compare(random, when + ", all off", open, 5);
            projects.pauseAll(TESTER, false);
        }
    }

    private void compare(Random random, String when, Map<Integer, ContactTable> open, int questions) {
        DecisionOracle.Rows rows = oracle.read();
        List<Long> moments = moments(rows.ends());
        List<Long> dates = moments(rows.dates());
        List<Integer> draws = List.copyOf(rows.holdOuts());
        Tables tables = new Tables(rows, new HashMap<>(), new HashMap<>());
        List<Project> inUse = new ArrayList<>();
        for (Project one : made) {
            Project project = current(one);
            definitions.of(project).ifPresent(definition -> {
                Integer directory =
                        project.applied() == null ? null : project.applied().directory();
                ContactTable table = directory == null ? null : open.get(directory);
                tables.usable().put(project.number(), new ProjectInUse(definition, table));
                tables.unusable().put(project.number(), new ProjectInUse(definition, null));
                inUse.add(project);
            });
        }

        List<String> intercepts = inUse.stream()
                .flatMap(project -> projects.intercepts(project).stream())
                .map(Intercept::id)
                .toList();
        for (int i = 0; i < questions; i++) {
            Question question = question(
                    random,
                    inUse,
                    intercepts,
                    switch (random.nextInt(4)) {
                        case 0 -> any(random, moments);
                        case 1 -> any(random, dates);
                        default -> now + random.nextLong(HOUR);
                    },
                    reference(random, rows),
                    draws);
            String where = "%s question %d".formatted(when, i);
            List<Verdict> right = compare(random, where, question, tables);
            right.stream()
                    .mapToLong(Verdict::nextEligible)
                    .filter(next -> next != DecisionOracle.ALWAYS && next != DecisionOracle.NEVER)
                    .findFirst()
                    .ifPresent(next -> {
                        compare(random, where, question.at(next - 1), tables);
                        compare(random, where, question.at(next), tables);
                    });
        }
    }

    private List<Verdict> compare(Random random, String where, Question question, Tables tables) {
        List<Verdict> right = tables.rows().decide(question);
        assertThat(answer(random, question, tables.asked(question)))
                .as("%s: %s", where, question)
                .isEqualTo(right);
        right.forEach(verdict -> reasons.merge(verdict.reason(), 1, Integer::sum));
        return right;
    }

    /** Now, later, and the milliseconds around all that ends. */
    private List<Long> moments(Set<Long> ends) {
        Set<Long> moments = new TreeSet<>(Set.of(now, now + HOUR));
        for (long end : ends) {
            moments.addAll(List.of(end - 1, end, end + 1));
        }

        return moments.stream().filter(moment -> moment >= now).toList();
    }

    private static Question question(
            Random random,
            List<Project> inUse,
            List<String> intercepts,
            long at,
            @Nullable String reference,
            List<Integer> draws) {
        List<Long> asked = inUse.stream()
                .filter(project -> random.nextBoolean())
                .map(Project::number)
                .toList();
        return new Question(
                at,
                asked,
                random.nextInt(8) == 0
                        ? asked.stream()
                                .filter(project -> random.nextInt(4) > 0)
                                .collect(Collectors.toSet())
                        : Set.of(),
                reference,
                signature(random, inUse, reference == null ? "R1" : reference),
                random.nextInt(3) == 0 ? List.of(any(random, intercepts), any(random, intercepts)) : List.of(),
                random.nextInt(4) == 0 ? null : any(random, URLS),
                random.nextInt(4) == 0 ? null : any(random, List.of("mobile", "tablet", "desktop")),
                random.nextInt(3) == 0 && !draws.isEmpty() ? any(random, draws) : random.nextInt(10_000));
    }

    /** Right, wrong or missing. */
    private static @Nullable String signature(Random random, List<Project> inUse, String reference) {
        List<String> secrets =
                inUse.stream().map(Project::secret).filter(Objects::nonNull).toList();
        if (secrets.isEmpty() || random.nextInt(8) == 0) {
            return null;
        }

        String right = DecisionOracle.signature(any(random, secrets), reference);
        return switch (random.nextInt(8)) {
            case 0 -> "f00";
            case 1 -> right.toUpperCase(Locale.ROOT);
            case 2 -> DecisionOracle.signature(any(random, secrets), "R2");
            default -> right;
        };
    }

    private static @Nullable String reference(Random random, DecisionOracle.Rows rows) {
        List<String> known = rows.references();
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1, 2, 3 -> written(random);
            default -> known.isEmpty() ? "R0" : any(random, known);
        };
    }

    private static String written(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> any(random, List.of("unknown", " NULL ", "undefined", "0", "ExtRef", "", "  ", "\u00a0"));
            case 1 -> "r" + random.nextInt(12);
            case 2 -> " \tR" + random.nextInt(12) + "\u00a0";
            case 3 -> "X" + random.nextInt(1_000);
            case 4 -> "ünï " + random.nextInt(2);
            default -> reference(random);
        };
    }

    private List<Verdict> answer(Random random, Question question, List<ProjectInUse> asked) {
        // The same object as in the call before, as evaluators use it.
        call.at(question.at());
        if (question.reference() != null) {
            call.reference(question.reference());
        }

        if (question.signature() != null) {
            call.signature(question.signature());
        }

        if (question.url() != null) {
            call.url(question.url());
        }

        if (question.device() != null) {
            call.device(Device.valueOf(question.device().toUpperCase(Locale.ROOT)));
        }

        question.intercepts().forEach(call::intercept);
        drawn = question.draw();
        if (random.nextBoolean()) {
            call.draw(question.draw());
            drawn = random.nextInt(10_000);
        }

        decider.decide(call, asked);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < decider.size(); i++) {
            long next = decider.nextEligible(i);
            verdicts.add(new Verdict(
                    decider.intercept(i).id(),
                    decider.isShown(i),
                    decider.reason(i).name(),
                    new TreeMap<>(decider.segments(i)),
                    next > question.at() ? next : DecisionOracle.ALWAYS));
        }

        return verdicts;
    }
}
