package io.muster.dedup.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.dedup.rules.Ownership.Gain;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Profile;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Who owns a key, without any database. */
class OwnershipTests {

    private static final IdentityKey KEY = new IdentityKey(1, 2, 3);

    /** A key as a driver keeps it. */
    private static final class Held implements Ownership.Shadows {

        private long owner = KeyOwner.NOBODY;
        private final TreeSet<Long> shadows = new TreeSet<>(Ownership.OLDEST_FIRST);

        boolean move(KeyMove move, boolean exclusive) {
            Ownership.Next next = Ownership.next(owner, this, move, exclusive);
            if (!next.refused()) {
                owner = next.owner();
                shadows.removeAll(next.unshadowed());
                shadows.addAll(next.shadowed());
            }

            return !next.refused();
        }

        void gain(long contact) {
            move(KeyMove.joining(KEY, contact), false);
        }

        void release(long contact) {
            move(KeyMove.leaving(KEY, contact), false);
        }

        @Override
        public boolean have(long contact) {
            return shadows.contains(contact);
        }

        @Override
        public long oldestBut(Set<Long> leaving) {
            return shadows.stream()
                    .filter(shadow -> !leaving.contains(shadow))
                    .findFirst()
                    .orElse(KeyOwner.NOBODY);
        }
    }

    private static SortedSet<Long> contacts(Long... contacts) {
        SortedSet<Long> sorted = new TreeSet<>(Ownership.OLDEST_FIRST);
        sorted.addAll(List.of(contacts));
        return sorted;
    }

    @Test
    void theFirstHolderOwnsAndLaterOnesAreShadows() {
        Held key = new Held();
        key.gain(5);
        key.gain(2);

        assertThat(key.owner).isEqualTo(5);
        assertThat(key.shadows).containsExactly(2L);
    }

    @Test
    void whenTheOwnerGivesTheKeyUpTheOldestOtherHolderOwnsIt() {
        Held key = new Held();
        List.of(5L, 9L, -2L, -1L, 7L).forEach(key::gain);

        key.release(5);
        assertThat(key.owner).isEqualTo(7);
        assertThat(key.shadows).containsExactly(9L, -1L, -2L);
        key.release(7);
        key.release(9);
        assertThat(key.owner).as("new contacts in file order").isEqualTo(-1);
    }

    @Test
    void aShadowThatGivesTheValueUpLeavesTheOwnerAlone() {
        Held key = new Held();
        List.of(5L, 9L).forEach(key::gain);

        key.release(9);

        assertThat(key.owner).isEqualTo(5);
        assertThat(key.shadows).isEmpty();
    }

    @Test
    void aKeyWithoutHoldersBelongsToNobodyAndCanBeGainedAgain() {
        Held key = new Held();
        key.gain(5);
        key.release(5);
        assertThat(key.owner).isEqualTo(KeyOwner.NOBODY);
        key.release(5);
        key.gain(6);

        assertThat(key.owner).isEqualTo(6);
    }

    @Test
    void aKeyThatMayHaveOneHolderRefusesASecond() {
        Held key = new Held();
        key.gain(5);

        assertThat(key.move(KeyMove.joining(KEY, 6), true)).isFalse();
        assertThat(key.move(KeyMove.joining(KEY, 5), true)).isTrue();
        assertThat(key.move(new KeyMove(KEY, contacts(5L), contacts(6L), KeyOwner.NOBODY, Set.of()), true))
                .as("the owner leaves")
                .isTrue();
        assertThat(key.owner).isEqualTo(6);
    }

    @Test
    void whatGainingAKeyMeansDependsOnItsOwner() {
        assertThat(Ownership.gain(KeyOwner.NOBODY, 5, true)).isEqualTo(Gain.OWNS);
        assertThat(Ownership.gain(5, 5, true)).isEqualTo(Gain.HAS);
        assertThat(Ownership.gain(6, 5, false)).isEqualTo(Gain.SHADOWS);
        assertThat(Ownership.gain(6, 5, true)).isEqualTo(Gain.REFUSED);
        assertThat(Ownership.gain(KeyOwner.ofRun(6), 5, false)).isEqualTo(Gain.SHADOWS);
        assertThat(Ownership.gain(KeyOwner.ofRun(6), 5, true)).isEqualTo(Gain.BUSY);
    }

    @Test
    void aMergeHandsTheKeysOfThoseThatGoToTheSurvivor() {
        Held key = new Held();
        List.of(9L, 5L, 7L).forEach(key::gain);

        key.move(new KeyMove(KEY, contacts(7L, 9L), contacts(), 5, Set.of()), false);

        assertThat(key.owner).isEqualTo(5);
        assertThat(key.shadows).isEmpty();
    }

