package io.muster.dedup.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.Policies;
import io.muster.dedup.rules.Recency;
import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.IdentityKey;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import io.muster.load.BlockFile;
import io.muster.load.Checkpoint;
import io.muster.load.KeyChange;
import io.muster.load.NetWrite;
import io.muster.load.RepeatedEvent;
import io.muster.load.SideFile;
import io.muster.load.WriteLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A survey that goes on from its checkpoint comes to what one comes to that was not interrupted, on random rows. */
class InterruptedSurveyDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<IdentityRule> RULES = List.of(
            new IdentityRule(1, List.of("extRef"), IdentityRule.State.ACTIVE),
            new IdentityRule(2, List.of("email", "lastName"), IdentityRule.State.ACTIVE));

    @TempDir
    private Path folder;

    private final ContactEdits edits =
            new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
    private DirectoryFixture directory;
    private int list;

    /** What a survey comes to; the keys of each block in no order. */
    private record Outcome(
            Resolved resolved, List<Long> refused, List<List<NetWrite>> writes, List<Set<KeyChange>> keys) {}

    /** What rows are resolved with. */
    private record Circumstances(
            Map<String, FieldPolicy> policies,
            boolean protectReference,
            @Nullable String source,
            boolean streams) {}

    @BeforeEach
    void makeDirectory() {
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email,lastName");
        list = directory.addList("List");
    }

    @RepeatedTest(60)
    void comesToTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        fill(random);
        List<List<IncomingRow>> blocks = blocks(random);
        Map<String, FieldPolicy> policies = new HashMap<>();
        for (String target : List.of("email", "lastName", "extRef", "embedded.p")) {
            policies.put(target, any(random, FieldPolicy.values()));
        }

        Circumstances circumstances = new Circumstances(
                policies, random.nextInt(3) == 0, random.nextBoolean() ? "crm" : null, random.nextBoolean());

        Outcome expected = resolve(blocks, circumstances, List.of(), interrupted -> {});
        int first = random.nextInt(blocks.size());
        Outcome actual = resolve(
                blocks,
                circumstances,
                List.of(first, first + random.nextInt(blocks.size() - first)),
                interrupted -> {});

        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void startsOverWhereOthersHoldAContendedKeyByNow() {
        edits.create(directory.id(), DirectoryFixture.record("extRef", "1", "email", "a@x.org", "lastName", "A"));
        List<List<IncomingRow>> blocks = List.of(
                List.of(row(1, "2", "a@x.org", "A")),
                List.of(row(2, "2", "b@x.org", "A"), row(3, null, "a@x.org", "A")));
        Circumstances circumstances = new Circumstances(Map.of(), false, null, false);

        assertThat(resolve(
                        blocks,
                        circumstances,
                        List.of(1),
                        wentOn -> assertThat(wentOn).isTrue()))
                .isEqualTo(resolve(blocks, circumstances, List.of(), wentOn -> {}));
        List<Boolean> goings = new ArrayList<>();
        var ignored = resolve(blocks, circumstances, List.of(1), () -> edits.delete(directory.id(), 1), goings::add);

        assertThat(goings).containsExactly(false);
    }

    @Test
    void rowsThatNothingButTheirContentTellsAreNotKept() {
        try (WriteLog log = new SideFile(folder.resolve("survey")).create();
                DirectoryView view = view(false);
                Resolver resolver =
                        resolver(new Circumstances(Map.of(), false, null, false), view, log, new ArrayList<>())) {
            resolver.resolve(List.of(row(1, "1", null, null)));
            assertThat(resolver.state()).isPresent();
            resolver.resolve(List.of(row(2, null, null, "A")));
            assertThat(resolver.state()).isEmpty();
        }
    }

    private Outcome resolve(
            List<List<IncomingRow>> blocks,
            Circumstances circumstances,
            List<Integer> interruptions,
            Consumer<Boolean> wentOn) {
        return resolve(blocks, circumstances, interruptions, () -> {}, wentOn);
    }

    /**
     * @param interruptions the blocks before which a process ends and another one goes on
     * @param meanwhile what happens between them
     * @param wentOn told whether it could
     */
    private Outcome resolve(
            List<List<IncomingRow>> blocks,
            Circumstances circumstances,
            List<Integer> interruptions,
            Runnable meanwhile,
            Consumer<Boolean> wentOn) {
        SideFile side = new SideFile(folder.resolve("survey"));
        List<Long> refused = new ArrayList<>();
        WriteLog log = side.create();
        DirectoryView view = view(circumstances.streams());
        Resolver resolver = resolver(circumstances, view, log, refused);
        for (int block = 0; block < blocks.size(); block++) {
            for (int interruption : interruptions) {
                if (interruption == block) {
                    Path file = folder.resolve("checkpoint");
                    Checkpoint.State state = resolver.state().orElseThrow();
                    new Checkpoint("x", block, log.beginning(), state).write(file);
                    // What came after it is lost.
                    resolver.resolve(blocks.get(block));
                    var ignored = log.beginning();
                    close(resolver, view, log);
                    meanwhile.run();
                    Checkpoint last = Checkpoint.read(file, "x").orElseThrow();
                    assertThat(last.rows()).isEqualTo(block);
                    long after = blocks.get(block).getFirst().row();
                    refused.removeIf(row -> row >= after);
                    log = side.goOn(last.log()).orElseThrow();
                    view = view(circumstances.streams());
                    resolver = resolver(circumstances, view, log, refused);
                    boolean goesOn = resolver.goOn(last.state());
                    wentOn.accept(goesOn);
                }
            }

            resolver.resolve(blocks.get(block));
        }

        SideFile.Finished finished = log.finish(resolver.plan(7));
        Resolved resolved = resolver.result();
        close(resolver, view, log);
        try (BlockFile file = side.open()) {
            List<BlockFile.Content> contents =
                    IntStream.range(0, finished.blocks()).mapToObj(file::block).toList();
            return new Outcome(
                    resolved,
                    refused,
                    contents.stream().map(BlockFile.Content::writes).toList(),
                    contents.stream().map(content -> Set.copyOf(content.keys())).toList());
        }
    }

    private static void close(Resolver resolver, DirectoryView view, WriteLog log) {
        resolver.close();
        view.close();
        log.close();
    }

    private DirectoryView view(boolean streams) {
        return new DirectoryViews(database.dataSource())
                .open(
                        directory.id(),
                        OptionalInt.of(list),
                        keys(),
                        1_000_000,
                        streams ? 1 : Long.MAX_VALUE,
                        new KeyMemory(folder, 1 << 20));
    }

    private Resolver resolver(Circumstances circumstances, DirectoryView view, WriteLog log, List<Long> refused) {
        Policies policies = new Policies(circumstances.policies(), Map.of());
        String source = circumstances.source();
        return new Resolver(
                new ResolveTask(
                        9,
                        RULES,
                        ResolveTask.Unmatched.CREATE,
                        ResolveTask.Matched.UPDATE,
                        ResolveTask.KeyTaken.DEFER,
                        true,
                        circumstances.protectReference(),
                        0,
                        new EventRules("s", "s", RepeatedEvent.KEEP),
                        1_000),
                keys(),
                policies,
                source == null
                        ? null
                        : new Recency(policies, new Recency.Standing(9, source, true, List.of()), Map.of()),
                view,
                log,
                new KeyMemory(folder, 1 << 20),
                row -> refused.add(row.row().row()));
    }

    private static KeyMaker keys() {
        return new KeyMaker(RULES, name -> name, List.of());
    }

    private void fill(Random random) {
        for (int i = 0; i < 15; i++) {
            Map<ContactField, String> values = values(random);
            List<String> pairs = new ArrayList<>();
            values.forEach((field, value) -> pairs.addAll(List.of(field.key(), value)));
            edits.create(directory.id(), DirectoryFixture.record(pairs.toArray(String[]::new)));
        }
    }

    private List<List<IncomingRow>> blocks(Random random) {
        List<List<IncomingRow>> blocks = new ArrayList<>();
        int row = 0;
        for (int block = 1 + random.nextInt(8); block > 0; block--) {
            List<IncomingRow> rows = new ArrayList<>();
            for (int i = 1 + random.nextInt(12); i > 0; i--) {
                rows.add(row(++row, random));
            }

            blocks.add(rows);
        }

        return blocks;
    }

    private static IncomingRow row(int number, Random random) {
        Map<ContactField, String> values = values(random);
        EnumSet<ContactField> blank = EnumSet.of(ContactField.EXT_REF, ContactField.EMAIL, ContactField.LAST_NAME);
        blank.removeAll(values.keySet());
        boolean embeds = random.nextBoolean();
        RowAction action = random.nextInt(4) > 0 ? RowAction.UPSERT : any(random, RowAction.values());
        IncomingRow.RowVerdict verdict = switch (random.nextInt(15)) {
            case 0 -> new IncomingRow.RowVerdict.Blank();
            case 1 -> new IncomingRow.RowVerdict.Rejected("BAD", null, "It is bad.");
            default -> new IncomingRow.RowVerdict.Good();
        };
        return row(
                number,
                verdict,
                new IncomingRow.Values(
                        new Profile(values, embeds ? Map.of("p", "v" + random.nextInt(3)) : Map.of(), false),
                        new IncomingRow.Blank(blank, embeds ? Set.of() : Set.of("p")),
                        any(random, OptOut.values()),
                        OptOut.UNSAID,
                        new TreeMap<>(random.nextBoolean() ? Map.of("q", "v" + random.nextInt(2)) : Map.of()),
                        null,
                        null,
                        0,
                        random.nextInt(50),
                        action));
    }

    private static IncomingRow row(
            int number, @Nullable String ref, @Nullable String email, @Nullable String lastName) {
        Map<ContactField, String> values = new EnumMap<>(ContactField.class);
        put(values, ContactField.EXT_REF, ref);
        put(values, ContactField.EMAIL, email);
        put(values, ContactField.LAST_NAME, lastName);
        return row(
                number,
                new IncomingRow.RowVerdict.Good(),
                new IncomingRow.Values(
                        new Profile(values, Map.of(), false),
                        IncomingRow.Blank.NOTHING,
                        OptOut.UNSAID,
                        new TreeMap<>(),
                        null));
    }

    private static void put(Map<ContactField, String> values, ContactField field, @Nullable String value) {
        if (value != null) {
            values.put(field, value);
        }
    }

    private static IncomingRow row(int number, IncomingRow.RowVerdict verdict, IncomingRow.Values values) {
        List<@Nullable IdentityKey> made = new ArrayList<>();
        for (int place = 0; place < RULES.size(); place++) {
            made.add(keys().key(place, values.said()));
        }

        return new IncomingRow(number, number + 1, List.of(), verdict, values, made);
    }

    /** A rule recognises every one of them. */
    private static Map<ContactField, String> values(Random random) {
        Map<ContactField, String> values = new EnumMap<>(ContactField.class);
        if (random.nextInt(4) > 0) {
            values.put(ContactField.EMAIL, "e" + random.nextInt(8) + "@x.org");
            values.put(ContactField.LAST_NAME, any(random, new String[] {"A", "B"}));
        }

        if (values.isEmpty() || random.nextInt(3) > 0) {
            values.put(ContactField.EXT_REF, "r" + random.nextInt(20));
        }

        return values;
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
