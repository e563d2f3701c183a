package io.muster.dedup.merge;

import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.MovableClock;
import io.muster.dedup.SettingsChange;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.support.Refusal;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class SettingsChangeDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final MovableClock clock = new MovableClock();
    private final JdbcClient jdbc = database.jdbc();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final Directories directories = new Directories(jdbc, transactions, clock, database.ids());
    private final IdentityRules rules = new IdentityRules(jdbc, transactions, new EmbeddedNames(jdbc, clock), clock);
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final SettingsChange change = new SettingsChange(jdbc, database.transactions(), directories, rules);
    private int directory;

    @BeforeEach
    void createDirectory() {
        directory = directories
                .create("d" + System.nanoTime(), ZoneOffset.UTC, created -> {})
                .number();
        rules.set(directory, List.of(List.of("extRef"), List.of("email")));
    }

    @Test
    void otherPlaceholdersOfAnEmptyDirectoryHoldAtOnce() {
        Directory changed = placeholders("info@b.example");

        assertThat(changed.settings().placeholders()).containsExactly("info@b.example");
        assertThat(rules.of(directory))
                .containsExactly(
                        new IdentityRule(3, List.of("extRef"), State.ACTIVE),
                        new IdentityRule(4, List.of("email"), State.ACTIVE));
        assertThat(edits.upsert(directory, record("email", "info@b.example"))).isInstanceOf(EditResult.Created.class);
        assertThat(edits.upsert(directory, record("email", "INFO@b.example"))).isInstanceOf(EditResult.Created.class);
    }

    @Test
    void otherPlaceholdersTakeTheirKeysAwayAndGiveThemBack() {
        edits.upsert(directory, record("extRef", "A", "email", "info@b.example"));
        edits.upsert(directory, record("extRef", "B", "email", "b@b.example"));

        placeholders("info@b.example");

        assertThat(rules.of(directory)).extracting(IdentityRule::state).containsOnly(State.PENDING);
        assertThat(count("claim")).isZero();
        rekey();
        assertThat(count("claim")).isEqualTo(3);
        new IdentityInvariant(jdbc).holds(directory);
        assertThat(edits.upsert(directory, record("extRef", "B", "phone", "+49301")))
                .isEqualTo(new EditResult.Updated(2));
        assertThat(edits.upsert(directory, record("email", "info@b.example"))).isInstanceOf(EditResult.Created.class);

        placeholders();
        rekey();
        new IdentityInvariant(jdbc).holds(directory);
        assertThat(edits.upsert(directory, record("email", "info@b.example", "phone", "+49302")))
                .isEqualTo(new EditResult.Updated(1));
    }

    @Test
    void theSamePlaceholdersLeaveTheRulesAlone() {
        edits.upsert(directory, record("extRef", "A"));
        placeholders("none", "Unknown");
        rekey();
        List<IdentityRule> before = rules.of(directory);

        placeholders(" UNKNOWN", "none");

        assertThat(rules.of(directory)).isEqualTo(before);
        assertThat(count("claim")).isOne();
    }

    @Test
    void refusedSettingsChangeNothing() {
        List<IdentityRule> before = rules.of(directory);

        assertThatThrownBy(() -> change.make(
                        directory,
                        settings -> new DirectorySettings(
                                settings.policies(),
                                List.of(),
                                null,
                                settings.mergeMode(),
                                false,
                                List.of("x"),
                                0,
                                List.of())))
                .isInstanceOf(Refusal.class);

        assertThat(rules.of(directory)).isEqualTo(before);
        assertThat(directories.byNumber(directory).orElseThrow().settings().placeholders())
                .isEmpty();
    }

    private Directory placeholders(String... values) {
        return change.make(
                directory,
                before -> new DirectorySettings(
                        before.policies(),
                        before.nullTokens(),
                        before.region(),
                        before.mergeMode(),
                        before.protectReference(),
                        List.of(values),
                        before.maxGroup(),
                        before.sources()));
    }

    private void rekey() {
        assertThat(new Rekey(jdbc, database.transactions(), clock)
                        .run(directory, progress -> {})
                        .problem())
                .isEmpty();
    }

    private long count(String table) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table + " WHERE directory_id = ?")
                .param(directory)
                .query(Long.class)
                .single();
    }
}
