package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRecord;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.resolve.DirectoryViews;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.undo.Kept;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldPolicy;
import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.OptOut;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.frequency.Eligibility;
import io.muster.frequency.Population;
import io.muster.frequency.rules.Period;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.undo.UndoLedger;
import io.muster.jobs.undo.UndoPreview;
import io.muster.jobs.undo.UndoReport;
import io.muster.load.JournalBlock;
import io.muster.load.JournalEntry;
import io.muster.load.JournalReader;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Random histories of imports, edits, merges, deletions and undos. After the undo of an import that nobody followed, every
 * table is as before it. Otherwise each value, key, list, event and opt-out that the import changed is either as before or
 * listed as kept, and whatever it did not change is as it was before the undo. {@code -Dmuster.rounds=N} tries more
 * histories; the round is the seed.
 */
@NullUnmarked // what a state holds of a contact is there
class UndoOracleJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<List<String>> RULES = List.of(
            List.of("extRef"),
            List.of("extRef", "email,lastName"),
            List.of("email,lastName", "extRef", "email"),
            List.of("email"),
            List.of("extRef:folded", "email", "embedded.plan"),
            List.of("firstName:exact,lastName", "extRef", "email"),
            List.of());

    /** Times and versions move; all else is compared. */
    private static final Set<String> NOT_COMPARED =
            Set.of("version", "modified_at", "claim_shadow.created_at", "contact_alias.created_at");

    private static final Map<String, List<String>> ALPHABET = alphabet();

    @TempDir
    private static Path folder;

    private static ImportFixture imports;
    private final JdbcClient jdbc = database.jdbc();

    private static Map<String, List<String>> alphabet() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("FirstName", List.of("Ada", "ada", "Bo"));
        values.put("LastName", List.of("Ray", "RAY", "Sol", "unknown"));
        values.put("Email", List.of("a@x.org", "A@X.ORG", "b@x.org", "c@x.org"));
        values.put("ExternalDataReference", List.of("R1", "r1", "R2", "R3", "R4"));
        values.put("Language", List.of("EN", "DE"));
        values.put("Unsubscribed", List.of("true", "no", "1"));
        values.put("plan", List.of("gold", "Gold", "silver"));
        values.put("City", List.of("Rome", "Oslo"));
        values.put("OrderDate", List.of("2024-01-01", "2024-01-02"));
        values.put("OrderAmount", List.of("10", "20"));
        values.put("OrderId", List.of("o1", "o2", "o3", "o4", "o5", "o6"));
        values.put("TouchTime", List.of("2024-02-01", "2024-02-02"));
        values.put("TouchKind", List.of("sent", "shown"));
        values.put("TouchKey", List.of("k1", "k2", "k3", "k4"));
        values.put("Seen", List.of("2024-03-01", "2024-03-02", "2024-03-03"));
        values.put("Do", List.of("upsert", "leave-list", "opt-out", "delete"));
        return values;
    }

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    static LongStream rounds() {
        long from = Long.getLong("muster.first", 1);
        return LongStream.range(from, from + Long.getLong("muster.rounds", 12));
    }

    /** What a directory holds, thing by thing. */
    private record State(
            Map<Long, Map<String, String>> values,
            Map<Long, String> lineages,
            Map<Long, Map<Integer, String>> lists,
            Map<String, Long> events,
            Map<IdentityKey, Long> owners,
            Map<IdentityKey, Set<Long>> holders,
            SortedMap<String, List<String>> tables) {}

    private final class History {

        private final Random random;
        private final DirectoryFixture directory;
        private final int members;
        private final int others;
        private final Map<String, FieldPolicy> policies = new HashMap<>();
        private final ContactEdits edits;
        private final TouchpointEdits touchpoints;
        private final Duplicates duplicates;
        private final Eligibility eligibility;
        private final List<Run> runs = new ArrayList<>();
        private final StringBuilder story = new StringBuilder();

        History(long seed) {
            random = new Random(seed * 7_919);
            List<String> rules = RULES.get((int) (seed % RULES.size()));
            directory = DirectoryFixture.create(jdbc, rules.toArray(String[]::new));
            members = directory.addList("Members");
            others = directory.addList("Others");
            if (random.nextBoolean()) {
                for (String target : List.of("email", "lastName", "extRef", "embedded.plan", "embedded.City")) {
                    policies.put(target, any(List.of(FieldPolicy.values())));
                }
            }

            directory.settings(JsonMapper.shared()
                    .writeValueAsString(Map.of(
                            "placeholders",
                            random.nextInt(4) == 0 ? List.of("unknown") : List.of(),
                            "protectReference",
                            random.nextInt(4) == 0,
                            "sources",
                            random.nextInt(3) == 0 ? List.of("crm") : List.of())));
            Clock clock = Clock.systemUTC();
            edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
            touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);
            duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
            eligibility = new Eligibility(database.dataSource(), jdbc, database.transactions(), clock, database.ids());
            story.append("rules ").append(rules).append(", policies ").append(policies);
        }

        private <T> T any(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }

        /** Imports a random file. The state is taken when all is surveyed and nothing is written; before that others edit. */
        private Run importFile(boolean disturbed, AtomicReference<State> before) {
            List<String> columns = columns();
            String text = text(columns);
            ListTarget target = any(List.of(
                    new ListTarget.None(),
                    new ListTarget.Existing("Members"),
                    new ListTarget.Existing("Members"),
                    new ListTarget.NewPerRun("L {run}")));
            boolean falseLifts = random.nextBoolean();
            String source = any(List.of("crm", "shop", "erp"));
            ImportMode mode = random.nextInt(4) > 0
                    ? ImportMode.UPSERT
                    : any(List.of(ImportMode.CREATE_ONLY, ImportMode.UPDATE_ONLY));
            ImportSpec spec = ImportFixture.spec(
                    directory.id(),
                    told -> told.list(target)
                            .mode(mode)
                            .mapping(mapping(columns))
                            .policies(policies)
                            .source(source)
                            .optOut(falseLifts ? ImportSpec.OptOut.FALSE_LIFTS : ImportSpec.OptOut.NEVER_LIFT));
            story.append("\n\nimport ")
                    .append(mode)
                    .append(" into ")
                    .append(target)
                    .append(" from ")
                    .append(source)
                    .append('\n')
                    .append(text);
            ImportTuning pace = new ImportTuning(
                    random.nextBoolean() ? 1 : 3,
                    1 + random.nextInt(5),
                    1 + random.nextInt(7),
                    KeyMemory.DEFAULT_BYTES,
                    random.nextBoolean() ? 1 : DirectoryViews.LEAST_ROWS,
                    null);
            Progress progress = new Progress() {
                @Override
                public void step(String name) {
                    if (name.equals("load") && before.get() == null) {
                        if (disturbed) {
                            edit(1 + random.nextInt(3));
                        }

                        before.set(state());
                    }
                }

                @Override
                public void at(long rows, double share) {}
            };
            Run run = imports.runs(pace).importFile(imports.file(text), spec, progress);
            assertThat(run.status()).as("%s%n%s", story, run.reason()).isEqualTo(RunStatus.COMPLETED);
            story.append("\nrun ").append(run.id());
            runs.add(run);
            return run;
        }

        private List<String> columns() {
            List<String> columns = new ArrayList<>(List.of("FirstName", "LastName", "Email", "ExternalDataReference"));
            for (String column : List.of("Language", "Unsubscribed", "plan", "City")) {
                if (random.nextInt(3) > 0) {
                    columns.add(column);
                }
            }

            if (random.nextInt(3) == 0) {
                columns.addAll(List.of("OrderDate", "OrderAmount", "OrderId"));
            }

            if (random.nextInt(3) == 0) {
                columns.addAll(List.of("TouchTime", "TouchKind", "TouchKey"));
            }

            if (random.nextInt(3) == 0) {
                columns.add("Do");
            }

            if (random.nextInt(3) == 0) {
                columns.add("Seen");
            }

            return columns;
        }

        private String text(List<String> columns) {
            StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
            for (int row = 1 + random.nextInt(12); row > 0; row--) {
                List<String> cells = new ArrayList<>();
                for (String column : columns) {
                    boolean filled = (column.startsWith("Touch") || column.startsWith("Order"))
                            ? (!column.equals("OrderId") && !column.equals("TouchKey")) || random.nextBoolean()
                            : random.nextInt(3) > 0;
                    cells.add(filled ? any(ALPHABET.get(column)) : "");
                }

                text.append(String.join(",", cells)).append('\n');
            }

            return text.toString();
        }

        private Mapping mapping(List<String> columns) {
            Map<String, Target> targets = new HashMap<>();
            if (columns.contains("OrderId")) {
                targets.put("OrderId", new Target.TransactionId());
                targets.put("OrderDate", new Target.TransactionDate());
                targets.put("OrderAmount", new Target.TransactionField("amount"));
            }

            List<Mapping.Constant> constants = new ArrayList<>();
            if (columns.contains("TouchTime")) {
                targets.put("TouchTime", new Target.TouchpointPart(Target.TouchpointPart.Part.TIME));
                targets.put("TouchKind", new Target.TouchpointPart(Target.TouchpointPart.Part.KIND));
                targets.put("TouchKey", new Target.TouchpointPart(Target.TouchpointPart.Part.KEY));
                constants.add(
                        new Mapping.Constant(new Target.TouchpointPart(Target.TouchpointPart.Part.CHANNEL), "email"));
            }

            if (columns.contains("Do")) {
                targets.put("Do", new Target.Action());
            }

            if (columns.contains("Seen")) {
                targets.put("Seen", new Target.AsOf());
            }

            return new Mapping(targets, Mapping.Unmapped.EMBED, constants, Map.of(), null, List.of());
        }

        private void edit(int times) {
            for (int i = 0; i < times; i++) {
                List<Long> numbers = directory.numbers();
                long number = numbers.isEmpty() ? 1 : any(numbers);
                story.append("\nedit of ").append(number).append(": ").append(edit(number));
            }
        }

        private Object edit(long number) {
            String email = any(ALPHABET.get("Email"));
            String reference = any(ALPHABET.get("ExternalDataReference"));
            return switch (random.nextInt(11)) {
                case 0 -> edits.delete(directory.id(), number);
                case 1 -> edits.update(directory.id(), number, change("email", email, "lastName", "Ray"));
                case 2 -> edits.update(directory.id(), number, change("extRef", reference));
                case 3 -> edits.update(directory.id(), number, change("embedded.plan", any(ALPHABET.get("plan"))));
                case 4 ->
                    edits.update(
                            directory.id(),
                            number,
                            io.muster.dedup.ContactChange.of(any(List.of(OptOut.OUT, OptOut.LIFTED))));
                case 5 ->
                    edits.join(
                            directory.id(), number, any(List.of(members, others)), Map.of("seat", "1"), OptOut.UNSAID);
                case 6 -> edits.leave(directory.id(), number, members);
                case 7 -> edits.optOut(directory.id(), number, members, any(List.of(OptOut.OUT, OptOut.LIFTED)));
                case 8 -> reserve(number);
                case 9 ->
                    touchpoints.add(
                            directory.id(),
                            number,
                            new TouchpointEdits.Addition(
                                    TouchpointParts.of(TouchpointChannel.EMAIL, TouchpointKind.SENT),
                                    random.nextInt(1_000),
                                    "manual",
                                    null));
                default ->
                    edits.upsert(
                            directory.id(),
                            DirectoryFixture.record("email", email, "extRef", reference, "firstName", "Cy"));
            };
        }

        private Eligibility.Counts reserve(long number) {
            try {
                return eligibility.ask(
                        new Eligibility.Question(
                                directory.id(),
                                new Population.One(number),
                                TouchpointChannel.EMAIL,
                                "SV_x",
                                System.currentTimeMillis(),
                                Optional.of(Period.of("24h"))),
                        null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Something that happens in a directory. */
        private void happen() {
            switch (random.nextInt(6)) {
                case 0 -> merge();
                case 1 -> undoAMerge();
                case 2, 3 -> {
                    Run ignored = importFile(random.nextInt(3) == 0, new AtomicReference<>());
                }
                case 4 -> undoAnEarlierRun();
                default -> edit(1 + random.nextInt(4));
            }
        }

        private void merge() {
            MergeRun merging = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
            for (List<MergeRun.Step> steps = merging.mergeNext(3); !steps.isEmpty(); steps = merging.mergeNext(3)) {
                story.append("\nmerged: ").append(steps);
            }
        }

        private void undoAMerge() {
            List<MergeRecord> merges = duplicates.list(directory.id(), Long.MAX_VALUE, 10);
            if (!merges.isEmpty()) {
                try {
                    MergeRecord merge = any(merges);
                    story.append("\nundo of merge ").append(merge.id());
                    MergeRecord ignored = duplicates.undo(merge.id(), AwaitedRuns.TESTER);
                } catch (Refusal refusal) {
                    story.append(" is refused");
                }
            }
        }

        private void undoAnEarlierRun() {
            if (!runs.isEmpty()) {
                Run run = runs.remove(random.nextInt(runs.size()));
                story.append("\nundo of ").append(run.id());
                try {
                    undo(run);
                } catch (Refusal refusal) {
                    story.append(" is refused");
                }
            }
        }

        private Run undo(Run run) {
            Run undo = imports.runs(ImportFixture.USUAL).run(new RunRequest.Undo(run.number()), Progress.NONE);
            assertThat(undo.status()).as("%s%n%s", story, undo.reason()).isEqualTo(RunStatus.COMPLETED);
            return undo;
        }

        void play() {
            for (int i = random.nextInt(6); i > 0; i--) {
                happen();
            }

            AtomicReference<State> atLoad = new AtomicReference<>();
            Run run = importFile(random.nextInt(3) == 0, atLoad);
            State before = atLoad.get();
            State after = state();
            int later = random.nextBoolean() ? 0 : 1 + random.nextInt(4);
            for (int i = 0; i < later; i++) {
                happen();
            }

            if (!runs.remove(run)) {
                return;
            }

            RunService service = imports.runs(ImportFixture.USUAL).service();
            if (before == null) {
                assertThatExceptionOfType(Refusal.class)
                        .isThrownBy(() -> service.previewUndo(run))
                        .withMessage(
                                "Cannot undo run " + run.id() + ": it has changed nothing. There is nothing to do.");
                return;
            }

            State now = state();
            UndoPreview.Findings preview = service.previewUndo(run);
            assertThat(state().tables())
                    .as("a preview changes nothing%n%s", story)
                    .isEqualTo(now.tables());
            Run undo = undo(run);
            story.append("\nundone by ").append(undo.id());
            State undone = state();
            UndoReport report = JsonMapper.shared().readValue(undo.report(), UndoReport.class);
            List<Kept> kept = imports.bean(UndoLedger.class).kept(undo.number());
            assertThat(report).as("as foreseen%n%s", story).isEqualTo(preview.report());
            assertThat(kept).as("as foreseen%n%s", story).containsExactlyInAnyOrderElementsOf(preview.kept());
            story.append("\nkept ").append(kept);
            // A list that the import makes is there before anything is written.
            before.tables()
                    .computeIfPresent(
                            "mailing_list",
                            (table, rows) -> rows.stream()
                                    .filter(row -> !isMadeBy(run, row))
                                    .toList());
            if (later == 0) {
                assertThat(undone.tables()).as("as before%n%s", story).isEqualTo(before.tables());
                assertThat(kept).as(story.toString()).isEmpty();
            }

            compare(run, before, after, now, undone, kept);
            Set<Long> gone = new TreeSet<>(now.values().keySet());
            gone.removeAll(undone.values().keySet());
            assertThat(report.deleted()).as(story.toString()).isEqualTo(gone.size());
            assertThat(new IdentityInvariant(jdbc).violations(directory.id()))
                    .as("invariant after%n%s", story)
                    .isEmpty();
        }

        private void compare(Run run, State before, State after, State now, State undone, List<Kept> kept) {
            Map<Long, Map<String, Kept.Part>> listed = new HashMap<>();
            kept.forEach(thing -> listed.computeIfAbsent(thing.number(), absent -> new TreeMap<>())
                    .put(thing.field(), thing.part()));
            JournalReader journal = new JournalReader(jdbc);
            Set<Long> touched = new TreeSet<>();
            Map<String, Long> brought = new TreeMap<>();
            Map<IdentityKey, Long> ownersBefore = new TreeMap<>();
            int list = 0;
            for (JournalReader.Place place : journal.blocks(run.number())) {
                JournalBlock block = journal.read(run.number(), place);
                list = Math.max(list, block.list().orElseThrow());
                block.entries().stream().filter(JournalEntry::changesAnything).forEach(entry -> {
                    touched.add(entry.number());
                    entry.transactions()
                            .forEach(key -> brought.put(event("contact_transaction", key.bytes()), entry.number()));
                    entry.touchpoints().forEach(key -> brought.put(event("touchpoint", key.bytes()), entry.number()));
                });
                block.handovers().forEach(handover -> ownersBefore.putIfAbsent(handover.key(), handover.ownerBefore()));
            }

            for (long number : touched) {
                Map<String, Kept.Part> of = listed.getOrDefault(number, Map.of());
                if (of.containsKey("contact")) {
                    assertThat(undone.values().get(number))
                            .as("contact %d is kept as it was%n%s", number, story)
                            .isEqualTo(now.values().get(number));
                    continue;
                }

                assertThat(undone.values().containsKey(number))
                        .as("contact %d is there as before%n%s", number, story)
                        .isEqualTo(before.values().containsKey(number));
                if (undone.values().containsKey(number)) {
                    lineage(run, number, undone, of);
                    values(number, before, after, now, undone, of);
                    lists(number, list, before, after, now, undone, of);
                }
            }

            brought.forEach((event, number) -> {
                Map<String, Kept.Part> of = listed.getOrDefault(number, Map.of());
                if (!of.containsKey("contact") && !of.containsValue(Kept.Part.EVENT)) {
                    assertThat(undone.events()).as("event %s%n%s", event, story).doesNotContainKey(event);
                }
            });
            ownersBefore.forEach((key, owner) -> {
                Map<String, Kept.Part> of = listed.getOrDefault(owner, Map.of());
                boolean holds = undone.holders().getOrDefault(key, Set.of()).contains(owner);
                boolean owns = Objects.equals(undone.owners().get(key), owner);
                if (holds && !of.containsKey("contact")) {
                    assertThat(owns || of.containsValue(Kept.Part.KEY))
                            .as("%s belongs to %d again or is listed%n%s", key, owner, story)
                            .isTrue();
                }
            });
            untouched(touched, now, undone);
            madeLists(run, now, undone, listed.getOrDefault(0L, Map.of()));
        }

        /** Nothing comes from the import any more, also as of its moments, but values that stay. */
        private void lineage(Run run, long number, State undone, Map<String, Kept.Part> listed) {
            if (!listed.containsValue(Kept.Part.VALUE)) {
                assertThat(undone.lineages().get(number))
                        .as("lineage of contact %d%n%s", number, story)
                        .doesNotContain("run=" + run.number() + ",");
            }
        }

        private void values(
                long number, State before, State after, State now, State undone, Map<String, Kept.Part> listed) {
            Set<String> names = new TreeSet<>();
            for (State state : List.of(before, after, now, undone)) {
                names.addAll(state.values().getOrDefault(number, Map.of()).keySet());
            }

            for (String name : names) {
                String was = before.values().get(number).get(name);
                boolean changed = !Objects.equals(
                        was, after.values().getOrDefault(number, Map.of()).get(name));
                String is = undone.values().get(number).get(name);
                if (changed) {
                    assertThat(!Objects.equals(is, was))
                            .as(
                                    "%s of contact %d was %s, is %s: as before or listed, one of both%n%s",
                                    name, number, was, is, story)
                            .isEqualTo(listed.get(name) == Kept.Part.VALUE);
                } else {
                    assertThat(listed).as("%s of %d%n%s", name, number, story).doesNotContainKey(name);
                }

                if (!changed || listed.containsKey(name)) {
                    assertThat(is)
                            .as("%s of contact %d is left alone%n%s", name, number, story)
                            .isEqualTo(now.values().get(number).get(name));
                }
            }
        }

        private void lists(
                long number,
                int list,
                State before,
                State after,
                State now,
                State undone,
                Map<String, Kept.Part> listed) {
            for (int one : all(before, after, now, undone)) {
                String was = before.lists().getOrDefault(number, Map.of()).get(one);
                // A contact that the import deleted has left every list.
                boolean changed = (one == list || !after.values().containsKey(number))
                        && !Objects.equals(
                                was,
                                after.lists().getOrDefault(number, Map.of()).get(one));
                String is = undone.lists().getOrDefault(number, Map.of()).get(one);
                String name = "list " + database.ids().list(one);
                if (changed) {
                    assertThat(!Objects.equals(is, was))
                            .as("%s of contact %d was %s, is %s%n%s", name, number, was, is, story)
                            .isEqualTo(listed.containsKey(name));
                } else {
                    assertThat(listed).as("%s of %d%n%s", name, number, story).doesNotContainKey(name);
                    assertThat(is)
                            .as("%s of contact %d is left alone%n%s", name, number, story)
                            .isEqualTo(
                                    now.lists().getOrDefault(number, Map.of()).get(one));
                }
            }
        }

        private static Set<Integer> all(State... states) {
            Set<Integer> lists = new TreeSet<>();
            for (State state : states) {
                state.lists().values().forEach(of -> lists.addAll(of.keySet()));
            }

            return lists;
        }

        /** Contacts that the import did not touch are not touched by its undo. */
        private void untouched(Set<Long> touched, State now, State undone) {
            Map<Long, Map<String, String>> expected = new TreeMap<>(now.values());
            expected.keySet().removeAll(touched);
            Map<Long, Map<String, String>> actual = new TreeMap<>(undone.values());
            actual.keySet().removeAll(touched);
            assertThat(actual).as("contacts that it had not touched%n%s", story).isEqualTo(expected);
            Map<Long, String> lineages = new TreeMap<>(now.lineages());
            lineages.keySet().removeAll(touched);
            Map<Long, String> same = new TreeMap<>(undone.lineages());
            same.keySet().removeAll(touched);
            assertThat(same).as("lineages that it had not touched%n%s", story).isEqualTo(lineages);
            Map<Long, Map<Integer, String>> lists = new TreeMap<>(now.lists());
            lists.keySet().removeAll(touched);
            Map<Long, Map<Integer, String>> still = new TreeMap<>(undone.lists());
            still.keySet().removeAll(touched);
            assertThat(still).as("lists that it had not touched%n%s", story).isEqualTo(lists);
        }

        private void madeLists(Run run, State now, State undone, Map<String, Kept.Part> listed) {
            Set<String> rows = new HashSet<>(undone.tables().get("mailing_list"));
            rows.removeIf(row -> !isMadeBy(run, row));
            assertThat(rows.isEmpty()).as("the list that it made%n%s", story).isEqualTo(listed.isEmpty());
            assertThat(undone.tables().get("mailing_list"))
                    .containsAll(now.tables().get("mailing_list").stream()
                            .filter(row -> !isMadeBy(run, row))
                            .toList());
        }

        private static boolean isMadeBy(Run run, String row) {
            return row.contains("run_id=" + run.number() + ",");
        }

        State state() {
            Map<Long, Map<String, String>> values = new TreeMap<>();
            Map<Long, String> lineages = new TreeMap<>();
            jdbc.sql("SELECT * FROM contact WHERE directory_id = ?")
                    .param(directory.id())
                    .query(row -> {
                        Map<String, String> of = new TreeMap<>();
                        Map.of(
                                        "firstName", "first_name",
                                        "lastName", "last_name",
                                        "email", "email",
                                        "phone", "phone",
                                        "extRef", "ext_ref",
                                        "language", "language",
                                        "unsubscribed", "unsubscribed")
                                .forEach((name, column) -> value(row, column, name, of));
                        EmbeddedJson.read(row.getString("embedded"))
                                .forEach((name, value) -> of.put("embedded." + name, value));
                        values.put(row.getLong("number"), of);
                        lineages.put(
                                row.getLong("number"),
                                Lineage.of(row.getBytes("lineage")).toString());
                    });
            Map<Long, Map<Integer, String>> lists = new TreeMap<>();
            jdbc.sql(
                            "SELECT number, list_id, unsubscribed, embedded, joined_at FROM list_member WHERE directory_id = ?")
                    .param(directory.id())
                    .query(row -> {
                        lists.computeIfAbsent(row.getLong(1), absent -> new TreeMap<>())
                                .put(row.getInt(2), row.getString(3) + " " + row.getString(4) + " " + row.getLong(5));
                    });
            Map<String, Long> events = new TreeMap<>();
            Map.of("contact_transaction", "transaction_key", "touchpoint", "touchpoint_key")
                    .forEach((table, key) -> jdbc.sql(
                                    "SELECT " + key + ", number FROM " + table + " WHERE directory_id = ?")
                            .param(directory.id())
                            .query(row -> {
                                events.put(event(table, row.getBytes(1)), row.getLong(2));
                            }));
            Map<IdentityKey, Long> owners = new TreeMap<>();
            Map<IdentityKey, Set<Long>> holders = new TreeMap<>();
            for (String table : List.of("claim", "claim_shadow")) {
                jdbc.sql("SELECT rule_id, key_hash, number FROM " + table + " WHERE directory_id = ?")
                        .param(directory.id())
                        .query(row -> {
                            IdentityKey key = IdentityKey.of(row.getInt(1), row.getBytes(2));
                            if (table.equals("claim")) {
                                owners.put(key, row.getLong(3));
                            }

                            holders.computeIfAbsent(key, absent -> new TreeSet<>())
                                    .add(row.getLong(3));
                        });
            }

            SortedMap<String, List<String>> tables = DirectoryState.of(jdbc, directory.id(), NOT_COMPARED);
            for (String table : List.of("mailing_list", "keep_apart", "frequency_reservation")) {
                tables.put(
                        table,
                        jdbc
                                .sql("SELECT * FROM " + table + " WHERE directory_id = ?")
                                .param(directory.id())
                                .query()
                                .listOfRows()
                                .stream()
                                .map(row -> row.toString())
                                .sorted()
                                .toList());
            }

            return new State(values, lineages, lists, events, owners, holders, tables);
        }

        private static void value(java.sql.ResultSet row, String column, String name, Map<String, String> values) {
            try {
                String value = row.getString(column);
                if (value != null) {
                    values.put(name, value);
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String event(String table, byte[] key) {
            return table + " " + HexFormat.of().formatHex(key);
        }
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void whatAnUndoLeavesIsAsBeforeOrListedAsKept(long seed) {
        new History(seed).play();
    }
}
