package io.muster.directory.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Every reader meets every change at least once, however readers and writers come and go. */
class ChangeReaderDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Set<ChangeKind> VALUES = Set.of(ChangeKind.VALUES);
    private static final int ALL = 1_000;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final ChangeReader reader = reader("one", Set.of(ChangeKind.values()));
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        directory = DirectoryFixture.create(jdbc);
    }

    private ChangeReader reader(String name, Set<ChangeKind> kinds) {
        return new ChangeReader(name, kinds, jdbc, database.transactions(), clock);
    }

    private void start(ChangeReader started) {
        transactions.executeWithoutResult(status -> started.start(directory.id()));
    }

    /** A transaction that changes these contacts. */
    private void write(long... numbers) {
        transactions.executeWithoutResult(status -> note(jdbc, numbers));
    }

    private void note(JdbcClient client, long... numbers) {
        new ChangeStream(client).note(directory.id(), LongStream.of(numbers), VALUES, clock.millis());
    }

    /** A writer that has noted a change and has not ended. */
    private final class OpenWriter implements AutoCloseable {
        private final Connection connection;

        OpenWriter(long number) throws SQLException {
            connection = database.dataSource().getConnection();
            connection.setAutoCommit(false);
            note(JdbcClient.create(new SingleConnectionDataSource(connection, true)), number);
        }

        void commit() throws SQLException {
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.rollback();
            connection.close();
        }
    }

    private Reading.Next poll(ChangeReader polled) {
        return (Reading.Next) polled.poll(directory.id(), ALL);
    }

    private boolean done(ChangeReader polled, Reading.Next next) {
        return Boolean.TRUE.equals(transactions.execute(status -> polled.done(next)));
    }

    /** Reads what is new and moves on; the contacts that changed. */
    private List<Long> read(ChangeReader polled) {
        Reading.Next next = poll(polled);
        assertThat(done(polled, next)).isTrue();
        return numbers(next);
    }

    private static List<Long> numbers(Reading.Next next) {
        return LongStream.of(next.contacts().numbers().toArray()).boxed().toList();
    }

    private void pass(Duration time) {
        clock.set(clock.millis() + time.toMillis());
    }

    private long rows() {
        return directory.count("contact_change");
    }

    private int recording() {
        return jdbc.sql("SELECT logs_changes FROM identity_gate WHERE directory_id = ?")
                .param(directory.id())
                .query(Integer.class)
                .single();
    }

    @Test
    void readsWhatChangedSinceItsStartWithTheKinds() {
        write(1);
        start(reader);
        transactions.executeWithoutResult(status -> new ChangeStream(jdbc)
                .note(
                        directory.id(),
                        () -> new ContactChanges()
                                .add(7, VALUES)
                                .add(8, VALUES)
                                .add(8, Set.of(ChangeKind.LISTS, ChangeKind.TOUCHPOINTS))
                                .add(5_000_000_000L, Set.of(ChangeKind.GONE)),
                        clock.millis()));

        assertThat(rows()).as("one row a transaction").isEqualTo(1);
        ContactChanges contacts = poll(reader).contacts();
        assertThat(contacts.numbers().toArray()).containsExactly(7, 8, 5_000_000_000L);
        assertThat(contacts.of(8)).containsExactly(ChangeKind.VALUES, ChangeKind.LISTS, ChangeKind.TOUCHPOINTS);
        assertThat(contacts.of(5_000_000_000L)).containsExactly(ChangeKind.GONE);
        assertThat(contacts.of(1)).isEmpty();
        assertThat(contacts.numbers(Set.of(ChangeKind.LISTS)).toArray()).containsExactly(8);
    }

    @Test
    void leavesOutKindsItDidNotAskFor() {
        ChangeReader ofKeys = reader("keys", Set.of(ChangeKind.KEYS));
        start(ofKeys);
        write(1);
        Reading.Next next = poll(ofKeys);
        assertThat(next.contacts().isEmpty()).isTrue();
        assertThat(next.moves()).as("it has passed the row").isTrue();
        assertThat(done(ofKeys, next)).isTrue();
        assertThat(poll(ofKeys).moves()).isFalse();
        transactions.executeWithoutResult(
                status -> new ChangeStream(jdbc).note(directory.id(), 2, Set.of(ChangeKind.GONE), clock.millis()));
        assertThat(read(ofKeys)).as("what is gone concerns everyone").containsExactly(2L);
    }

    @Test
    void aKilledReaderReadsTheSameAgain() {
        start(reader);
        write(1, 2);
        Reading.Next next = poll(reader);
        assertThat(numbers(next)).containsExactly(1L, 2L);
        transactions.executeWithoutResult(status -> {
            assertThat(reader.done(next)).isTrue();
            status.setRollbackOnly();
        });

        ChangeReader another = reader("one", Set.of(ChangeKind.values()));
        assertThat(read(another)).containsExactly(1L, 2L);
        assertThat(poll(another).moves()).isFalse();
        assertThat(done(reader, next))
                .as("the killed one comes back and says it again")
                .isTrue();
        assertThat(poll(reader).moves()).isFalse();
    }

    @Test
    void readsALowerIdThatIsCommittedLater() throws SQLException {
        start(reader);
        try (OpenWriter late = new OpenWriter(1)) {
            write(2);
            write(3);
            assertThat(read(reader)).containsExactly(2L, 3L);
            pass(ChangeReader.SETTLE_AFTER);
            assertThat(read(reader)).as("it waits for no writer").isEmpty();
            write(4);
            assertThat(read(reader)).containsExactly(4L);
            late.commit();
        }

        assertThat(read(reader)).as("exactly what was missing").containsExactly(1L);
        assertThat(read(reader)).isEmpty();
    }

    @Test
    void forgetsSingleIdsOnceNothingCanAppearBelowThem() throws SQLException {
        start(reader);
        Reading.Next before;
        try (OpenWriter rolledBack = new OpenWriter(1)) {
            write(2);
            read(reader);
            pass(ChangeReader.SETTLE_AFTER);
            before = poll(reader);
            assertThat(before.seen().getLongCardinality())
                    .as("a writer may still come in below")
                    .isEqualTo(1);
            assertThat(rolledBack).isNotNull();
        }

        poll(reader);
        Reading.Next after = poll(reader);
        assertThat(after.seen().isEmpty()).as("the id in between was burnt").isTrue();
        assertThat(after.low()).isEqualTo(before.seen().last());
        assertThat(done(reader, after)).isTrue();
        reader.keepUp(directory.id());
        assertThat(rows()).isZero();
    }

    @Test
    void readsSomeRowsAtATimeInAnyOrderOfCommits() throws SQLException {
        start(reader);
        Set<Long> met = new TreeSet<>();
        try (OpenWriter late = new OpenWriter(100)) {
            for (long number = 1; number <= 7; number++) {
                write(number);
            }

            for (int i = 0; i < 3; i++) {
                Reading.Next next = (Reading.Next) reader.poll(directory.id(), 2);
                assertThat(next.more()).isTrue();
                met.addAll(numbers(next));
                assertThat(done(reader, next)).isTrue();
            }

            assertThat(met).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            late.commit();
        }

        Reading.Next next = (Reading.Next) reader.poll(directory.id(), 2);
        assertThat(numbers(next)).containsExactly(7L, 100L);
    }

    @Test
    void eachReaderHasItsOwnPositionAndRowsStayForTheLast() {
        ChangeReader other = reader("other", VALUES);
        start(reader);
        write(1);
        start(other);
        write(2);
        assertThat(read(reader)).containsExactly(1L, 2L);
        settle();
        read(reader);
        reader.keepUp(directory.id());
        assertThat(rows()).as("the other one has not read its row yet").isEqualTo(1);

        assertThat(read(other)).containsExactly(2L);
        reader.keepUp(directory.id());
        assertThat(rows()).isZero();
    }

    private void settle() {
        transactions.executeWithoutResult(status -> {
            new DirectoryGate(jdbc).lockExclusive(directory.id());
            new ChangeUpkeep(jdbc, database.transactions(), clock).settleAlone(directory.id());
        });
    }

    @Test
    void twoProcessesUnderOneNameLoseNothing() {
        ChangeReader twin = reader("one", VALUES);
        start(reader);
        write(1);
        Reading.Next first = poll(reader);
        write(2);
        Reading.Next second = poll(twin);
        assertThat(numbers(second)).containsExactly(1L, 2L);
        assertThat(done(twin, second)).isTrue();
        write(3);
        assertThat(done(reader, first)).isTrue();

        assertThat(read(reader)).containsExactly(3L);
    }

    @Test
    void aReaderThatWasNeverStartedOrHasEndedHasNothingToRead() {
        assertThat(reader.poll(directory.id(), ALL)).isEqualTo(new Reading.StartOver(ChangeReader.State.ENDED));
        start(reader);
        start(reader);
        write(1);
        Reading.Next next = poll(reader);
        assertThat(next.epoch()).as("a start beside a position changes nothing").isEqualTo(1);
        transactions.executeWithoutResult(status -> reader.end(directory.id()));

        assertThat(reader.poll(directory.id(), ALL)).isEqualTo(new Reading.StartOver(ChangeReader.State.ENDED));
        assertThat(done(reader, next)).isFalse();
        assertThat(recording()).isZero();
        reader.keepUp(directory.id());
        assertThat(rows()).isZero();
        start(reader);
        assertThat(done(reader, next)).as("it belongs to an epoch before").isFalse();
        assertThat(poll(reader).epoch()).isEqualTo(2);
    }

    @Test
    void aReaderMoreThanTheLimitBehindIsToldSo() {
        ChangeUpkeep upkeep = new ChangeUpkeep(jdbc, database.transactions(), clock, 5);
        ChangeReader fast = reader("fast", VALUES);
        start(reader);
        start(fast);
        for (long number = 1; number <= 6; number++) {
            write(number);
        }

        settle();
        assertThat(read(fast)).hasSize(6);
        write(7);
        Reading.Next begun = poll(reader);
        upkeep.run(directory.id());

        assertThat(reader.poll(directory.id(), ALL)).isEqualTo(new Reading.StartOver(ChangeReader.State.BEHIND));
        assertThat(done(reader, begun))
                .as("what it had begun to read is not the whole")
                .isFalse();
        assertThat(rows()).as("what the fast one has not read").isEqualTo(1);
        assertThat(read(fast)).containsExactly(7L);

        start(reader);
        write(8);
        assertThat(read(reader)).containsExactly(8L);
        assertThat(poll(reader).epoch()).isEqualTo(2);
    }

    @Test
    void rowsWithinTheLimitStay() {
        ChangeUpkeep upkeep = new ChangeUpkeep(jdbc, database.transactions(), clock, 5);
        DirectoryFixture busy = DirectoryFixture.create(jdbc);
        transactions.executeWithoutResult(status -> reader.start(busy.id()));
        start(reader);
        write(1);
        for (long number = 1; number <= 9; number++) {
            long changed = number;
            transactions.executeWithoutResult(
                    status -> new ChangeStream(jdbc).note(busy.id(), changed, VALUES, clock.millis()));
        }

        write(2);
        upkeep.run(directory.id());
        assertThat(read(reader)).as("ids are taken by other directories too").containsExactly(1L, 2L);
    }

    @Test
    void aReaderSevenDaysBehindIsToldSoAndNothingIsRecordedForItAnyMore() {
        start(reader);
        write(1);
        pass(ChangeUpkeep.KEPT_FOR);
        reader.keepUp(directory.id());
        assertThat(rows()).isEqualTo(1);
        pass(Duration.ofMillis(1));
        reader.keepUp(directory.id());

        assertThat(reader.state(directory.id())).isEqualTo(ChangeReader.State.BEHIND);
        assertThat(rows()).isZero();
        assertThat(recording()).isZero();
        write(2);
        assertThat(rows()).isZero();
        start(reader);
        write(3);
        assertThat(read(reader)).containsExactly(3L);
    }

    @Test
    void theUpkeepOfAllDirectoriesReachesThoseWithRows() {
        DirectoryFixture other = DirectoryFixture.create(jdbc);
        for (DirectoryFixture one : List.of(directory, other)) {
            transactions.executeWithoutResult(status -> reader.start(one.id()));
            transactions.executeWithoutResult(
                    status -> new ChangeStream(jdbc).note(one.id(), 1, VALUES, clock.millis()));
        }

        pass(ChangeUpkeep.KEPT_FOR.plusMillis(1));
        new ChangeUpkeep(jdbc, database.transactions(), clock).run();
        assertThat(rows()).isZero();
        assertThat(other.count("contact_change")).isZero();
        assertThat(reader.state(other.id())).isEqualTo(ChangeReader.State.BEHIND);
    }

    @Test
    void waitsASecondAtMostForAWriterThatDoesNotEnd() throws SQLException {
        start(reader);
        try (OpenWriter stuck = new OpenWriter(1)) {
            write(2);
            read(reader);
            pass(ChangeReader.UPKEEP_EVERY.plusSeconds(1));
            reader.keepUp(directory.id());
            write(3);
            assertThat(read(reader)).as("everybody goes on").containsExactly(3L);
            stuck.commit();
        }

        assertThat(read(reader)).containsExactly(1L);
        assertThat(jdbc.sql("SELECT @@SESSION.innodb_lock_wait_timeout = @@GLOBAL.innodb_lock_wait_timeout")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    /** Writers that commit late or not at all, beside readers that are killed, delayed and polled out of step. */
    @RepeatedTest(6)
    void everyReaderMeetsExactlyWhatWasCommitted(RepetitionInfo repetition) throws Exception {
        List<ChangeReader> readers = List.of(reader, reader("two", VALUES), reader("three", VALUES));
        readers.forEach(this::start);
        int seed = repetition.getCurrentRepetition() * 1_000;
        AtomicLong next = new AtomicLong();
        Set<Long> committed = new ConcurrentSkipListSet<>();
        AtomicInteger writing = new AtomicInteger(4);
        List<Set<Long>> met = List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        try (ExecutorService threads = Executors.newFixedThreadPool(7)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(seed + i);
                all.add(threads.submit(() -> writeMany(random, next, committed, writing)));
            }

            for (int i = 0; i < 3; i++) {
                Random random = new Random(seed + 100 + i);
                ChangeReader one = readers.get(i);
                Set<Long> numbers = met.get(i);
                all.add(threads.submit(() -> readMany(random, one, numbers, writing)));
            }

            for (Future<?> one : all) {
                one.get();
            }
        }

        for (int i = 0; i < 3; i++) {
            assertThat(met.get(i)).isEqualTo(committed);
        }
    }

    private void writeMany(Random random, AtomicLong next, Set<Long> committed, AtomicInteger writing) {
        try {
            for (int i = 0; i < 60; i++) {
                long number = next.incrementAndGet();
                boolean keeps = random.nextInt(5) > 0;
                transactions.executeWithoutResult(status -> {
                    note(jdbc, number);
                    for (int more = random.nextInt(20); more > 0; more--) {
                        assertThat(rows()).isPositive();
                    }

                    if (!keeps) {
                        status.setRollbackOnly();
                    }
                });
                if (keeps) {
                    committed.add(number);
                }
            }
        } finally {
            writing.decrementAndGet();
        }
    }

    private void readMany(Random random, ChangeReader one, Set<Long> met, AtomicInteger writing) {
        boolean last;
        do {
            last = writing.get() == 0;
            Reading.Next found = (Reading.Next) one.poll(directory.id(), last ? ALL : 1 + random.nextInt(6));
            boolean killed = !last && random.nextInt(3) == 0;
            Boolean moved = transactions.execute(status -> {
                if (killed) {
                    status.setRollbackOnly();
                }

                return one.done(found);
            });
            assertThat(moved).isTrue();
            if (!killed) {
                List<Long> numbers = numbers(found);
                assertThat(numbers).as("read once, unless killed").noneMatch(met::contains);
                met.addAll(numbers);
            }

            if (random.nextInt(4) == 0) {
                settle();
            }
        } while (!last);
    }
}
