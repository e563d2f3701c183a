package io.muster.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.directory.TouchpointChannel;
import io.muster.frequency.Eligibility.Counts;
import io.muster.frequency.Eligibility.Judged;
import io.muster.frequency.Eligibility.Question;
import io.muster.frequency.rules.Period;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Populations over several blocks, and callers beside each other. */
class EligibilityDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");
    /** A few contacts in each of several blocks. */
    private static final List<Long> NUMBERS = LongStream.range(0, 5)
            .flatMap(block -> LongStream.range(1, 201).map(number -> block * NumberSpan.SIZE + number))
            .boxed()
            .toList();

    private final JdbcClient jdbc = database.jdbc();
    private final Clock clock = Clock.systemUTC();
    private final DirectoryFixture directory = DirectoryFixture.create(jdbc);
    private final Eligibility eligibility =
            new Eligibility(database.dataSource(), jdbc, database.transactions(), clock, database.ids());

    @BeforeEach
    void makeContacts() {
        StringBuilder values = new StringBuilder();
        NUMBERS.forEach(number -> values.append(values.isEmpty() ? "" : ", ")
                .append("(%d, %d, 'R%d', 0, 0, 0, 1)".formatted(directory.id(), number, number)));
        jdbc.sql("INSERT INTO contact (directory_id, number, ext_ref, unsubscribed, created_at, modified_at, version)"
                        + " VALUES " + values)
                .update();
        new FrequencyRuleStore(jdbc, new TransactionTemplate(database.transactions()), clock, database.ids())
                .add(directory.id(), new RuleOptions("1", "30d", null, null, false, null, null), TESTER);
    }

    private Question question(Optional<Period> reserve) {
        return new Question(
                directory.id(), new Population.Everybody(), TouchpointChannel.EMAIL, "SV_x", clock.millis(), reserve);
    }

    private void touch(long number) {
        jdbc.sql(
                        "INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at, recorded_at)"
                                + " VALUES (?, ?, ?, 'web', 'shown', ?, ?)")
                .params(
                        directory.id(),
                        number,
                        ByteBuffer.allocate(16).putLong(number).array(),
                        clock.millis(),
                        clock.millis())
                .update();
    }

    @Test
    void handsOutVerdictsInTheOrderOfNumbersOverAllBlocks() throws IOException {
        touch(NUMBERS.get(3));
        touch(NUMBERS.get(900));
        List<Judged> all = new ArrayList<>();
        Counts counts = eligibility.ask(question(Optional.empty()), all::add);

        assertThat(counts).isEqualTo(new Counts(998, 2, 0));
        assertThat(all).map(Judged::number).isEqualTo(NUMBERS);
        assertThat(all.get(900).reason()).isEqualTo(Eligibility.Reason.FREQUENCY);
        assertThat(all.get(900).rule()).startsWith("FR_");
        assertThat(directory.count("frequency_reservation")).isZero();
    }

    @Test
    void twoCallersAtOnceNeverReserveOneContact() throws Exception {
        List<Callable<Counts>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(() -> eligibility.ask(question(Optional.of(Period.of("1h"))), null));
        }

        long reserved = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(callers.size())) {
            for (Future<Counts> answer : pool.invokeAll(callers)) {
                reserved += answer.get().eligible();
                assertThat(answer.get().eligible() + answer.get().frequency()).isEqualTo(NUMBERS.size());
            }
        }

        assertThat(reserved).isEqualTo(NUMBERS.size());
        assertThat(jdbc.sql("SELECT COUNT(*), COUNT(DISTINCT number) FROM frequency_reservation WHERE directory_id = ?")
                        .param(directory.id())
                        .query((row, index) -> List.of(row.getInt(1), row.getInt(2)))
                        .single())
                .containsExactly(NUMBERS.size(), NUMBERS.size());
    }

    @Test
    void reservationsAreRemovedADayAfterTheirEnd() throws IOException {
        Counts ignored = eligibility.ask(question(Optional.of(Period.of("1s"))), null);
        Reservations reservations = new Reservations(jdbc);
        long end = clock.millis() + 1_000;

        reservations.prune(end);
        assertThat(directory.count("frequency_reservation")).isEqualTo(NUMBERS.size());
        reservations.prune(end + 86_400_000L);
        assertThat(directory.count("frequency_reservation")).isZero();
    }

    /** Keeps blocks in memory, and fails after some. */
    private static final class Blocks implements Eligibility.Keeper {

        private final Map<Long, Counts> kept = new ConcurrentHashMap<>();
        private volatile int most;

        Blocks(int most) {
            this.most = most;
        }

        @Override
        public boolean isKept(long block) {
            return kept.containsKey(block);
        }

        @Override
        public synchronized void keep(long block, Counts counts, List<Judged> judged) {
            if (kept.size() == most) {
                throw new IllegalStateException("cut off");
            }

            kept.put(block, counts);
        }

        @Override
        public void reached(int blocks, int all) {}
    }

    @Test
    void aQuestionThatIsCutOffGoesOnAndReservesNobodyTwice() {
        Blocks blocks = new Blocks(2);
        Question question = question(Optional.of(Period.of("1h")));
        assertThatThrownBy(() -> eligibility.keep(question, blocks)).hasMessage("cut off");
        assertThat(directory.count("frequency_reservation")).isEqualTo(400);

        blocks.most = 5;
        eligibility.keep(question, blocks);

        assertThat(directory.count("frequency_reservation")).isEqualTo(NUMBERS.size());
        assertThat(blocks.kept)
                .hasSize(5)
                .allSatisfy((block, counts) -> assertThat(counts).isEqualTo(new Counts(200, 0, 0)));
    }
}
