package io.muster.directory.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.changes.ChangeFeedReader.Changed;
import io.muster.directory.changes.ChangeFeedReader.Found;
import io.muster.directory.changes.ChangeFeedReader.Lost;
import io.muster.directory.changes.ChangeFeedReader.Portion;
import io.muster.support.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Who keeps his position himself meets every change, however late it commits, and hears when some are gone. */
class ChangeFeedReaderDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Set<ChangeKind> VALUES = Set.of(ChangeKind.VALUES);
    private static final Portion ALL = new Portion(1_000_000, 1_000_000);

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final TransactionTemplate snapshot = new TransactionTemplate(database.transactions());
    private final ChangeFeedReader reader = new ChangeFeedReader(jdbc, database.transactions(), clock, 5);
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        directory = DirectoryFixture.create(jdbc);
        reader.start(directory.id());
    }

    private void write(long... numbers) {
        transactions.executeWithoutResult(status -> note(jdbc, VALUES, numbers));
    }

    private void note(JdbcClient client, Set<ChangeKind> kinds, long... numbers) {
        new ChangeStream(client).note(directory.id(), LongStream.of(numbers), kinds, clock.millis());
    }

    /** A writer that has noted a change and has not ended. */
    private final class OpenWriter implements AutoCloseable {
        private final Connection connection;

        OpenWriter(long number) throws SQLException {
            connection = database.dataSource().getConnection();
            connection.setAutoCommit(false);
            note(JdbcClient.create(new SingleConnectionDataSource(connection, true)), VALUES, number);
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

    private FeedPosition now() {
        return Objects.requireNonNull(snapshot.execute(status -> reader.now(directory.id())));
    }

    private Found read(FeedPosition position, Portion portion) {
        FeedPosition sent = FeedPosition.parse(directory.id(), position.text());
        assertThat(sent).isEqualTo(position);
        return Objects.requireNonNull(snapshot.execute(status -> reader.read(sent, portion)));
    }

    private Changed changed(FeedPosition position) {
        return (Changed) read(position, ALL);
    }

    private static List<Long> numbers(Changed changed) {
        return LongStream.of(changed.contacts().toArray()).boxed().toList();
    }

    @Test
    void tellsWhatChangedSinceAPositionAndNothingTwice() {
        FeedPosition start = now();
        write(1);
        write(2, 3);
        Changed first = changed(start);
        assertThat(numbers(first)).containsExactly(1L, 2L, 3L);
        assertThat(first.isWhole()).isTrue();
        assertThat(first.more()).isFalse();
        assertThat(first.position().version()).isEqualTo(start.version() + 2);
        assertThat(numbers(changed(first.position()))).isEmpty();
        assertThat(numbers(changed(start))).as("whoever asks again").containsExactly(1L, 2L, 3L);
    }

    @Test
    void aTransactionThatTookALowerIdAndCommitsAfterAHigherOneIsNotMissed() throws SQLException {
        FeedPosition start = now();
        try (OpenWriter late = new OpenWriter(7)) {
            write(8);
            Changed before = changed(start);
            assertThat(numbers(before)).containsExactly(8L);
            FeedPosition table = now();

            late.commit();

            assertThat(now().version())
                    .as("the greatest id is the same")
                    .isEqualTo(before.position().version() + 1);
            assertThat(numbers(changed(before.position()))).contains(7L);
            assertThat(numbers(changed(table))).as("a table made meanwhile").contains(7L);
            assertThat(numbers(changed(changed(before.position()).position()))).isEmpty();
        }
    }

    @Test
    void onlyTheIntervalInWhichSomethingCameLateIsReadAgain() throws SQLException {
        FeedPosition position = now();
        write(1);
        position = changed(position).position();
        try (OpenWriter late = new OpenWriter(7)) {
            write(2);
            position = changed(position).position();
            write(3);
            position = changed(position).position();
            late.commit();
            assertThat(numbers(changed(position))).containsExactly(2L, 7L);
        }
    }

    @Test
    void changesOfOtherKindsMoveThePositionOnly() {
        FeedPosition start = now();
        transactions.executeWithoutResult(status -> note(jdbc, Set.of(ChangeKind.LISTS, ChangeKind.TOUCHPOINTS), 4));
        Changed changed = changed(start);
        assertThat(numbers(changed)).isEmpty();
        assertThat(changed.position()).isNotEqualTo(start);
        transactions.executeWithoutResult(status -> note(jdbc, Set.of(ChangeKind.ELIGIBILITY), 4));
        transactions.executeWithoutResult(status -> note(jdbc, Set.of(ChangeKind.GONE), 5));
        transactions.executeWithoutResult(status -> note(jdbc, Set.of(ChangeKind.KEYS), 6));
        assertThat(numbers(changed(changed.position()))).containsExactly(4L, 5L, 6L);
    }

    @Test
    void goesBlockByBlockAndLeavesOutWhatIsTooMuch() {
        FeedPosition start = now();
        write(1, 2);
        write(10, 11, 12, 13);
        write(3);
        Changed first = (Changed) read(start, new Portion(2, 3));
        assertThat(numbers(first)).containsExactly(1L, 2L);
        assertThat(first.more()).isTrue();
        assertThat(first.position().version()).as("there is something new").isZero();

        Changed second = (Changed) read(first.position(), new Portion(2, 3));
        assertThat(numbers(second)).containsExactly(3L);
        assertThat(second.isWhole()).as("four contacts at once were left out").isFalse();
        assertThat(second.more()).isFalse();
        assertThat(((Changed) read(second.position(), ALL)).isWhole()).isTrue();
    }

    @Test
    void settlingShortensPositionsAndLosesNothing() throws SQLException {
        FeedPosition position = now();
        try (OpenWriter late = new OpenWriter(7)) {
            for (int i = 100; i < 140; i++) {
                write(i);
                position = changed(position).position();
            }

            assertThat(position.above()).hasSize(FeedPosition.MOST_INTERVALS);
            assertThat(position.text()).hasSizeLessThan(500);
            late.commit();
        }

        reader.settleIfIdle(directory.id());
        Changed after = changed(position);
        assertThat(numbers(after)).contains(7L);
        assertThat(after.position().above()).isEmpty();
        assertThat(after.position().version()).isEqualTo(now().version());
    }

    @Test
    void rowsAreKeptAsLongAsTheyMayBeAskedForAndNoLonger() {
        FeedPosition start = now();
        for (int i = 0; i < 9; i++) {
            write(i);
        }

        reader.settleIfIdle(directory.id());
        reader.keepUp();
        new ChangeUpkeep(jdbc, database.transactions(), clock).run();
        assertThat(directory.count("contact_change")).as("five are kept").isEqualTo(5);
        assertThat(read(start, ALL)).isEqualTo(new Lost(now()));
        assertThat(now().version()).as("removed rows still count").isEqualTo(start.version() + 9);

        clock.set(clock.millis() + Duration.ofDays(7).toMillis());
        write(20);
        reader.settleIfIdle(directory.id());
        reader.keepUp();
        new ChangeUpkeep(jdbc, database.transactions(), clock).run();
        assertThat(directory.count("contact_change"))
                .as("those of a week ago are gone")
                .isEqualTo(1);
        assertThat(reader.isRecording(directory.id())).isTrue();
    }

    @Test
    void aPositionFromBeforeTheDatabaseWasPutBackIsLost() {
        write(1);
        FeedPosition ahead =
                new FeedPosition(directory.id(), now().epoch(), now().low(), now().version() + 5, now().above());
        assertThat(read(ahead, ALL)).isEqualTo(new Lost(now()));
    }

    @Test
    void nothingIsKnownWhereNothingIsRecorded() {
        FeedPosition start = now();
        reader.end(directory.id());
        assertThat(reader.isRecording(directory.id())).isFalse();
        assertThat(read(start, ALL)).isInstanceOf(Lost.class);
        write(1);
        reader.start(directory.id());
        assertThat(read(start, ALL)).as("something was not recorded meanwhile").isEqualTo(new Lost(now()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "p9",
                "1.2",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.4.9-1.9-1",
                "1.1.5.3.4-1",
                "1.2.3.4.-1-1",
                "zzzzzz.1.1.1",
                "1.2.3.4.5-1' OR 1=1",
                "../../etc"
            })
    void refusesWhatIsNoPosition(String text) {
        assertThatThrownBy(() -> FeedPosition.parse(1, text))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot say what changed after this position: ");
    }

    @Test
    void refusesThePositionOfAnotherDirectory() {
        String text = now().text();
        assertThatThrownBy(() -> FeedPosition.parse(directory.id() + 1, text))
                .hasMessageContaining("it is that of another directory");
    }

    /** Writers that commit in any order, roll back, and readings in between, each in a portion of any size. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void meetsEveryChangeWhateverTheOrderOfCommits(long seed) throws SQLException {
        Random random = new Random(seed);
        Set<Long> written = new TreeSet<>();
        Set<Long> met = new TreeSet<>();
        List<OpenWriter> open = new ArrayList<>();
        List<Long> opened = new ArrayList<>();
        FeedPosition position = now();
        for (long number = 0; number < 150; number++) {
            int action = random.nextInt(5);
            if (action < 2 && open.size() < 4) {
                open.add(new OpenWriter(number));
                opened.add(number);
            } else if (action == 2 && !open.isEmpty()) {
                int one = random.nextInt(open.size());
                long of = opened.remove(one);
                try (OpenWriter writer = open.remove(one)) {
                    if (random.nextInt(4) > 0) {
                        writer.commit();
                        written.add(of);
                    }
                }
            } else if (action == 3) {
                write(number);
                written.add(number);
            } else {
                long before = now().version();
                Changed changed = (Changed) read(position, new Portion(1 + random.nextInt(4), 100));
                met.addAll(numbers(changed));
                position = changed.position();
                assertThat(position.version()).isIn(0L, before);
                if (random.nextInt(4) == 0) {
                    reader.settleIfIdle(directory.id());
                }
            }

            if (position.version() == now().version()) {
                assertThat(met).as("nothing new").containsAll(written);
            }
        }

        for (OpenWriter writer : open) {
            writer.close();
        }

        for (int i = 0; position.version() != now().version(); i++) {
            assertThat(i).as("it comes to an end").isLessThan(500);
            Changed changed = (Changed) read(position, new Portion(1, 100));
            met.addAll(numbers(changed));
            position = changed.position();
        }

        assertThat(met).isEqualTo(written);
    }
}
