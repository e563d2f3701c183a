package io.muster.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Deliveries.Origin;
import io.muster.jobs.Deliveries.State;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who comes first decides what happens to a delivery: the run that takes it, the person who skips it, the sender. */
class DeliveriesDbTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final long RUN = 7;

    private final Deliveries deliveries = new Deliveries(database.jdbc(), InstantSource.fixed(TIME));
    private Delivery waiting;

    @BeforeEach
    void enter() {
        database.jdbc().sql("DELETE FROM delivery").update();
        waiting = deliveries.enterLate(1, new Listed(Origin.SOURCE, "/in/old.csv", 10, TIME, null));
    }

    private State state() {
        return deliveries.find(waiting.id()).orElseThrow().state();
    }

    @Test
    void whatARunHasTakenDoesNotVanish() {
        assertThat(deliveries.take(waiting.id(), RUN)).isTrue();

        assertThat(deliveries.vanished(waiting.id())).isFalse();

        assertThat(state()).isEqualTo(State.TAKEN);
    }

    @Test
    void whatWasSkippedIsNotTakenAndDoesNotVanish() {
        assertThat(deliveries.skip(waiting.id())).isTrue();

        assertThat(deliveries.take(waiting.id(), RUN)).isFalse();
        assertThat(deliveries.vanished(waiting.id())).isFalse();

        assertThat(state()).isEqualTo(State.SKIPPED);
        assertThat(deliveries.find(waiting.id()).orElseThrow().run()).isNull();
    }

    @Test
    void whatHasVanishedIsNeitherTakenNorSkipped() {
        assertThat(deliveries.vanished(waiting.id())).isTrue();

        assertThat(deliveries.take(waiting.id(), RUN)).isFalse();
        assertThat(deliveries.skip(waiting.id())).isFalse();

        assertThat(state()).isEqualTo(State.GONE);
    }

    @Test
    void oneOfTwoRunsTakesIt() {
        assertThat(deliveries.take(waiting.id(), RUN)).isTrue();
        assertThat(deliveries.take(waiting.id(), RUN + 1)).isFalse();

        assertThat(deliveries.find(waiting.id()).orElseThrow().run()).isEqualTo(RUN);
    }
}
