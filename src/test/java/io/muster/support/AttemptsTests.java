package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work that does not depend on each other. */
class AttemptsTests {

    private final Attempts attempts = new Attempts();

    private static Runnable failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    @Test
    void whatFailsDoesNotKeepTheOthersFromBeingDone() {
        List<String> done = new ArrayList<>();
        Refusal only = Refusal.conflict("A", "Cannot do a.");
        attempts.attempt(failing(only));
        attempts.attempt(() -> done.add("b"));

        assertThat(done).containsExactly("b");
        assertThatThrownBy(attempts::end).isSameAs(only);
    }

    @Test
    void severalFailuresAreNamedEach() {
        attempts.attempt(failing(Refusal.conflict("A", "Cannot do a.")));
        attempts.attempt(failing(Refusal.conflict("B", "Cannot do b.")));

        assertThatThrownBy(attempts::end).isInstanceOf(Refusal.class).hasMessage("Cannot do a. Cannot do b.");
    }

    @Test
    void whatNobodyExpectedIsNotMadeAnExpectedFailure() {
        IllegalStateException unexpected = new IllegalStateException("a fault");
        attempts.attempt(failing(Refusal.conflict("A", "Cannot do a.")));
        attempts.attempt(failing(unexpected));

        assertThatThrownBy(attempts::end).isSameAs(unexpected);
    }

    @Test
    void withoutFailuresItEndsQuietly() {
        attempts.attempt(() -> {
            // done
        });
        attempts.end();
    }
}
