package io.muster.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.support.Refusal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class SegmentsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String GERMAN = "{field: language, is: de}";
    private static final Actor ANNA = Actor.system("anna");

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final Segments segments =
            new Segments(jdbc, transactions, new MailingLists(jdbc, clock, database.ids()), clock, database.ids());
    private Directory directory;

    @BeforeEach
    void makeADirectory() {
        directory = newDirectory();
    }

    private Directory newDirectory() {
        return new Directories(jdbc, transactions, clock, database.ids())
                .byNumber(DirectoryFixture.create(jdbc).id())
                .orElseThrow();
    }

    private Segment create(String name, String condition) {
        return segments.create(directory, name, condition, SizeGuard.usual(), ANNA);
    }

    private void delete(Segment segment) {
        segments.delete(segment, unused -> {}, ANNA);
    }

    private static String member(Segment segment) {
        return "{segment: " + segment.id() + ", is: member}";
    }

    private static void assertRefused(ThrowingCallable call, Refusal.Kind kind, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal).hasMessage(message);
            assertThat(refusal.kind()).isEqualTo(kind);
        });
    }

    @Test
    void findsASegmentByIdAndByName() {
        Segment created = create(" Gold 金 ", GERMAN);
        assertThat(created.id()).startsWith("SG_").hasSize(18);
        assertThat(created.name()).isEqualTo("Gold 金");
        assertThat(created.revision()).isEqualTo(1);
        assertThat(created.published()).isNull();
        assertThat(created.guard()).isEqualTo(new SizeGuard(0.5, 20));
        assertThat(segments.find(null, created.id())).isEqualTo(created);
        assertThat(segments.find(directory.number(), "Gold 金")).isEqualTo(created);
        assertThat(segments.of(directory.number())).containsExactly(created);
    }

    @Test
    void aNameAloneDoesNotFindASegment() {
        create("Gold", GERMAN);
        assertRefused(
                () -> segments.find(null, "Gold"),
                Refusal.Kind.INVALID,
                "Cannot use the segment 'Gold': names are unique within a directory only. Give its id (SG_…), or"
                        + " its directory with the name.");
        assertRefused(
                () -> segments.find(directory.number(), "Silver"),
                Refusal.Kind.NOT_FOUND,
                "Cannot use the segment 'Silver': there is no segment of that name.");
        Segment bronze = create("Bronze", GERMAN);
        assertRefused(
                () -> segments.find(newDirectory().number(), bronze.id()),
                Refusal.Kind.NOT_FOUND,
                "Cannot use the segment '" + bronze.id() + "': the directory has no segment of that id.");
    }

    @Test
    void namesAreUniqueInADirectory() {
        create("Gold", GERMAN);
        assertRefused(
                () -> create("Gold", GERMAN),
                Refusal.Kind.CONFLICT,
                "Cannot create the segment 'Gold': the directory has a segment of that name. Use it, or choose another"
                        + " name.");
        assertThat(segments.create(newDirectory(), "Gold", GERMAN, SizeGuard.usual(), ANNA))
                .isNotNull();
    }

    @Test
    void keepsEveryDefinitionWithItsAuthor() {
        Segment created = create("Gold", GERMAN);
        clock.set(2_000);
        Segment changed = segments.redefine(created, "{field: language, is: fr}", Actor.system("ben"));
        assertThat(changed.revision()).isEqualTo(2);
        assertThat(segments.redefine(changed, "field: language\nis: fr\n", Actor.system("carl")))
                .isEqualTo(changed);

        assertThat(segments.definitions(changed))
                .containsExactly(
                        new DefinitionChange(2, changed.definition(), "ben", 2_000),
                        new DefinitionChange(1, created.definition(), "anna", 1_000));
        assertThat(segments.actions(changed, 10))
                .extracting(AuditEntry::action, AuditEntry::actor)
                .containsExactly(tuple("segment.update", Actor.system("ben")), tuple("segment.create", ANNA));
    }

    @Test
    void aNewNameIsNoNewDefinition() {
        Segment renamed = segments.rename(create("Gold", GERMAN), "Platinum", ANNA);
        assertThat(renamed.name()).isEqualTo("Platinum");
        assertThat(renamed.revision()).isEqualTo(1);
        create("Gold", GERMAN);
        assertRefused(
                () -> segments.rename(renamed, "Gold", ANNA),
                Refusal.Kind.CONFLICT,
                "Cannot rename the segment 'Platinum' (" + renamed.id()
                        + "): the directory has a segment of that name. Use it, or choose another name.");
    }

    @Test
    void listsAndSegmentsMustBeOfTheSameDirectory() {
        Directory other = newDirectory();
        Segment foreign = segments.create(other, "Foreign", GERMAN, SizeGuard.usual(), ANNA);
        int list = new MailingLists(jdbc, clock, database.ids())
                .create(other.number(), "News")
                .number();
        assertRefused(
                () -> create(
                        "Mixed",
                        "any: [{list: " + TestDatabase.IDS.list(list) + ", is: member}, " + member(foreign) + "]"),
                Refusal.Kind.INVALID,
                "Cannot create the segment 'Mixed': its condition names the list " + TestDatabase.IDS.list(list)
                        + ", the segment " + foreign.id() + ", which the directory does not have."
                        + " Name lists and segments of the same directory.");
        assertThat(segments.of(directory.number())).isEmpty();
    }

    @Test
    void namesTheCircleItRefuses() {
        Segment a = create("A", GERMAN);
        Segment b = create("B", member(a));
        Segment c = create("C", "any: [" + member(b) + ", {field: email, isEmpty: true}]");
        assertRefused(
                () -> segments.redefine(a, member(c), ANNA),
                Refusal.Kind.INVALID,
                "Cannot update the segment 'A' (%1$s): it would use itself: 'A' (%1$s) → 'C' (%3$s) → 'B' (%2$s) → 'A' (%1$s). Remove one of these uses."
                        .formatted(a.id(), b.id(), c.id()));
        assertRefused(
                () -> segments.redefine(a, member(a), ANNA),
                Refusal.Kind.INVALID,
                "Cannot update the segment 'A' (%1$s): it would use itself: 'A' (%1$s) → 'A' (%1$s). Remove one of these uses."
                        .formatted(a.id()));
        assertThat(segments.find(null, a.id())).isEqualTo(a);
    }

    @Test
    void aDefinitionFromBeforeTheBoundOfGroupsIsNamedAndCanBeReplaced() {
        Segment old = create("Old", GERMAN);
        jdbc.sql("UPDATE segment SET definition = ? WHERE id = ?")
                .param("{\"all\":[".repeat(501) + "{\"field\":\"language\",\"is\":\"de\"}" + "]}".repeat(501))
                .param(old.number())
                .update();

        Segment stored = segments.find(null, old.id());
        assertRefused(
                () -> segments.condition(stored),
                Refusal.Kind.CONFLICT,
                "Cannot use the segment " + old.called() + ": its stored condition cannot be read, line 1: is nested"
                        + " deeper than 500 groups. Make inner groups segments of their own and refer to them."
                        + " Give it another condition.");
        assertThat(segments.condition(segments.redefine(stored, GERMAN, ANNA))).isEqualTo(segments.condition(old));
    }

    @Test
    void aSegmentInUseIsNotDeleted() {
        Segment a = create("A", GERMAN);
        Segment b = create("B", member(a));
        Segment c = create("C", member(a));
        assertRefused(
                () -> delete(a),
                Refusal.Kind.CONFLICT,
                "Cannot delete the segment 'A' (%s): 'B' (%s), 'C' (%s) use it. Change or delete what uses it first."
                        .formatted(a.id(), b.id(), c.id()));
        delete(b);
        segments.redefine(c, GERMAN, ANNA);
        delete(a);
        assertThat(segments.of(directory.number())).extracting(Segment::name).containsExactly("C");
        assertThat(segments.actions(a, 1))
                .extracting(AuditEntry::action, entry -> entry.detail().get("result"))
                .containsExactly(tuple("segment.delete", "A: " + a.definition()));
    }

    @Test
    void tellsEveryProblemOfACondition() {
        assertThatThrownBy(() -> create("Bad", "all:\n  - {field: nope, is: x}\n  - {field: email}\n"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
                    assertThat(refusal)
                            .hasMessageStartingWith("Cannot create the segment 'Bad': its condition has 2 problems: ")
                            .hasMessageContaining("line 2, all[0]")
                            .hasMessageContaining("line 3, all[1]");
                });
    }
}
