package io.muster.intake;

import static io.muster.dedup.DirectoryFixture.record;
import static io.muster.intake.VisitorFixture.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactChange;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.ContactField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whom visitors match, and that each is created once whoever comes at the same time. */
class VisitorsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path home;

    private VisitorFixture fixture;
    private Visitors visitors;
    private String project;

    @BeforeEach
    void publish() {
        fixture = new VisitorFixture(database, home, "extRef", "email", "phone,lastName");
        project = fixture.publish(21, draft -> draft);
        visitors = fixture.visitors();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private VisitorOutcome receive(String more) {
        return visitors.receive(visitor(project, more), "caller", Visitors.Purpose.VISIT)
                .outcome();
    }

    @Test
    void aReferenceThatAMergeHasGivenExists() {
        fixture.edits().upsert(fixture.directory().id(), record("extRef", "own"));
        int rule = database.jdbc()
                .sql("SELECT MIN(rule_id) FROM identity_rule WHERE directory_id = ?")
                .param(fixture.directory().id())
                .query(Integer.class)
                .single();
        database.jdbc()
                .sql("INSERT INTO claim (directory_id, rule_id, key_hash, number) VALUES (?, ?, ?, 1)")
                .params(fixture.directory().id(), rule, key("absorbed"))
                .update();

        assertThat(receive("'ref':'absorbed'")).isEqualTo(VisitorOutcome.EXISTS);
        assertThat(fixture.directory().numbers()).containsExactly(1L);
    }

    private static byte[] key(String reference) {
        IdentityRule rule = new IdentityRule(1, List.of("extRef"), IdentityRule.State.ACTIVE);
        KeyMaker maker = new KeyMaker(List.of(rule), name -> name, List.of());
        return Objects.requireNonNull(maker.referenceKey(0, reference)).bytes();
    }

    @Test
    void whoMatchesAnotherUnderAnyRuleIsNotCreated() {
        fixture.edits()
                .upsert(
                        fixture.directory().id(),
                        record("extRef", "one", "email", "a@x.example", "phone", "+431234567", "lastName", "Ray"));

        assertThat(receive("'ref':'two','email':'A@X.example'")).isEqualTo(VisitorOutcome.MATCHES_ANOTHER);
        assertThat(receive("'ref':'two','phone':'+431234567','lastName':'RAY'"))
                .isEqualTo(VisitorOutcome.MATCHES_ANOTHER);
        assertThat(receive("'ref':'one','email':'b@x.example'")).isEqualTo(VisitorOutcome.EXISTS);
        assertThat(receive("'ref':'ONE'")).as("references have case").isEqualTo(VisitorOutcome.CREATED);
        assertThat(fixture.directory().count("contact")).isEqualTo(2);
        assertThat(fixture.directory().count("claim_shadow")).isZero();
    }

    @Test
    void aReferenceThatAnEarlierRuleWouldHideExists() {
        try (VisitorFixture other = new VisitorFixture(database, home, "email", "extRef")) {
            String emailFirst = other.publish(22, draft -> draft);
            other.edits().upsert(other.directory().id(), record("extRef", "one", "email", "a@x.example"));
            other.edits().upsert(other.directory().id(), record("extRef", "two"));

            assertThat(other.visitors()
                            .receive(
                                    visitor(emailFirst, "'ref':'two','email':'a@x.example'"),
                                    "caller",
                                    Visitors.Purpose.VISIT)
                            .outcome())
                    .isEqualTo(VisitorOutcome.EXISTS);
        }
    }

    @Test
    void aReferenceThatTheDirectoryTakesForBlankIsAPlaceholder() {
        fixture.directory().settings("{\"nullTokens\":[\"none\"],\"placeholders\":[\"guest\"]}");

        assertThat(receive("'ref':'none'")).isEqualTo(VisitorOutcome.PLACEHOLDER);
        assertThat(receive("'ref':'guest','email':'a@x.example'")).isEqualTo(VisitorOutcome.PLACEHOLDER);
        assertThat(fixture.directory().numbers()).isEmpty();
    }

    @Test
    void whoIsKnownLeavesNoTrace() {
        fixture.edits().upsert(fixture.directory().id(), record("extRef", "one", "email", "a@x.example"));
        long numbers = nextNumber();

        receive("'ref':'one','firstName':'Eve','data':{'colour':'red'}");
        receive("'ref':'two','email':'a@x.example','data':{'colour':'red'}");

        assertThat(fixture.directory().count("embedded_name")).isZero();
        assertThat(nextNumber()).isEqualTo(numbers);
        assertThat(fixture.directory().contact(1))
                .containsEntry("first_name", null)
                .containsEntry("version", 1);
    }

    private long nextNumber() {
        return database.jdbc()
                .sql("SELECT next_number FROM directory WHERE id = ?")
                .param(fixture.directory().id())
                .query(Long.class)
                .single();
    }

    @Test
    void aContactThatWasMadeIsNotedAndEnteredUnderItsProject() {
        assertThat(receive("'ref':'one'")).isEqualTo(VisitorOutcome.CREATED);

        assertThat(database.jdbc()
                        .sql("SELECT CONCAT_WS(' ', actor_kind, action, actor) FROM audit WHERE directory_id = ?")
                        .param(fixture.directory().id())
                        .query(String.class)
                        .list())
                .containsExactly("SYSTEM contact.create intercept " + project);
        assertThat(fixture.directory().count("segment_members")).isZero();
    }

    @RepeatedTest(5)
    void visitsAtOnceMakeOneContactUnderEveryRule() throws Exception {
        List<VisitorOutcome> outcomes = atOnce(
                "'ref':'one','email':'a@x.example'",
                "'ref':'one','phone':'+431234567','lastName':'Ray'",
                "'ref':'two','email':'a@x.example'",
                "'ref':'three','email':'A@x.example','phone':'+431234567','lastName':'ray'",
                "'ref':'one'",
                "'ref':'two','phone':'+431234567','lastName':'RAY','data':{'colour':'red'}");

        new IdentityInvariant(database.jdbc()).holds(fixture.directory().id());
        assertThat(fixture.directory().count("claim_shadow")).isZero();
        assertThat(outcomes.stream().filter(VisitorOutcome.CREATED::equals))
                .hasSize(fixture.directory().numbers().size());
        assertThat(outcomes)
                .contains(VisitorOutcome.CREATED)
                .isSubsetOf(VisitorOutcome.CREATED, VisitorOutcome.EXISTS, VisitorOutcome.MATCHES_ANOTHER);
    }

    @RepeatedTest(3)
    void manyVisitsOfFewAtOnceCreateEachOnce() throws Exception {
        String[] sent = new String[60];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = "'ref':'R%d','email':'p%d@x.example','data':{'n%d':'1'}".formatted(i % 7, i % 7, i % 5);
        }

        List<VisitorOutcome> outcomes = atOnce(sent);

        assertThat(fixture.directory().numbers()).hasSize(7);
        assertThat(outcomes.stream().filter(VisitorOutcome.CREATED::equals)).hasSize(7);
        assertThat(outcomes.stream().filter(VisitorOutcome.EXISTS::equals)).hasSize(53);
        new IdentityInvariant(database.jdbc()).holds(fixture.directory().id());
    }

    private List<VisitorOutcome> atOnce(String... sent) throws Exception {
        CyclicBarrier start = new CyclicBarrier(sent.length);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<VisitorOutcome>> running = new ArrayList<>();
            for (String more : sent) {
                running.add(threads.submit(() -> {
                    start.await();
                    return receive(more);
                }));
            }

            List<VisitorOutcome> outcomes = new ArrayList<>();
            for (Future<VisitorOutcome> one : running) {
                outcomes.add(one.get());
            }

            return outcomes;
        }
    }

    @Test
    void aVisitorWhoseValuesWereGivenUpIsCreated() {
        fixture.edits().upsert(fixture.directory().id(), record("extRef", "one", "email", "a@x.example"));
        assertThat(receive("'ref':'two','email':'a@x.example'")).isEqualTo(VisitorOutcome.MATCHES_ANOTHER);

        fixture.edits().update(fixture.directory().id(), 1, ContactChange.clearing(Set.of(ContactField.EMAIL)));
        assertThat(receive("'ref':'two','email':'a@x.example'")).isEqualTo(VisitorOutcome.CREATED);
    }
}
