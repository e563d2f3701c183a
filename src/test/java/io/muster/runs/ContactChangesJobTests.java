package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.OptOut;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.DirectoryGate;
import io.muster.directory.changes.Reading;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Whoever changes something conditions can read says so in the log, and nobody else does. */
class ContactChangesJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportTuning SMALL = new ImportTuning(2, 3, 3, null);
    private static final int PEOPLE = 120;

    /** Everything conditions can read of contacts, by contact. */
    private static final List<String> READABLE = List.of(
            "SELECT number, CONCAT_WS('|', 'c', first_name, email, ext_ref, unsubscribed, embedded, modified_at)"
                    + " FROM contact WHERE directory_id = %d",
            "SELECT number, CONCAT_WS('|', 'l', list_id, unsubscribed) FROM list_member WHERE directory_id = %d",
            "SELECT number, CONCAT_WS('|', 't', HEX(transaction_key)) FROM contact_transaction"
                    + " WHERE directory_id = %d",
            "SELECT number, CONCAT_WS('|', 'p', HEX(touchpoint_key)) FROM touchpoint WHERE directory_id = %d");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final TouchpointEdits touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);
    private final Duplicates duplicates =
            new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
    private final ChangeReader reader = new ChangeReader(
            "test", EnumSet.complementOf(EnumSet.of(ChangeKind.KEYS)), jdbc, database.transactions(), clock);
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
    }

    private void begin() {
        transactions.executeWithoutResult(status -> reader.start(directory.id()));
    }

    /** What can be read at one moment, and what the log holds at it. */
    private record Moment(Map<Long, TreeSet<String>> readable, Reading log) {
        List<Long> numbers() {
            return java.util.Arrays.stream(next().contacts().numbers().toArray())
                    .boxed()
                    .toList();
        }

        Reading.Next next() {
            return (Reading.Next) log;
        }
    }

    /** Opens a snapshot while nobody is half done, as a rebuild does. */
    private Moment moment() {
        try (Connection snapshot = database.dataSource().getConnection();
                Statement statement = snapshot.createStatement()) {
            snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            while (true) {
                try {
                    transactions.executeWithoutResult(status -> {
                        new DirectoryGate(jdbc).lockExclusive(directory.id());
                        try {
                            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    break;
                } catch (org.springframework.dao.PessimisticLockingFailureException ignored) {
                    statement.execute("ROLLBACK");
                }
            }

            Map<Long, TreeSet<String>> readable = new TreeMap<>();
            for (String sql : READABLE) {
                try (ResultSet result = statement.executeQuery(sql.formatted(directory.id()))) {
                    while (result.next()) {
                        readable.computeIfAbsent(result.getLong(1), absent -> new TreeSet<>())
                                .add(result.getString(2));
                    }
                }
            }

            Moment moment = new Moment(readable, reader.readAll(snapshot, directory.id()));
            statement.execute("ROLLBACK");
            snapshot.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return moment;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long rows() {
        return directory.count("contact_change");
    }

    private void touch(long number, String key) {
        touchpoints.add(
                directory.id(),
                number,
                new TouchpointEdits.Addition(
                        TouchpointParts.of(TouchpointChannel.WEB, TouchpointKind.SHOWN), 0, "manual", key));
    }

    private Run load(String text) {
        return load(text, SMALL);
    }

    private Run load(String text, ImportTuning pace) {
        return imports.load(
                imports.file(text),
                ImportFixture.spec(
                        directory.id(),
                        told -> told.mapping(new Mapping(
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
                                        "Kind", new Target.TouchpointPart(Target.TouchpointPart.Part.KIND))))),
                pace);
    }

    @Test
    void aLogThatNobodyWantsStaysEmpty() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        load("ExternalDataReference,FirstName\nA1,Ada\nA2,Bo\n");
        touch(1, "k");

        assertThat(rows()).isZero();
        assertThat(moment().log()).isEqualTo(new Reading.StartOver(ChangeReader.State.ENDED));
    }

    @Test
    void everyWriterTellsWhatItChanged() {
        begin();
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        assertThat(rows()).isEqualTo(2);
        edits.upsert(directory.id(), record("extRef", "A2"));
        assertThat(rows()).as("what changes nothing tells nothing").isEqualTo(2);
        edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        edits.leave(directory.id(), 1, list);
        assertThat(rows()).isEqualTo(4);
        touch(2, "k");
        touch(2, "k");
        assertThat(rows()).isEqualTo(5);
        forget(moment());
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        forget(moment());
        MergeRun merge = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
        long merged = merge.mergeNext(10).getFirst().id();
        assertThat(moment().numbers()).containsExactly(1L, 2L);
        forget(moment());
        duplicates.undo(merged, AwaitedRuns.TESTER);
        assertThat(moment().numbers()).containsExactly(1L, 2L);
        forget(moment());
        edits.delete(directory.id(), 2);
        assertThat(moment().numbers()).containsExactly(2L);
        forget(moment());

        Run run = load("""
            ExternalDataReference,Email,When,Time,Channel,Kind
            A1,a@example.org,,,,
            B1,,,,,
            B2,,,2024-01-01,email,sent
            """);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(moment().numbers()).as("created, not unchanged").containsExactly(3L, 4L);
        forget(moment());
        load("ExternalDataReference,When\nA1,2024-01-01\nB1,\n");
        load("ExternalDataReference,Time,Channel,Kind\nB2,2024-01-02,email,sent\n");
        assertThat(moment().numbers()).containsExactly(1L, 4L);
        assertThat(rows()).as("one row a block").isEqualTo(2);
    }

    private void forget(Moment moment) {
        assertThat(transactions.<Boolean>execute(status -> reader.done(moment.next())))
                .isTrue();
        reader.keepUp(directory.id());
    }

    @Test
    void forgettingLeavesWhatCameLater() {
        begin();
        edits.upsert(directory.id(), record("extRef", "A1"));
        Moment moment = moment();
        edits.upsert(directory.id(), record("extRef", "A2"));

        forget(moment);

        assertThat(moment().numbers()).containsExactly(2L);
    }

    @Test
    void anEndedLogIsEmptyAndABegunOneHasAnotherEpoch() {
        begin();
        begin();
        assertThat(moment().next().epoch()).isEqualTo(1);
        edits.upsert(directory.id(), record("extRef", "A1"));

        transactions.executeWithoutResult(status -> reader.end(directory.id()));
        reader.keepUp(directory.id());
        edits.upsert(directory.id(), record("extRef", "A2"));

        assertThat(rows()).isZero();
        assertThat(moment().log()).isEqualTo(new Reading.StartOver(ChangeReader.State.ENDED));
        begin();
        assertThat(moment().next().epoch()).isEqualTo(2);
    }

    /** Between any two moments, whoever reads differently at the second is in its log. */
    @RepeatedTest(4)
    void noChangeBetweenTwoMomentsIsMissing(RepetitionInfo seed) throws Exception {
        StringBuilder people = new StringBuilder("ExternalDataReference,FirstName\n");
        for (int i = 0; i < PEOPLE; i++) {
            people.append("R").append(i).append(",Ada\n");
        }

        load(people.toString(), ImportFixture.USUAL);
        AtomicBoolean over = new AtomicBoolean();
        int missed = 0;
        int seen = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> writers = List.of(
                    threads.submit(() -> write(new Random(seed.getCurrentRepetition() * 31L), over)),
                    threads.submit(() -> write(new Random(seed.getCurrentRepetition() * 37L), over)),
                    threads.submit(() -> merge(over)),
                    threads.submit(() -> importAll(over)));
            begin();
            Moment before = moment();
            for (int i = 0; i < 12; i++) {
                Thread.onSpinWait();
                Moment after = moment();
                for (long number : changed(before, after)) {
                    seen++;
                    missed += after.next().contacts().numbers().contains(number) ? 0 : 1;
                }

                forget(after);
                before = after;
            }

            over.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        assertThat(missed).isZero();
        assertThat(seen).isPositive();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private static Set<Long> changed(Moment before, Moment after) {
        TreeSet<Long> numbers = new TreeSet<>(before.readable().keySet());
        numbers.addAll(after.readable().keySet());
        numbers.removeIf(number ->
                Objects.equals(before.readable().get(number), after.readable().get(number)));
        return numbers;
    }

    private Void write(Random random, AtomicBoolean over) {
        while (!over.get()) {
            long number = 1L + random.nextInt(PEOPLE);
            switch (random.nextInt(8)) {
                case 0 -> edits.delete(directory.id(), number);
                case 1 -> edits.join(directory.id(), number, list, Map.of(), OptOut.UNSAID);
                case 2 -> edits.leave(directory.id(), number, list);
                case 3 -> touch(number, "k" + random.nextInt(5_000));
                case 4 -> edits.upsert(directory.id(), record("extRef", "R" + random.nextInt(PEOPLE)));
                case 5 ->
                    edits.update(directory.id(), number, change("email", "p" + random.nextInt(PEOPLE) + "@x.org"));
                default -> edits.update(directory.id(), number, change("firstName", "F" + random.nextInt(9)));
            }
        }

        return null;
    }

    private Void merge(AtomicBoolean over) {
        while (!over.get()) {
            try {
                for (MergeRun.Step step : duplicates
                        .start(directory.id(), MergeScope.ACTIVE_RULES)
                        .mergeNext(2)) {
                    duplicates.undo(step.id(), AwaitedRuns.TESTER);
                }
            } catch (Refusal ignored) {
                // The contact was deleted or merged again meanwhile.
            }
        }

        return null;
    }

    private Void importAll(AtomicBoolean over) {
        for (int round = 0; !over.get(); round++) {
            StringBuilder text = new StringBuilder("ExternalDataReference,plan,When,Time,Channel,Kind\n");
            for (int i = round % 3; i < PEOPLE; i += 3) {
                text.append("R").append(i).append(",p").append(round);
                text.append(i % 2 == 0 ? ",2024-01-01," : ",,").append(i % 5 == 0 ? "2024-01-01" : "");
                text.append(i % 5 == 0 ? ",email,sent\n" : ",,\n");
            }

            Run run = load(text.toString(), new ImportTuning(2, 15, 20, null));
            assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        }

        return null;
    }
}
