package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.OptOut;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.segment.Segment;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whatever wrote (imports and their undo, edits, lists, opt-outs, events, merges and their undo, re-keys), a refresh of the
 * contacts that changed gives what a full rebuild gives. {@code -Dmuster.rounds=N} tries more histories; the round is the
 * seed.
 */
class IncrementalHistoryJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportTuning SMALL = new ImportTuning(2, 2, 3, null);

    /** What segments ask of contacts; %1$s and %2$s are lists. */
    private static final List<String> CONDITIONS = List.of(
            "{list: %1$s, is: member}",
            "{list: %2$s, isNot: member}",
            "{optedOut: true}",
            "{optedOut: true, list: %1$s}",
            "{optedOut: false, list: %2$s}",
            "{transactions: {where: {field: amount, as: number, gt: 5}}, count: {gte: 2}}",
            "{transactions: {}, sum: {field: amount, gte: 12}}",
            "{transactions: {}, latest: {field: amount, as: number, lt: 5}}",
            "{transactions: {withinLast: 2d}, any: true}",
            "{touchpoints: {kind: shown, channel: web}, count: {gte: 2}}",
            "{touchpoints: {survey: SV_x}, any: false}",
            "{touchpoints: {withinLast: 1d}, any: true}",
            "{field: email, contains: p1}",
            "{embedded: plan, is: gold}",
            "none: [{embedded: plan, is: gold}, {list: %1$s, is: member}]");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final DirectoryFixture rows = DirectoryFixture.create(jdbc, "extRef", "email");
    private final int[] lists = {rows.addList("One"), rows.addList("Two")};
    private final List<Long> merges = new ArrayList<>();
    private final List<Long> loads = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private RebuildFixture fixture;
    private ImportFixture imports;
    private ContactEdits edits;
    private TouchpointEdits touchpoints;
    private Duplicates duplicates;
    private Directory directory;

    @BeforeEach
    void open() {
        fixture = new RebuildFixture(database, folder.resolve("rebuilds"));
        imports = new ImportFixture(database, folder.resolve("imports"));
        edits = new ContactEdits(jdbc, database.transactions(), fixture.clock, database.ids());
        touchpoints = new TouchpointEdits(jdbc, database.transactions(), fixture.clock);
        duplicates = new Duplicates(database.dataSource(), database.transactions(), fixture.clock, database.ids());
        directory = fixture.directory(rows);
    }

    @AfterEach
    void close() {
        imports.close();
        fixture.close();
    }

    static LongStream rounds() {
        return LongStream.rangeClosed(1, Long.getLong("muster.rounds", 4));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void aRefreshGivesWhatAFullRebuildGives(long seed) {
        Random random = new Random(seed);
        for (String condition : CONDITIONS) {
            segment(condition.formatted(list(lists[0]), list(lists[1])));
        }

        segment("all: [{segment: " + segments.get(0).id() + ", is: member}, {segment: "
                + segments.get(5).id() + ", isNot: member}]");
        for (int i = 0; i < 12; i++) {
            contact(random);
        }

        fixture.incremental(directory);
        int looked = 0;
        for (int step = 0; step < 40; step++) {
            write(random);
            if (random.nextInt(3) > 0) {
                // Changes add up, several of a contact as well.
                continue;
            }

            RebuildAnswer refreshed = fixture.incremental(directory);
            if (random.nextBoolean()) {
                // Faults may add up from one refresh to the next.
                continue;
            }

            List<String> carried = fixture.state(directory, refreshed.rebuild().version());
            RebuildAnswer whole = fixture.full(directory);
            assertThat(carried)
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(fixture.state(directory, whole.rebuild().version()));
            looked++;
        }

        assertThat(looked).isPositive();
        assertThat(segments)
                .as("the history reaches some")
                .anySatisfy(one -> assertThat(fixture.members(one)).isNotEmpty());
    }

    private void segment(String condition) {
        segments.add(fixture.unguarded(directory, "S" + segments.size(), condition));
    }

    private String list(int number) {
        return new MailingLists(jdbc, fixture.clock, database.ids())
                .byNumber(number)
                .orElseThrow()
                .id();
    }

    private void write(Random random) {
        switch (random.nextInt(18)) {
            case 0, 1 -> contact(random);
            case 2, 3 ->
                edits.update(
                        directory.number(),
                        number(random),
                        random.nextBoolean()
                                ? change("email", address(random))
                                : change("embedded.plan", random.nextBoolean() ? "gold" : "blue"));
            case 4, 5 ->
                edits.join(
                        directory.number(),
                        number(random),
                        lists[random.nextInt(2)],
                        Map.of(),
                        random.nextInt(3) == 0 ? OptOut.OUT : OptOut.UNSAID);
            case 6 -> edits.leave(directory.number(), number(random), lists[random.nextInt(2)]);
            case 7 ->
                edits.optOut(
                        directory.number(),
                        number(random),
                        lists[random.nextInt(2)],
                        random.nextBoolean() ? OptOut.OUT : OptOut.LIFTED);
            case 8 -> edits.delete(directory.number(), number(random));
            case 9, 10 -> touchpoint(random);
            case 11 ->
                duplicates
                        .start(directory.number(), MergeScope.ACTIVE_RULES)
                        .mergeNext(1_000)
                        .forEach(group -> merges.add(group.id()));
            case 12 -> undoMerge();
            case 13, 14 -> load(random);
            case 15 -> undoLoad();
            case 16 -> rekey();
            default ->
                fixture.clock.set(fixture.clock.millis()
                        + random.nextLong(Duration.ofHours(30).toMillis()));
        }
    }

    private long number(Random random) {
        List<Long> numbers = rows.numbers();
        return numbers.isEmpty() ? 1 : numbers.get(random.nextInt(numbers.size()));
    }

    private static String address(Random random) {
        return "p" + random.nextInt(4) + "@example.org";
    }

    private void contact(Random random) {
        edits.create(
                directory.number(),
                random.nextBoolean()
                        ? record("email", address(random))
                        : record("extRef", "R" + random.nextInt(9), "embedded.plan", "gold"));
    }

    private void touchpoint(Random random) {
        touchpoints.add(
                directory.number(),
                number(random),
                new TouchpointEdits.Addition(
                        new TouchpointParts(
                                random.nextBoolean() ? TouchpointChannel.WEB : TouchpointChannel.EMAIL,
                                TouchpointKind.SHOWN,
                                random.nextBoolean() ? "SV_x" : null,
                                null,
                                null,
                                null,
                                null),
                        fixture.clock.millis()
                                - random.nextLong(Duration.ofDays(2).toMillis()),
                        "manual",
                        "k" + random.nextLong()));
    }

    private void undoMerge() {
        if (!merges.isEmpty()) {
            try {
                duplicates.undo(merges.removeLast(), AwaitedRuns.TESTER);
            } catch (Refusal refused) {
                assertThat(refused.code()).isIn("CONTACT_GONE", "MERGED_AGAIN", "REFERENCE_TAKEN");
            }
        }
    }

    /** A file with all that a file can bring, into a list or none. */
    private void load(Random random) {
        StringBuilder file = new StringBuilder(
                "ExternalDataReference,Email,plan,Unsubscribed,When,Order,amount,Time,Channel,Kind,Key\n");
        for (int row = 0; row < 5; row++) {
            Instant at = fixture.clock.instant().minusSeconds(random.nextInt(200_000));
            file.append("R%d,%s,%s,%s,%s,%s,%d,%s,web,shown,i%d\n"
                    .formatted(
                            random.nextInt(9),
                            random.nextBoolean() ? "" : address(random),
                            random.nextBoolean() ? "gold" : "",
                            random.nextInt(4) == 0 ? "yes" : "",
                            at,
                            "o" + random.nextInt(30),
                            random.nextInt(10),
                            at,
                            random.nextInt(30)));
        }

        Mapping mapping = new Mapping(
                Map.of(),
                Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of(),
                Map.ofEntries(
                        Map.entry("When", new Target.TransactionDate()),
                        Map.entry("Order", new Target.TransactionId()),
                        Map.entry("amount", new Target.TransactionField("amount")),
                        Map.entry("Time", part(Target.TouchpointPart.Part.TIME)),
                        Map.entry("Channel", part(Target.TouchpointPart.Part.CHANNEL)),
                        Map.entry("Kind", part(Target.TouchpointPart.Part.KIND)),
                        Map.entry("Key", part(Target.TouchpointPart.Part.KEY))));
        Run run = imports.load(
                imports.file(file.toString()),
                ImportFixture.spec(directory.number(), told -> {
                    ImportFixture.SpecBuilder spec = told.mapping(mapping);
                    return random.nextBoolean()
                            ? spec
                            : spec.list(new ListTarget.Existing(random.nextBoolean() ? "One" : "Two"));
                }),
                SMALL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        loads.add(run.number());
    }

    private static Target.TouchpointPart part(Target.TouchpointPart.Part part) {
        return new Target.TouchpointPart(part);
    }

    private void undoLoad() {
        if (!loads.isEmpty()) {
            try {
                Run undo = imports.runs(SMALL).run(new RunRequest.Undo(loads.removeLast()), Progress.NONE);
                assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
            } catch (Refusal refused) {
                assertThat(refused.code()).isIn("RUN_CHANGED_NOTHING", "MERGED_SINCE");
            }
        }
    }

    private void rekey() {
        if (rows.count("identity_rule") < 3) {
            rows.addRule("email,extRef", IdentityRule.State.PENDING);
        }

        new Rekey(jdbc, database.transactions(), fixture.clock).run(directory.number(), progress -> {});
        assertThat(rows.count("identity_rule")).isEqualTo(3);
    }
}
