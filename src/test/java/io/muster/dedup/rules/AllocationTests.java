package io.muster.dedup.rules;

import static io.muster.dedup.rules.AnIncomingRecord.record;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rules cost the bulk path: a row that matches, and says what is stored, allocates nothing in them. */
class AllocationTests {

    private static final int ROWS = 100_000;
    private static final IdentityKey REFERENCE = new IdentityKey(1, 11, 11);
    private static final IdentityKey EMAIL = new IdentityKey(2, 22, 22);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Match match = new Match(
            List.of(
                    new IdentityRule(1, List.of("extRef"), IdentityRule.State.ACTIVE),
                    new IdentityRule(2, List.of("email"), IdentityRule.State.ACTIVE)),
            true);
    private final Change change = new Change(
            new Policies(Map.of("email", FieldPolicy.CLEAR_ON_BLANK, "lastName", FieldPolicy.FILL_IF_EMPTY), Map.of()),
            new KeyMaker(List.of(), name -> name, List.of()));
    private final Profile stored = new Profile(
            Map.of(ContactField.EXT_REF, "R1", ContactField.EMAIL, "a@x.org", ContactField.LAST_NAME, "Ray"),
            Map.of("plan", "gold"),
            false);
    private final AnIncomingRecord row = record().with(ContactField.EXT_REF, "R1")
            .with(ContactField.EMAIL, "a@x.org")
            .with(ContactField.LAST_NAME, "Sol")
            .blank(ContactField.PHONE)
            .with("plan", "gold")
            .key(0, REFERENCE)
            .key(1, EMAIL);
    private final Match.Holders holders = new Match.Holders() {
        @Override
        public long owner(IdentityKey key) {
            return key.rule() == 2 ? 7 : KeyOwner.NOBODY;
        }

        @Override
        public @Nullable String reference(long contact) {
            return "R1";
        }

        @Override
        public Collection<String> aliases(long contact) {
            return List.of();
        }
    };

    private long bytes(Runnable rows) {
        rows.run();
        rows.run();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        rows.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private void match() {
        for (int i = 0; i < ROWS; i++) {
            if (match.find(row, holders) != 7 || match.isUnrecognisable(row)) {
                throw new AssertionError("Matched another contact");
            }
        }
    }

    private void change() {
        for (int i = 0; i < ROWS; i++) {
            if (!change.updated(stored, List.of(), row, OptOut.UNSAID).equals(stored)) {
                throw new AssertionError("Changed something");
            }
        }
    }

    private void gain() {
        for (int i = 0; i < ROWS; i++) {
            if (Ownership.gain(7, i + 8L, match.isExclusive(2)) != Ownership.Gain.SHADOWS) {
                throw new AssertionError("Owned by another");
            }
        }
    }

    /** Well below a byte for each row: what the measuring itself costs. */
    @Test
    void matchingChangingAndOwningAllocateNothingPerRow() {
        assertThat(bytes(this::match)).as("match").isLessThan(ROWS / 10);
        assertThat(bytes(this::change)).as("change").isLessThan(ROWS / 10);
        assertThat(bytes(this::gain)).as("gain").isLessThan(ROWS / 10);
    }
}
