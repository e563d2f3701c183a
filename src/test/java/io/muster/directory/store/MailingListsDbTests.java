package io.muster.directory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.MailingList;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.Reading;
import io.muster.support.Refusal;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Lists come under another name and go with their memberships. */
class MailingListsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int MEMBERS = 45_000;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final MailingLists lists = new MailingLists(jdbc, clock, database.ids());
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        directory = DirectoryFixture.create(jdbc);
    }

    private void fill(MailingList list, int members) {
        jdbc.sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, joined_at)"
                        + " WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)"
                        + " SELECT ?, ?, a.i * 300 + b.i + 1, 0, 0 FROM n a JOIN n b WHERE a.i * 300 + b.i < ?")
                .params(list.directory(), list.number(), members)
                .update();
    }

    private long members(MailingList list) {
        return lists.size(list).members();
    }

    private <T> T transaction(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    @Test
    void aDeletedListIsGoneWithItsMembersAndEachIsNoted() {
        MailingList list = lists.create(directory.id(), "Members");
        MailingList other = lists.create(directory.id(), "Others");
        fill(list, MEMBERS);
        fill(other, 3);
        ChangeReader reader = new ChangeReader("test", Set.of(ChangeKind.LISTS), jdbc, database.transactions(), clock);
        transactions.executeWithoutResult(status -> reader.start(directory.id()));

        assertThat(transaction(() -> lists.delete(list))).isEqualTo(MEMBERS);

        assertThat(lists.of(directory.id())).containsExactly(other);
        assertThat(members(list)).isZero();
        assertThat(members(other)).isEqualTo(3);
        Reading.Next next = (Reading.Next) reader.poll(directory.id(), 10);
        assertThat(next.contacts().numbers().getLongCardinality()).isEqualTo(MEMBERS);
        assertThat(next.contacts().of(MEMBERS)).containsExactly(ChangeKind.LISTS);
        assertThat(directory.count("contact_change"))
                .as("one row for all of them")
                .isEqualTo(1);
    }

    @Test
    void aDeletionThatIsRolledBackLeavesAllAsItWas() {
        MailingList list = lists.create(directory.id(), "Members");
        fill(list, 3);
        transactions.executeWithoutResult(status -> {
            assertThat(lists.delete(list)).isEqualTo(3);
            status.setRollbackOnly();
        });

        assertThat(lists.of(directory.id())).containsExactly(list);
        assertThat(members(list)).isEqualTo(3);
    }

    @Test
    void aListThatIsGoneIsNeitherDeletedNorRenamed() {
        MailingList list = lists.create(directory.id(), "Members");
        assertThat(transaction(() -> lists.delete(list))).isZero();
        assertThatThrownBy(() -> transaction(() -> lists.delete(list)))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot delete the list 'Members': it has been deleted meanwhile.");
        assertThatThrownBy(() -> transaction(() -> lists.rename(list, "Friends")))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot rename the list 'Members': it has been deleted meanwhile.");
    }

    @Test
    void aRenamedListKeepsItsNumberAndItsMembers() {
        MailingList list = lists.create(directory.id(), "Members");
        fill(list, 3);
        MailingList renamed = transaction(() -> lists.rename(list, " Friends "));
        assertThat(renamed).isEqualTo(lists.find(directory.id(), "Friends"));
        assertThat(renamed.number()).isEqualTo(list.number());
        assertThat(members(renamed)).isEqualTo(3);
        assertThat(transaction(() -> lists.rename(renamed, "Friends"))).isEqualTo(renamed);
    }

    @Test
    void twoListsOfADirectoryHaveDifferentNames() {
        lists.create(directory.id(), "Members");
        MailingList other = lists.create(directory.id(), "Others");
        assertThatThrownBy(() -> transaction(() -> lists.rename(other, "Members")))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot rename the list 'Others': the directory has a list 'Members'. Choose another name.");
        assertThat(lists.find(directory.id(), "Others")).isEqualTo(other);
    }
}
