package io.muster.frequency;

import io.muster.database.PageReads;
import io.muster.frequency.rules.FrequencyRule;
import io.muster.frequency.rules.Maximum;
import io.muster.support.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the rules of directories, through whatever connection the caller has. */
final class RuleRows {

    private static final String COLUMNS = """
        SELECT id, directory_id, survey, segment_id, list_id, always_allowed, max_times, max_per, gap, created_at
        FROM frequency_rule
        """;

    private static final String OF_DIRECTORY = COLUMNS + "WHERE directory_id = ? ORDER BY id";

    private static final String BY_NUMBER = COLUMNS + "WHERE id = ?";

    private static final String REVISION =
            "SELECT COALESCE(MAX(revision), 0) FROM frequency_revision WHERE directory_id = ?";

    private final JdbcClient jdbc;
    private final Ids ids;
    private final PageReads reads;

    private record Of(int directory) {}

    RuleRows(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
    }

    /** The rules of a directory, in order of their creation. */
    List<StoredRule> of(int directory) {
        return reads.once(
                new Of(directory),
                () -> jdbc.sql(OF_DIRECTORY)
                        .param(directory)
                        .query((row, index) -> stored(row))
                        .list());
    }

    Optional<StoredRule> byNumber(long number) {
        return jdbc.sql(BY_NUMBER)
                .param(number)
                .query((row, index) -> stored(row))
                .optional();
    }

    /** What changes with every change of the directory's rules; 0 where there never was one. */
    long revision(int directory) {
        return jdbc.sql(REVISION).param(directory).query(Long.class).single();
    }

    private StoredRule stored(ResultSet row) throws SQLException {
        return stored(
                row.getLong("id"),
                row.getInt("directory_id"),
                new RuleOptions(
                        row.getString("max_times"),
                        row.getString("max_per"),
                        row.getString("gap"),
                        row.getString("survey"),
                        row.getInt("always_allowed") != 0,
                        row.getObject("segment_id", Long.class),
                        row.getObject("list_id", Integer.class)),
                row.getLong("created_at"));
    }

    /**
     * The rule that options make.
     *
     * @param number its numeric id; 0 for one that is not stored
     * @throws io.muster.support.Refusal when they make none
     */
    StoredRule stored(long number, int directory, RuleOptions options, long createdAt) {
        String id = ids.frequencyRule(number);
        Long segment = options.segment();
        Integer list = options.list();
        FrequencyRule rule = new FrequencyRule(
                id,
                options.survey(),
                segment == null ? null : ids.segment(segment),
                list == null ? null : ids.list(list),
                options.always(),
                Maximum.of(options.max(), options.per()),
                Maximum.gap(options.gap()));
        return new StoredRule(number, id, directory, options.survey(), segment, list, rule, createdAt);
    }
}
