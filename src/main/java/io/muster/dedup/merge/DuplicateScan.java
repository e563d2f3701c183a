package io.muster.dedup.merge;

import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.merge.Connections.References;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Streams possible duplicates and connects them: one pass per rule, in the order of the rules. */
final class DuplicateScan {

    private static final String PAIRS = """
        SELECT s.rule_id, s.key_hash, c.number AS owner, s.number AS shadow, '' AS owner_ref, '' AS shadow_ref
        FROM claim_shadow s
        JOIN claim c ON c.directory_id = s.directory_id AND c.rule_id = s.rule_id AND c.key_hash = s.key_hash
        WHERE s.directory_id = ? AND s.rule_id = ?
        ORDER BY s.key_hash, s.number
        """;

    private static final String PAIRS_WITH_REFERENCES = """
        SELECT s.rule_id, s.key_hash, c.number AS owner, s.number AS shadow,
               o.ext_ref AS owner_ref, h.ext_ref AS shadow_ref
        FROM claim_shadow s
        JOIN claim c ON c.directory_id = s.directory_id AND c.rule_id = s.rule_id AND c.key_hash = s.key_hash
        LEFT JOIN contact o ON o.directory_id = c.directory_id AND o.number = c.number
        LEFT JOIN contact h ON h.directory_id = s.directory_id AND h.number = s.number
        WHERE s.directory_id = ? AND s.rule_id = ?
        ORDER BY s.key_hash, s.number
        """;

    private final JdbcTemplate streaming;
    private final KeepApart apart;

    /**
     * What was found.
     *
     * @param groups the groups, each fit to become one contact but for its size
     * @param leftOut how often contacts with the same key were not connected because they must stay apart
     * @param taken keys that runs have taken: their runs are in no group
     */
    record Found(Groups groups, long leftOut, long taken) {}

    DuplicateScan(DataSource dataSource) {
        streaming = new JdbcTemplate(dataSource);
        // How Connector/J is asked for row after row instead of everything at once.
        streaming.setFetchSize(Integer.MIN_VALUE);
        apart = new KeepApart(JdbcClient.create(dataSource));
    }

    Found scan(DirectoryIdentity identity, MergeScope scope) {
        Connections connections = new Connections(apart.all(identity.directory()));
        Meetings meetings = new Meetings(connections);
        boolean protect = identity.settings().protectReference();
        long taken = 0;
        for (IdentityRule rule : identity.rules()) {
            if (scope.includes(rule.state())) {
                References references = protect && !rule.ofReferenceAlone() ? References.PROTECTED : References.IGNORED;
                PairReader pairs = new PairReader(meetings, references);
                streaming.query(
                        protect ? PAIRS_WITH_REFERENCES : PAIRS,
                        (ResultSet row) -> pairs.read(row),
                        identity.directory(),
                        rule.id());
                taken += pairs.taken;
            }
        }

        return new Found(connections.groups(), meetings.leftOut(), taken);
    }

    /** Notices where one key ends and the next begins. */
    private static final class PairReader {

        private final Meetings meetings;
        private final References references;
        private @Nullable IdentityKey current;
        private long taken;

        PairReader(Meetings meetings, References references) {
            this.meetings = meetings;
            this.references = references;
        }

        void read(ResultSet row) throws SQLException {
            IdentityKey key = IdentityKey.of(row.getInt("rule_id"), row.getBytes("key_hash"));
            if (!key.equals(current)) {
                current = key;
                meetings.nextKey(references);
                long owner = row.getLong("owner");
                if (KeyOwner.isRun(owner)) {
                    taken++;
                } else {
                    meetings.holder(owner, orBlank(row.getString("owner_ref")));
                }
            }

            meetings.holder(row.getLong("shadow"), orBlank(row.getString("shadow_ref")));
        }

        private static String orBlank(@Nullable String text) {
            return text == null ? "" : text;
        }
    }
}
