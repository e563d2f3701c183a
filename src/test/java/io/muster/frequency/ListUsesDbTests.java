package io.muster.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What names a list, and that it is found also when it is made at the moment at which the list is to go. */
class ListUsesDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor ANNA = Actor.system("anna");

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final MailingLists lists = new MailingLists(jdbc, clock, database.ids());
    private final Segments segments = new Segments(jdbc, transactions, lists, clock, database.ids());
    private final FrequencyRuleStore rules = new FrequencyRuleStore(jdbc, transactions, clock, database.ids());
    private final ListUses uses = new ListUses(segments, rules);
    private final Directory directory = new Directories(jdbc, transactions, clock, database.ids())
            .byNumber(DirectoryFixture.create(jdbc).id())
            .orElseThrow();
    private final MailingList list = lists.create(directory.number(), "News");

    private StoredRule rule() {
        return rules.add(directory.number(), new RuleOptions("3", "7d", null, null, false, null, list.number()), ANNA);
    }

    private void segment() {
        segments.create(directory, "Readers", "{list: " + list.id() + ", is: member}", SizeGuard.usual(), ANNA);
    }

    @Test
    void aListThatNothingNamesMayGo() {
        assertThat(uses.of(list)).isEmpty();
    }

    @Test
    void segmentsAndRulesThatNameItAreFound() {
        String rule = rule().id();
        assertThat(uses.of(list)).contains(new ListUses.Use("frequency rules name it: " + rule, "Remove them first."));

        segment();
        assertThat(uses.of(list).map(ListUses.Use::reason))
                .hasValueSatisfying(
                        reason -> assertThat(reason).startsWith("conditions of segments name it: 'Readers'"));
    }

    @Test
    void aRuleThatIsBeingAddedIsWaitedFor() throws Exception {
        assertThat(foundWhileMaking(this::rule)).isPresent();
    }

    @Test
    void aSegmentThatIsBeingMadeIsWaitedFor() throws Exception {
        assertThat(foundWhileMaking(this::segment)).isPresent();
    }

    /** What somebody finds who locks the list while somebody else is naming it. */
    private Optional<ListUses.Use> foundWhileMaking(Runnable naming) throws Exception {
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Optional<ListUses.Use>> found = Objects.requireNonNull(transactions.execute(status -> {
                naming.run();
                Future<Optional<ListUses.Use>> asked =
                        pool.submit(() -> Objects.requireNonNull(transactions.execute(other -> {
                            assertThat(lists.lock(list)).isTrue();
                            return uses.of(list);
                        })));
                await().until(() -> asked.isDone() || isWaitedFor());
                return asked;
            }));
            return found.get();
        }
    }

    private boolean isWaitedFor() {
        return jdbc.sql("SELECT COUNT(*) FROM information_schema.innodb_trx"
                                + " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%FROM mailing_list%'")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    @Test
    void aListThatIsGoneIsNotNamedByARule() {
        lists.delete(list);

        assertThatThrownBy(this::rule)
                .hasMessage("Cannot add the rule: the list " + list.id()
                        + " has been deleted meanwhile. Name another list.");
        assertThat(rules.of(directory.number())).isEmpty();
    }
}