    @Test
    void anUndoneMergeGivesAKeyBackToItsFormerOwnerThoughTheSurvivorKeepsTheValue() {
        Held key = new Held();
        key.gain(5);

        key.move(new KeyMove(KEY, contacts(), contacts(7L, 9L), 9, Set.of(5L)), false);

        assertThat(key.owner).isEqualTo(9);
        assertThat(key.shadows).containsExactly(5L, 7L);
    }

    @Test
    void aRunThatHasTakenAKeyOwnsItWhoeverComesAndGoes() {
        Held key = new Held();
        key.owner = KeyOwner.ofRun(42);
        key.gain(5);
        key.gain(6);
        key.move(new KeyMove(KEY, contacts(6L), contacts(), 5, Set.of()), false);

        assertThat(KeyOwner.isRun(key.owner)).isTrue();
        assertThat(KeyOwner.run(key.owner)).isEqualTo(42);
        assertThat(key.shadows).containsExactly(5L);
        assertThat(key.move(KeyMove.joining(KEY, 7), true)).isFalse();
    }

    @Test
    void contactsNewOnesAndRunsAreToldApart() {
        for (long run : List.of(1L, 1L << 62, (1L << 62) + (1L << 60))) {
            assertThat(KeyOwner.isRun(KeyOwner.ofRun(run))).isTrue();
            assertThat(KeyOwner.run(KeyOwner.ofRun(run))).isEqualTo(run);
            assertThat(KeyOwner.isContact(KeyOwner.ofRun(run))).isFalse();
        }

        for (long contact : List.of(1L, Long.MAX_VALUE, -1L, (long) Integer.MIN_VALUE)) {
            assertThat(KeyOwner.isContact(contact)).isTrue();
        }

        assertThat(KeyOwner.isContact(KeyOwner.NOBODY)).isFalse();
        assertThat(KeyOwner.isRun(KeyOwner.NOBODY)).isFalse();
    }

    /** Whatever happens: one owner among the holders, everybody else a shadow. */
    @RepeatedTest(50)
    void oneHolderOwnsAndAllOthersAreShadows(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        Held key = new Held();
        SortedSet<Long> holders = contacts();
        for (int step = 0; step < 60; step++) {
            SortedSet<Long> leaving = contacts();
            SortedSet<Long> joining = contacts();
            for (long contact = 1; contact <= 6; contact++) {
                if (random.nextInt(4) == 0) {
                    (holders.contains(contact) ? leaving : joining).add(contact);
                }
            }

            long preferred = random.nextInt(7);
            key.move(new KeyMove(KEY, leaving, joining, preferred, random.nextBoolean() ? holders : Set.of()), false);
            holders.removeAll(leaving);
            holders.addAll(joining);
            SortedSet<Long> others = contacts();
            others.addAll(holders);
            others.remove(key.owner);
            assertThat(key.shadows).isEqualTo(others);
            assertThat(holders.isEmpty() ? key.owner == KeyOwner.NOBODY : holders.contains(key.owner))
                    .isTrue();
        }
    }

    @Test
    void aChangeOfValuesMovesExactlyTheKeysThatDiffer() {
        KeyMaker keys = new KeyMaker(
                List.of(
                        new IdentityRule(1, List.of("extRef"), IdentityRule.State.ACTIVE),
                        new IdentityRule(2, List.of("email"), IdentityRule.State.ACTIVE),
                        new IdentityRule(3, List.of("email", "lastName"), IdentityRule.State.PENDING)),
                name -> name,
                List.of());
        Profile before = new Profile(
                Map.of(ContactField.EXT_REF, "R1", ContactField.EMAIL, "a@x.org", ContactField.LAST_NAME, "Ray"),
                Map.of(),
                false);
        Profile after = new Profile(Map.of(ContactField.EXT_REF, "R2", ContactField.EMAIL, "A@X.org"), Map.of(), false);

        KeyDifference moved = KeyDifference.between(keys, before, after, List.of());
        assertThat(moved.released()).extracting(IdentityKey::rule).containsExactly(1, 3);
        assertThat(moved.gained()).extracting(IdentityKey::rule).containsExactly(1);
        KeyDifference withAlias = KeyDifference.between(keys, before, after, List.of("R1"));
        assertThat(withAlias.released())
                .as("its alias occupies the key of the old reference")
                .extracting(IdentityKey::rule)
                .containsExactly(3);
        assertThat(KeyDifference.between(keys, before, before, List.of("R1"))).isEqualTo(KeyDifference.NONE);
    }
}
