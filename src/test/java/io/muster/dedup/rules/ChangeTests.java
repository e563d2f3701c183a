package io.muster.dedup.rules;

import static io.muster.dedup.rules.AnIncomingRecord.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.Membership;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a contact becomes, without any database. */
class ChangeTests {

    private static final KeyMaker KEYS = new KeyMaker(
            List.of(new IdentityRule(1, List.of("extRef:folded"), IdentityRule.State.ACTIVE)), name -> name, List.of());

    private static Profile profile(Map<ContactField, String> fields, Map<String, String> embedded) {
        return new Profile(fields, embedded, false);
    }

    private static Change change(Map<String, FieldPolicy> policies) {
        return new Change(new Policies(policies, Map.of()), KEYS);
    }

    private static Profile updated(Profile before, AnIncomingRecord record) {
        return change(Map.of()).updated(before, List.of(), record, OptOut.UNSAID);
    }

    /** Stored, given, and what is left; a dash stands for none. */
    @ParameterizedTest
    @CsvSource({
        "OVERWRITE, old, new, new",
        "OVERWRITE, -, new, new",
        "OVERWRITE, old, -, old",
        "OVERWRITE, -, -, -",
        "FILL_IF_EMPTY, old, new, old",
        "FILL_IF_EMPTY, -, new, new",
        "FILL_IF_EMPTY, old, -, old",
        "KEEP, old, new, old",
        "KEEP, -, new, -",
        "KEEP, old, -, old",
        "CLEAR_ON_BLANK, old, new, new",
        "CLEAR_ON_BLANK, -, new, new",
        "CLEAR_ON_BLANK, old, -, -",
        "CLEAR_ON_BLANK, -, -, -"
    })
    void aPolicyDecidesForFieldsAndEmbeddedDataAlike(FieldPolicy policy, String stored, String given, String left) {
        Profile before = stored.equals("-")
                ? profile(Map.of(), Map.of())
                : profile(Map.of(ContactField.LAST_NAME, stored), Map.of("plan", stored));
        AnIncomingRecord record = given.equals("-")
                ? record().blank(ContactField.LAST_NAME).blank("plan")
                : record().with(ContactField.LAST_NAME, given).with("plan", given);

        Profile after = change(Map.of("lastName", policy, "embedded.PLAN", policy))
                .updated(before, List.of(), record, OptOut.UNSAID);

        assertThat(after.field(ContactField.LAST_NAME)).isEqualTo(orNull(left));
        assertThat(after.embedded("plan")).isEqualTo(orNull(left));
    }

    private static @Nullable String orNull(String text) {
        return text.equals("-") ? null : text;
    }

    @ParameterizedTest
    @EnumSource(FieldPolicy.class)
    void aFieldTheRecordDoesNotHaveStays(FieldPolicy policy) {
        Profile before = profile(Map.of(ContactField.EMAIL, "a@x.org"), Map.of("plan", "gold"));

        assertThat(change(Map.of("email", policy, "embedded.plan", policy))
                        .updated(before, List.of(), record(), OptOut.UNSAID))
                .isSameAs(before);
    }

    @Test
    void thePolicyOfTheJobOverridesThatOfTheDirectory() {
        Policies policies = new Policies(Map.of("email", FieldPolicy.KEEP), Map.of("email", FieldPolicy.OVERWRITE));
        Profile before = profile(Map.of(ContactField.EMAIL, "a@x.org"), Map.of());

        assertThat(new Change(policies, KEYS)
                        .updated(before, List.of(), record().with(ContactField.EMAIL, "b@x.org"), OptOut.UNSAID)
                        .field(ContactField.EMAIL))
                .isEqualTo("b@x.org");
    }

    @Test
    void aRecordThatSaysWhatIsStoredGivesTheVeryProfileBack() {
        Profile before = profile(Map.of(ContactField.EMAIL, "a@x.org"), Map.of("plan", "gold", "city", "Rome"));

        assertThat(updated(before, record().with(ContactField.EMAIL, "a@x.org").with("plan", "gold")))
                .isSameAs(before);
    }

