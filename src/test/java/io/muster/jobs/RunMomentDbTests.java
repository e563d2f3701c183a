package io.muster.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.transaction.support.TransactionTemplate;

/** The moment that an import writes into everything it does is the one at which work on it began. */
class RunMomentDbTests {

    private static final Actor TESTER = new Actor(Actor.Kind.COMMAND_LINE, "tester");
    private static final long ACCEPTED = 10_000;
    private static final long BEGUN = 20_000;
    private static final long RESUMED = 30_000;

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private final MovableClock clock = new MovableClock();
    private final RunLedger ledger =
            new RunLedger(DATABASE.jdbc(), new TransactionTemplate(DATABASE.transactions()), clock, DATABASE.ids());

    @Test
    void aRunThatWaitedInTheQueueHasTheMomentAtWhichItBegan() {
        Run accepted = accepted();

        clock.set(BEGUN);
        assertThat(ledger.begin(accepted)).isTrue();

        Run begun = ledger.find(accepted.number()).orElseThrow();
        assertThat(accepted.moment()).isEqualTo(ACCEPTED);
        assertThat(begun.moment()).isEqualTo(BEGUN);
        assertThat(begun.started()).isEqualTo(BEGUN);
    }

    @Test
    void aRunThatIsTakenOverKeepsItsMoment() {
        Run accepted = accepted();
        clock.set(BEGUN);
        ledger.begin(accepted);

        clock.set(RESUMED);
        Run taken = ledger.takeOver(accepted, "another process", TESTER).orElseThrow();
        assertThat(ledger.begin(taken)).isTrue();

        assertThat(ledger.find(accepted.number()).orElseThrow().moment()).isEqualTo(BEGUN);
    }

    @Test
    void aLeaseThatLostItsRunKeepsItsEpochWhenItReadsTheRunAgain() {
        Run accepted = accepted();
        clock.set(BEGUN);
        ledger.begin(accepted);
        try (RunLease lease = new RunLease(ledger, accepted, clock)) {
            lease.refresh();
            assertThat(lease.run().moment()).isEqualTo(BEGUN);

            ledger.takeOver(accepted, "another process", TESTER);
            lease.refresh();

            assertThat(lease.epoch()).isEqualTo(accepted.epoch());
        }
    }

    private Run accepted() {
        clock.set(ACCEPTED);
        return ledger.enter(
                new RunLedger.NewRun(RunKind.CONTACT_IMPORT, Deliveries.NO_AUTOMATION, 1L, 1, "{}", "a process"),
                TESTER);
    }
}
