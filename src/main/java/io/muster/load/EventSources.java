package io.muster.load;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where the transactions and touchpoints of a directory come from. Their keys hold source and id as one hash, so that an
 * id is found by asking for it under each source there has been.
 */
public final class EventSources {

    /** The source of what no automation brings and nobody names a source for. */
    public static final String MANUAL = "manual";

    /** The source of what pages and apps confirm. */
    public static final String PAGES = "pages";

    /** The source of what other systems report. */
    public static final String REPORTS = "reports";

    private static final String SOURCES =
            "SELECT source FROM event_source WHERE directory_id = :directory ORDER BY source";

    private static final String INSERT = """
        INSERT IGNORE INTO event_source (directory_id, source, created_at)
        VALUES (:directory, :source, :now)
        """;

    private static final String HAS_FORMER = "SELECT former_events FROM directory WHERE id = :directory";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** @param jdbc the store of record */
    public EventSources(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** All sources of a directory. */
    public List<String> all(int directory) {
        return jdbc.sql(SOURCES)
                .param("directory", directory)
                .query(String.class)
                .list();
    }

    /** Notes that records come from a source, in the caller's transaction. */
    public void register(int directory, String source) {
        if (!all(directory).contains(source)) {
            jdbc.sql(INSERT)
                    .param("directory", directory)
                    .param("source", source)
                    .param("now", clock.millis())
                    .update();
        }
    }

    /** Whether the directory has records whose keys were computed before ids were kept. */
    public boolean hasFormer(int directory) {
        return jdbc.sql(HAS_FORMER)
                .param("directory", directory)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /**
     * The keys that a record with this id may have. Those of records made before ids were kept say nothing of the source.
     *
     * @param source the source it comes from; null for any
     */
    public List<EventKey> keys(int directory, String id, @Nullable String source) {
        List<EventKey> keys = new ArrayList<>();
        for (String one : source == null ? all(directory) : List.of(source)) {
            keys.add(EventKey.ofId(one, id));
        }

        if (hasFormer(directory)) {
            keys.add(EventKey.formerOfId(id));
        }

        return keys;
    }
}