    @Test
    void embeddedDataIsMergedNameByName() {
        Profile before = profile(Map.of(), Map.of("plan", "gold", "city", "Rome"));

        assertThat(updated(before, record().with("plan", "silver").with("size", "7"))
                        .embedded())
                .isEqualTo(Map.of("plan", "silver", "city", "Rome", "size", "7"));
    }

    @Test
    void aReferenceThatAMergeAbsorbedNeverReplacesTheContactsOwn() {
        Profile before = profile(Map.of(ContactField.EXT_REF, "R1"), Map.of());
        Change change = change(Map.of());

        assertThat(change.updated(before, List.of("R2"), record().with(ContactField.EXT_REF, "R2"), OptOut.UNSAID))
                .isSameAs(before);
        assertThat(change.updated(before, List.of("R2"), record().with(ContactField.EXT_REF, "r2"), OptOut.UNSAID))
                .as("means the same under the rule")
                .isSameAs(before);
        assertThat(change.updated(before, List.of("R2"), record().with(ContactField.EXT_REF, "R3"), OptOut.UNSAID)
                        .field(ContactField.EXT_REF))
                .isEqualTo("R3");
    }

    @ParameterizedTest
    @CsvSource({
        "UNSAID, false, false",
        "UNSAID, true, true",
        "OUT, false, true",
        "OUT, true, true",
        "LIFTED, true, false",
        "LIFTED, false, false"
    })
    void onlyALiftedOptOutIsTakenBack(OptOut said, boolean before, boolean after) {
        Profile stored = new Profile(Map.of(), Map.of(), before);

        assertThat(change(Map.of()).updated(stored, List.of(), record(), said).unsubscribed())
                .isEqualTo(after);
        assertThat(Change.joined(new Membership(before, null, 5, before ? 7L : null), Map.of(), said, 9))
                .isEqualTo(new Membership(after, null, 5, !after ? null : before ? Long.valueOf(7) : Long.valueOf(9)));
    }

    @Test
    void aNewContactTakesEveryValueWhateverThePolicies() {
        Profile created = Change.created(
                record().with(ContactField.EMAIL, "a@x.org")
                        .blank(ContactField.PHONE)
                        .with("plan", "gold"),
                OptOut.OUT);

        assertThat(created).isEqualTo(new Profile(Map.of(ContactField.EMAIL, "a@x.org"), Map.of("plan", "gold"), true));
    }

    @Test
    void toTheLetterEveryValueReplacesAndEveryBlankClears() {
        Profile before = profile(
                Map.of(ContactField.EMAIL, "a@x.org", ContactField.PHONE, "1"), Map.of("plan", "gold", "city", "Rome"));
        AnIncomingRecord record = record().with(ContactField.EMAIL, "b@x.org")
                .blank(ContactField.PHONE)
                .blank("plan");

        assertThat(new Change(Policies.toTheLetter(), KEYS).updated(before, List.of(), record, OptOut.UNSAID))
                .isEqualTo(profile(Map.of(ContactField.EMAIL, "b@x.org"), Map.of("city", "Rome")));
    }

    @Test
    void joiningAgainKeepsTheTimeAndMergesTheEmbeddedData() {
        Membership member = Change.joined(null, Map.of("a", "1"), OptOut.UNSAID, 5);

        assertThat(member).isEqualTo(new Membership(false, "{\"a\":\"1\"}", 5, null));
        assertThat(Change.joined(member, Map.of("b", "2"), OptOut.OUT, 9))
                .isEqualTo(new Membership(true, "{\"a\":\"1\",\"b\":\"2\"}", 5, 9L));
    }

    @Test
    void whiteSpaceAndNullTokensAreBlank() {
        NullTokens tokens = new NullTokens(List.of("N/A", " none "));

        assertThat(tokens.isBlank("  ")).isTrue();
        assertThat(tokens.isBlank(" n/a ")).isTrue();
        assertThat(tokens.isBlank("NONE")).isTrue();
        assertThat(tokens.isBlank("no")).isFalse();
        assertThat(new NullTokens(List.of()).isBlank("N/A")).isFalse();
    }
}
