package io.muster.dedup.rules;

import static io.muster.dedup.rules.AnIncomingRecord.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which contact a record matches, without any database. */
class MatchTests {

    private static final IdentityKey REFERENCE = new IdentityKey(1, 11, 11);
    private static final IdentityKey EMAIL = new IdentityKey(2, 22, 22);
    private static final List<IdentityRule> RULES = List.of(
            new IdentityRule(1, List.of("extRef"), State.ACTIVE), new IdentityRule(2, List.of("email"), State.ACTIVE));

    private final Directory directory = new Directory();

    /** Owners, references and aliases, and the keys that were asked for. */
    private static final class Directory implements Match.Holders {

        private final Map<IdentityKey, Long> owners = new HashMap<>();
        private final Map<Long, String> references = new HashMap<>();
        private final Map<Long, List<String>> aliases = new HashMap<>();
        private final List<IdentityKey> asked = new ArrayList<>();

        @Override
        public long owner(IdentityKey key) {
            asked.add(key);
            return owners.getOrDefault(key, KeyOwner.NOBODY);
        }

        @Override
        public @Nullable String reference(long contact) {
            return references.get(contact);
        }

        @Override
        public Collection<String> aliases(long contact) {
            return aliases.getOrDefault(contact, List.of());
        }
    }

    private long find(AnIncomingRecord record) {
        return new Match(RULES, false).find(record, directory);
    }

    private long findProtected(AnIncomingRecord record) {
        return new Match(RULES, true).find(record, directory);
    }

    @Test
    void theFirstRuleThatFindsAContactDecidesAndLaterOnesAreNotLookedAt() {
        directory.owners.put(REFERENCE, 7L);
        directory.owners.put(EMAIL, 8L);

        assertThat(find(record().key(0, REFERENCE).key(1, EMAIL))).isEqualTo(7);
        assertThat(directory.asked).containsExactly(REFERENCE);
    }

    @Test
    void aRuleThatFindsNobodyLeavesTheDecisionToTheNext() {
        directory.owners.put(EMAIL, 8L);

        assertThat(find(record().key(0, REFERENCE).key(1, EMAIL))).isEqualTo(8);
        assertThat(directory.asked).containsExactly(REFERENCE, EMAIL);
    }

    @Test
    void aRuleWithABlankFieldIsSkipped() {
        directory.owners.put(EMAIL, 8L);

        assertThat(find(record().key(1, EMAIL))).isEqualTo(8);
        assertThat(directory.asked).containsExactly(EMAIL);
    }

    @Test
    void aRecordThatNoRuleFindsMatchesNobody() {
        assertThat(find(record().key(0, REFERENCE).key(1, EMAIL))).isEqualTo(KeyOwner.NOBODY);
        assertThat(find(record())).isEqualTo(KeyOwner.NOBODY);
    }

    @Test
    void aPendingRuleMatchesNothing() {
        directory.owners.put(EMAIL, 8L);
        Match match = new Match(List.of(new IdentityRule(2, List.of("email"), State.PENDING)), false);

        assertThat(match.find(record().key(0, EMAIL), directory)).isEqualTo(KeyOwner.NOBODY);
        assertThat(match.isUnrecognisable(record().key(0, EMAIL))).isTrue();
    }

    @Test
    void onlyARecordWithoutAnyKeyIsUnrecognisable() {
        assertThat(new Match(RULES, false).isUnrecognisable(record())).isTrue();
        assertThat(new Match(RULES, false).isUnrecognisable(record().key(1, EMAIL)))
                .isFalse();
    }

    @Test
    void aContactWithAnotherReferenceIsLeftAloneByWeakerRulesWhereReferencesAreProtected() {
        directory.owners.put(EMAIL, 8L);
        directory.references.put(8L, "R8");
        AnIncomingRecord record =
                record().with(ContactField.EXT_REF, "R9").key(0, REFERENCE).key(1, EMAIL);

        assertThat(findProtected(record)).isEqualTo(KeyOwner.NOBODY);
        assertThat(find(record)).isEqualTo(8);
    }

    @Test
    void aProtectedContactIsStillFoundByItsReferenceAnAliasOrWithoutAny() {
        directory.owners.put(EMAIL, 8L);
        directory.references.put(8L, "R8");
        directory.aliases.put(8L, List.of("R7"));

        assertThat(findProtected(record().with(ContactField.EXT_REF, "R8").key(1, EMAIL)))
                .isEqualTo(8);
        assertThat(findProtected(record().with(ContactField.EXT_REF, "R7").key(1, EMAIL)))
                .isEqualTo(8);
        assertThat(findProtected(record().blank(ContactField.EXT_REF).key(1, EMAIL)))
                .isEqualTo(8);
    }

    @Test
    void aContactWithoutAReferenceIsNotProtected() {
        directory.owners.put(EMAIL, 8L);

        assertThat(findProtected(record().with(ContactField.EXT_REF, "R9").key(1, EMAIL)))
                .isEqualTo(8);
    }

    @Test
    void theRuleOfTheReferenceFindsWhoeverOwnsTheKeyEvenWhereReferencesAreProtected() {
        directory.owners.put(REFERENCE, 8L);
        directory.references.put(8L, "r9");

        assertThat(findProtected(record().with(ContactField.EXT_REF, "R9").key(0, REFERENCE)))
                .isEqualTo(8);
    }

    @Test
    void aKeyThatARunHasTakenDecidesToo() {
        directory.owners.put(REFERENCE, KeyOwner.ofRun(42));
        directory.owners.put(EMAIL, 8L);
        AnIncomingRecord record =
                record().with(ContactField.EXT_REF, "R9").key(0, REFERENCE).key(1, EMAIL);

        assertThat(KeyOwner.isRun(find(record))).isTrue();
        assertThat(KeyOwner.run(findProtected(record))).isEqualTo(42);
        assertThat(directory.asked).doesNotContain(EMAIL);
    }

    @Test
    void onlyRulesOfTheReferenceAloneAreExclusive() {
        Match match = new Match(
                List.of(
                        new IdentityRule(4, List.of("extRef:folded"), State.PENDING),
                        new IdentityRule(5, List.of("extRef", "email"), State.ACTIVE)),
                false);

        assertThat(match.isExclusive(4)).isTrue();
        assertThat(match.isExclusive(5)).isFalse();
        assertThat(match.isExclusive(IdentityKey.CONTENT_RULE)).isFalse();
    }
}
