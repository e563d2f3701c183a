package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static io.muster.directory.changes.ChangeKind.GONE;
import static io.muster.directory.changes.ChangeKind.KEYS;
import static io.muster.directory.changes.ChangeKind.LISTS;
import static io.muster.directory.changes.ChangeKind.TOUCHPOINTS;
import static io.muster.directory.changes.ChangeKind.TRANSACTIONS;
import static io.muster.directory.changes.ChangeKind.VALUES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.OptOut;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.Reading;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Each writer of contacts notes in the stream which contacts it changed, and in what. */
class NotedChangesJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportTuning SMALL = new ImportTuning(2, 3, 3, null);

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final TouchpointEdits touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);
    private final Duplicates duplicates =
            new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
    private final MailingLists lists = new MailingLists(jdbc, clock, database.ids());
    private final ChangeReader reader = reader("test");
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private DirectoryFixture directory;
    private int list;

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    @BeforeEach
    void createDirectory() {
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        list = directory.addList("Members");
        transactions.executeWithoutResult(status -> reader.start(directory.id()));
    }

    private ChangeReader reader(String name) {
        return new ChangeReader(name, EnumSet.allOf(ChangeKind.class), jdbc, database.transactions(), clock);
    }

    /** What was noted since the last look, by contact. */
    private Map<Long, Set<ChangeKind>> noted() {
        Reading.Next next = (Reading.Next) reader.poll(directory.id(), 1_000);
        assertThat(transactions.<Boolean>execute(status -> reader.done(next))).isTrue();
        Map<Long, Set<ChangeKind>> noted = new TreeMap<>();
        for (long number : next.contacts().numbers().toArray()) {
            noted.put(number, next.contacts().of(number));
        }

        return noted;
    }

    private void touch(long number, String key) {
        touchpoints.add(
                directory.id(),
                number,
                new TouchpointEdits.Addition(
                        TouchpointParts.of(TouchpointChannel.WEB, TouchpointKind.SHOWN), 0, "manual", key));
    }

    private Run load(String text, UnaryOperator<ImportFixture.SpecBuilder> more) {
        Mapping mapping = new Mapping(
                Map.of(),
                Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of(),
                Map.of(
                        "When", new Target.TransactionDate(),
                        "Time", new Target.TouchpointPart(Target.TouchpointPart.Part.TIME),
                        "Channel", new Target.TouchpointPart(Target.TouchpointPart.Part.CHANNEL),
                        "Kind", new Target.TouchpointPart(Target.TouchpointPart.Part.KIND)));
        Run run = imports.load(
                imports.file(text),
                ImportFixture.spec(directory.id(), told -> more.apply(told.mapping(mapping))),
                SMALL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    @Test
    void anEditThatCreates() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        edits.create(directory.id(), record("firstName", "Ada"));
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, KEYS), 2L, Set.of(VALUES)));
    }

    @Test
    void anEditThatChanges() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        noted();
        edits.update(directory.id(), 1, change("firstName", "Ada"));
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES)));
        edits.upsert(directory.id(), record("extRef", "A1", "email", "b@example.org"));
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, KEYS)));
        edits.update(directory.id(), 1, change("email", "b@example.org"));
        edits.create(directory.id(), record("extRef", "A1"));
        assertThat(noted()).isEmpty();
    }

    @Test
    void anEditThatLetsAnotherContactOwnAKey() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        noted();
        edits.update(directory.id(), 1, change("email", "b@example.org"));
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, KEYS), 2L, Set.of(KEYS)));
    }

    @Test
    void aDeletion() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        noted();
        edits.delete(directory.id(), 1);
        assertThat(noted())
                .as("the other one owns the address now")
                .isEqualTo(Map.of(1L, Set.of(GONE), 2L, Set.of(KEYS)));
        edits.delete(directory.id(), 1);
        assertThat(noted()).isEmpty();
    }

    @Test
    void joiningAndLeavingAList() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        noted();
        edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, LISTS)));
        edits.join(directory.id(), 1, list, Map.of(), OptOut.OUT);
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, LISTS)));
        edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        assertThat(noted()).isEmpty();
        edits.leave(directory.id(), 1, list);
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, LISTS)));
        edits.leave(directory.id(), 1, list);
        assertThat(noted()).isEmpty();
    }

    @Test
    void theDeletionOfAList() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.upsert(directory.id(), record("extRef", "A3"));
        edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        edits.join(directory.id(), 3, list, Map.of(), OptOut.UNSAID);
        noted();
        transactions.executeWithoutResult(
                status -> lists.delete(lists.byNumber(list).orElseThrow()));
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(LISTS), 3L, Set.of(LISTS)));
    }

    @Test
    void aTouchpoint() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        noted();
        touch(1, "k");
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(TOUCHPOINTS)));
        touch(1, "k");
        assertThat(noted()).isEmpty();
    }

    @Test
    void aMergeAndItsUndo() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.upsert(directory.id(), record("extRef", "A3"));
        edits.join(directory.id(), 2, list, Map.of(), OptOut.UNSAID);
        touch(2, "k");
        directory.addTransaction(3, "t");
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        edits.update(directory.id(), 3, change("email", "a@example.org"));
        noted();

        long merge = duplicates
                .start(directory.id(), MergeScope.ACTIVE_RULES)
                .mergeNext(10)
                .getFirst()
                .id();
        assertThat(noted())
                .isEqualTo(Map.of(
                        1L,
                        Set.of(VALUES, KEYS, LISTS, TOUCHPOINTS, TRANSACTIONS),
                        2L,
                        Set.of(GONE),
                        3L,
                        Set.of(GONE)));

        duplicates.undo(merge, AwaitedRuns.TESTER);
        assertThat(noted())
                .isEqualTo(Map.of(
                        1L, Set.of(VALUES, KEYS, LISTS, TOUCHPOINTS, TRANSACTIONS),
                        2L, Set.of(VALUES, KEYS, LISTS, TOUCHPOINTS),
                        3L, Set.of(VALUES, KEYS, TRANSACTIONS)));
        duplicates.undo(merge, AwaitedRuns.TESTER);
        assertThat(noted()).isEmpty();
    }

    @Test
    void aMergeOfContactsWithNothingBesideTheirValues() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        noted();
        duplicates.start(directory.id(), MergeScope.ACTIVE_RULES).mergeNext(10);
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(VALUES, KEYS), 2L, Set.of(GONE)));
    }

    @Test
    void aRekey() {
        edits.upsert(directory.id(), record("extRef", "A1", "phone", "+41446681800"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        noted();
        directory.addRule("phone", IdentityRule.State.PENDING);
        new Rekey(jdbc, database.transactions(), clock).run(directory.id(), progress -> {});
        assertThat(noted()).as("those that have a key under the new rule").isEqualTo(Map.of(1L, Set.of(KEYS)));
    }

    @Test
    void anImportThatCreates() {
        load("""
            ExternalDataReference,FirstName,When,Time,Channel,Kind
            A1,Ada,,,,
            A2,Bo,2024-01-01,,,
            A3,Cy,,2024-01-01,email,sent
            A4,Di,2024-01-01,2024-01-01,email,sent
            """, told -> told);
        assertThat(noted())
                .isEqualTo(Map.of(
                        1L, Set.of(VALUES, KEYS),
                        2L, Set.of(VALUES, KEYS, TRANSACTIONS),
                        3L, Set.of(VALUES, KEYS, TOUCHPOINTS),
                        4L, Set.of(VALUES, KEYS, TRANSACTIONS, TOUCHPOINTS)));
        assertThat(directory.count("contact_change")).as("one row a block").isEqualTo(2);
    }

    @Test
    void anImportThatChanges() {
        load(
                "ExternalDataReference,Email\nA1,a@example.org\nA2,b@example.org\nA3,c@example.org\nA4,d@example.org\n",
                t -> t);
        noted();
        load("""
            ExternalDataReference,Email,FirstName,When,Time,Channel,Kind
            A1,a@example.org,,,,,
            A2,b@example.org,Bo,,,,
            A3,new@example.org,,,,,
            A4,d@example.org,,2024-01-01,2024-01-01,email,sent
            """, told -> told);
        assertThat(noted())
                .isEqualTo(Map.of(
                        2L, Set.of(VALUES),
                        3L, Set.of(VALUES, KEYS),
                        4L, Set.of(VALUES, TRANSACTIONS, TOUCHPOINTS)));
        load("ExternalDataReference,Email\nA1,a@example.org\nA2,b@example.org\n", told -> told);
        assertThat(noted()).as("nothing changed").isEmpty();
    }

    @Test
    void anImportIntoAList() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.join(directory.id(), 2, list, Map.of(), OptOut.UNSAID);
        noted();
        load("ExternalDataReference\nA1\nA2\nA3\n", told -> told.list(new ListTarget.Existing("Members")));
        assertThat(noted())
                .as("the second was on the list")
                .isEqualTo(Map.of(1L, Set.of(VALUES, LISTS), 3L, Set.of(VALUES, KEYS, LISTS)));
    }

    @Test
    void anImportOfTouchpointsAlone() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        noted();
        load(
                "ExternalDataReference,Time,Channel,Kind\nA1,2024-01-02,email,sent\n",
                told -> told.mode(ImportMode.EVENTS_ONLY));
        assertThat(noted()).isEqualTo(Map.of(1L, Set.of(TOUCHPOINTS)));
    }

    @Test
    void anImportThatPassesAKeyOn() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        noted();
        load("ExternalDataReference,Email\nA1,b@example.org\n", told -> told);
        assertThat(noted())
                .as("the second one owns the address now")
                .isEqualTo(Map.of(1L, Set.of(VALUES, KEYS), 2L, Set.of(KEYS)));
    }

    @Test
    void anImportWhoseListIsDeletedStops() throws Exception {
        edits.upsert(directory.id(), record("extRef", "A1"));
        try (ExecutorService thread = Executors.newSingleThreadExecutor();
                Connection locking = database.dataSource().getConnection()) {
            locking.setAutoCommit(false);
            JdbcClient client = JdbcClient.create(new SingleConnectionDataSource(locking, true));
            // The import waits for the contact when it has judged the file and is about to load it.
            client.sql("SELECT number FROM contact WHERE directory_id = ? FOR UPDATE")
                    .param(directory.id())
                    .query(Long.class)
                    .list();
            Future<Run> run = thread.submit(() -> imports.load(
                    imports.file("ExternalDataReference\nA1\n"),
                    ImportFixture.spec(directory.id(), told -> told.list(new ListTarget.Existing("Members"))),
                    SMALL));
            await().until(() -> loading() > 0);
            new MailingLists(client, clock, database.ids())
                    .delete(lists.byNumber(list).orElseThrow());
            locking.commit();

            assertThat(run.get().status()).isEqualTo(RunStatus.FAILED);
            assertThat(run.get().reason())
                    .contains(
                            "the list that it imports into has been deleted. Abandon the run, and import the file into"
                                    + " another list.");
        }

        assertThat(directory.count("list_member")).isZero();
    }

    /** Loads that are at the contacts of their block; they wait while somebody has locked one. */
    private long loading() {
        return jdbc.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()"
                        + " AND id <> CONNECTION_ID() AND info LIKE '%FROM contact%FOR UPDATE%'")
                .query(Long.class)
                .single();
    }

    /** Readers poll as fast as they can beside an import in many small blocks; they and it go on side by side. */
    @Test
    void threePollingReadersSeeEveryContactOfAnImport() throws Exception {
        int people = 600;
        StringBuilder text = new StringBuilder("ExternalDataReference,FirstName\n");
        for (int i = 0; i < people; i++) {
            text.append("R").append(i).append(",Ada\n");
        }

        List<ChangeReader> readers = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            // By the time of day, as readers of a server: they settle and clean up while the import runs.
            ChangeReader one = new ChangeReader(name, Set.of(VALUES), jdbc, database.transactions(), Clock.systemUTC());
            transactions.executeWithoutResult(status -> one.start(directory.id()));
            readers.add(one);
        }

        List<Set<Long>> met = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Future<Run> run = threads.submit(() -> imports.load(
                    imports.file(text.toString()),
                    ImportFixture.spec(directory.id()),
                    new ImportTuning(2, 10, 100, null)));
            List<Future<Set<Long>>> all = readers.stream()
                    .map(one -> threads.submit(() -> pollUntil(run, one)))
                    .toList();
            assertThat(run.get().status()).as(run.get().reason()).isEqualTo(RunStatus.COMPLETED);
            for (Future<Set<Long>> one : all) {
                met.add(one.get());
            }
        }

        assertThat(directory.numbers()).hasSize(people);
        assertThat(met).allSatisfy(numbers -> assertThat(numbers).containsExactlyElementsOf(directory.numbers()));
    }

    private Set<Long> pollUntil(Future<?> end, ChangeReader one) {
        Set<Long> met = new TreeSet<>();
        boolean last;
        do {
            last = end.isDone();
            Reading.Next next = (Reading.Next) one.poll(directory.id(), 1_000);
            if (next.moves()) {
                for (long number : next.contacts().numbers().toArray()) {
                    met.add(number);
                }

                assertThat(transactions.<Boolean>execute(status -> one.done(next)))
                        .isTrue();
            }
        } while (!last);
        return met;
    }
}
