package io.muster.load;

import io.muster.directory.IdentityKey;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.support.Refusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes the contacts of a block, their memberships and what is recorded for them. */
final class ContactWriter {

    private static final int NUMBERS_PER_STATEMENT = 5_000;

    private static final String VERSIONS_LOCKED = """
        SELECT number, version FROM contact
        WHERE directory_id = %d AND number IN (%s)
        ORDER BY number FOR UPDATE
        """;

    private static final String LEAVE_LIST =
            "DELETE FROM list_member WHERE directory_id = %d AND list_id = %d AND number IN (%s)";

    // Shared until the block is committed: a list that is deleted meanwhile waits, or is found to be gone.
    private static final String LIST_SHARED =
            "SELECT id FROM mailing_list WHERE id = ? AND directory_id = ? LOCK IN SHARE MODE";

    private final Connection connection;
    private final BulkWriting bulk;
    private final LoadTask task;

    ContactWriter(Connection connection, BulkWriting bulk, LoadTask task) {
        this.connection = connection;
        this.bulk = bulk;
        this.task = task;
    }

    /** Locks the contacts that change; who is gone or has moved on since the survey loses. */
    Set<Long> lockAndCompare(Collection<NetWrite> writes) throws SQLException {
        Map<Long, Integer> expected = new HashMap<>();
        TreeSet<Long> numbers = new TreeSet<>();
        for (NetWrite write : writes) {
            if (write.before() != null) {
                expected.put(write.ref(), write.before().version());
                numbers.add(write.ref());
            }
        }

        try (Statement statement = connection.createStatement()) {
            List<Long> all = new ArrayList<>(numbers);
            for (int from = 0; from < all.size(); from += NUMBERS_PER_STATEMENT) {
                String part = join(all.subList(from, Math.min(from + NUMBERS_PER_STATEMENT, all.size())));
                try (ResultSet result = statement.executeQuery(VERSIONS_LOCKED.formatted(task.directory(), part))) {
                    while (result.next()) {
                        expected.remove(result.getLong(1), result.getInt(2));
                    }
                }
            }
        }

        return new TreeSet<>(expected.keySet());
    }

    /** Writes everything but keys of the contacts that stay; references with a record that came in from elsewhere meanwhile lose. */
    Set<Long> write(Collection<NetWrite> all) throws SQLException {
        List<NetWrite> writes = all.stream().filter(write -> !write.deletes()).toList();
        Set<Long> losers = new EventWriter(connection, bulk, task).write(writes);
        if (!losers.isEmpty()) {
            return losers;
        }

        writeContacts(writes);
        writeMemberships(writes);
        return Set.of();
    }

    private void writeContacts(Collection<NetWrite> writes) throws SQLException {
        BulkRows created = bulk.rows(BulkTable.CONTACT);
        BulkRows changed = bulk.rows(BulkTable.CONTACT);
        BulkRows contentKeys = bulk.rows(BulkTable.CONTENT_CLAIM);
        for (NetWrite write : writes) {
            if (write.changesContact() || write.movesLineageAlone()) {
                contact(write, write.before() == null ? created : changed);
            }

            IdentityKey content = write.contentKey();
            if (content != null) {
                contentKeys
                        .number(task.directory())
                        .number(task.number(write.ref()))
                        .key(content.high(), content.low());
                contentKeys.end();
            }
        }

        int sent = created.size();
        int written = created.write(connection, BulkRows.OnDuplicate.LEAVE);
        if (written != sent) {
            throw Refusal.failed("Cannot load a block of run " + task.runId() + ": "
                    + (sent - written) + " of its contact numbers are taken already, though they were given to this"
                    + " run alone. Check whether the database was restored from a backup, then abandon the run.");
        }

        changed.write(connection, BulkRows.OnDuplicate.REPLACE);
        contentKeys.write(connection, BulkRows.OnDuplicate.LEAVE);
    }

    private void contact(NetWrite write, BulkRows rows) {
        Profile profile = write.after();
        StoredContact before = write.before();
        rows.number(task.directory())
                .number(task.number(write.ref()))
                .number(before == null ? 1 : before.version() + 1L)
                .number(before == null ? task.asOf() : before.createdAt())
                .number(modifiedAt(write))
                .number(profile.unsubscribed() ? 1 : 0)
                .bytes(write.lineage().stored())
                .values(profile);
        rows.end();
    }

    /** Rows that only confirm what is known move the version, so that nobody works on with the old lineage, but no time. */
    private long modifiedAt(NetWrite write) {
        StoredContact before = write.before();
        if (before == null) {
            return task.asOf();
        }

        return write.movesLineageAlone() ? before.modifiedAt() : Math.max(task.asOf(), before.modifiedAt());
    }

    private void writeMemberships(Collection<NetWrite> writes) throws SQLException {
        BulkRows joined = bulk.rows(BulkTable.LIST_MEMBER);
        BulkRows changed = bulk.rows(BulkTable.LIST_MEMBER);
        List<Long> leaving = new ArrayList<>();
        for (NetWrite write : writes) {
            ListChange change = write.list();
            Membership after = change == null ? null : change.after();
            if (change != null && after == null) {
                leaving.add(write.ref());
            } else if (after != null) {
                // Only members of contacts that nobody else knows yet cannot be there already.
                BulkRows rows = write.creates() ? joined : changed;
                rows.number(task.directory())
                        .number(task.list())
                        .number(task.number(write.ref()))
                        .number(after.unsubscribed() ? 1 : 0)
                        .text(after.embedded())
                        .number(after.joinedAt());
                Long optedOutAt = after.optedOutAt();
                if (optedOutAt == null) {
                    rows.text(null);
                } else {
                    rows.number(optedOutAt);
                }

                rows.end();
            }
        }

        if (joined.size() + changed.size() + leaving.size() > 0) {
            shareList();
        }

        leave(leaving);

        joined.write(connection, BulkRows.OnDuplicate.LEAVE);
        changed.write(connection, BulkRows.OnDuplicate.REPLACE);
    }

    private void leave(List<Long> numbers) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int from = 0; from < numbers.size(); from += NUMBERS_PER_STATEMENT) {
                String part = join(numbers.subList(from, Math.min(from + NUMBERS_PER_STATEMENT, numbers.size())));
                statement.executeUpdate(LEAVE_LIST.formatted(task.directory(), task.list(), part));
            }
        }
    }

    private void shareList() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LIST_SHARED)) {
            statement.setInt(1, task.list());
            statement.setInt(2, task.directory());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw Refusal.failed(
                                    "LIST_DELETED",
                                    "Cannot load a block of run " + task.runId()
                                            + ": the list that it imports into has been deleted. Abandon the run, and"
                                            + " import the file into another list.")
                            .with("run", task.runId());
                }
            }
        }
    }

    private static String join(List<Long> numbers) {
        StringBuilder text = new StringBuilder(numbers.size() * 9);
        for (long number : numbers) {
            text.append(text.isEmpty() ? "" : ",").append(number);
        }

        return text.toString();
    }
}
