package io.muster.load;

import io.muster.directory.EmbeddedJson;
import io.muster.directory.Spellings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The responses of contacts, and those without one. Callers have locked the contacts' rows, and note the changes in the
 * stream.
 */
public final class ResponseRows {

    private static final int AT_A_TIME = 1_000;

    private static final String KNOWN = """
        SELECT response_id, verified
        FROM response
        WHERE project_id = :project AND response_id IN (:ids)
        """;

    private static final String REMOVE = "DELETE FROM response WHERE project_id = ? AND response_id = ?";

    private static final String EMBEDDED = """
        SELECT number, embedded
        FROM contact
        WHERE directory_id = :directory AND number IN (:numbers)
        """;

    private static final String INSERT = """
        INSERT INTO response (project_id, response_id, intercept_id, directory_id, number, survey, happened_at, recorded_at,
          verified, answers, embedded)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private static final String OF_CONTACTS = """
        SELECT number, id
        FROM response
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY number, id
        """;

    private static final String MOVE = """
        UPDATE response
        SET number = :to
        WHERE directory_id = :directory AND number = :from AND id IN (:ids)
        """;

    private final JdbcClient jdbc;

    /** @param jdbc the store of record */
    public ResponseRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the responses that are recorded, and whether they are verified. */
    public Map<NewResponse.Key, Boolean> known(Collection<NewResponse> responses) {
        Map<Long, Set<String>> asked = new TreeMap<>();
        responses.forEach(response -> asked.computeIfAbsent(response.project(), absent -> new HashSet<>())
                .add(response.id()));
        Map<NewResponse.Key, Boolean> known = new HashMap<>();
        asked.forEach((project, ids) -> jdbc.sql(KNOWN)
                .param("project", project)
                .param("ids", ids)
                .query(row -> {
                    known.put(new NewResponse.Key(project, row.getString(1)), row.getInt(2) != 0);
                }));
        return known;
    }

    /** Whether a response of a project is recorded. */
    public boolean isKnown(long project, String id) {
        return jdbc.sql(KNOWN)
                .param("project", project)
                .param("ids", id)
                .query((row, index) -> row.getString(1))
                .optional()
                .isPresent();
    }

    /** Removes a response that another one takes the place of. */
    public void remove(NewResponse.Key key) {
        jdbc.sql(REMOVE).params(key.project(), key.id()).update();
    }

    /**
     * Records a response that has no contact.
     *
     * @throws org.springframework.dao.DuplicateKeyException when it has come to be recorded meanwhile
     */
    public void add(NewResponse response, long now) {
        insert(response, null, null, Map.of(), now);
    }

    /**
     * Records responses of contacts with the embedded data that these have now.
     *
     * @param holders the number of the contact of each
     * @throws org.springframework.dao.DuplicateKeyException when one has come to be recorded meanwhile
     */
    public void add(int directory, List<NewResponse> responses, List<Long> holders, long now) {
        if (responses.isEmpty()) {
            return;
        }

        Map<Long, SortedMap<String, String>> embedded = new HashMap<>();
        jdbc.sql(EMBEDDED)
                .param("directory", directory)
                .param("numbers", new HashSet<>(holders))
                .query(row -> {
                    embedded.put(row.getLong(1), EmbeddedJson.read(row.getString(2)));
                });
        for (int i = 0; i < responses.size(); i++) {
            NewResponse response = responses.get(i);
            long holder = holders.get(i);
            Map<String, String> attached =
                    attached(embedded.getOrDefault(holder, new TreeMap<>()), Spellings.of(response.attach()));
            insert(response, directory, holder, attached, now);
        }
    }

    /** The data that a response takes along. */
    private static Map<String, String> attached(SortedMap<String, String> embedded, Spellings names) {
        if (names.names().isEmpty()) {
            return embedded;
        }

        Map<String, String> attached = new HashMap<>();
        embedded.forEach((name, value) -> {
            if (names.has(name)) {
                attached.put(name, value);
            }
        });
        return attached;
    }

    private void insert(
            NewResponse response,
            @Nullable Integer directory,
            @Nullable Long holder,
            Map<String, String> embedded,
            long now) {
        String attached = EmbeddedJson.write(embedded);
        jdbc.sql(INSERT)
                .param(response.project())
                .param(response.id())
                .param(response.intercept())
                .param(directory)
                .param(holder)
                .param(response.survey())
                .param(response.happenedAt())
                .param(now)
                .param(response.verified() ? 1 : 0)
                .param(response.answers())
                .param(attached == null ? "{}" : attached)
                .update();
    }

    /** The numbers of the responses of some contacts, by contact; contacts without any are left out. */
    public Map<Long, List<Long>> of(int directory, Collection<Long> numbers) {
        Map<Long, List<Long>> responses = new HashMap<>();
        if (!numbers.isEmpty()) {
            jdbc.sql(OF_CONTACTS)
                    .param("directory", directory)
                    .param("numbers", numbers)
                    .query(row -> {
                        responses
                                .computeIfAbsent(row.getLong(1), absent -> new ArrayList<>())
                                .add(row.getLong(2));
                    });
        }

        return responses;
    }

    /** Gives responses of one contact to another, as far as they are still with the one. */
    public void move(int directory, List<Long> responses, long from, long to) {
        for (int i = 0; i < responses.size(); i += AT_A_TIME) {
            jdbc.sql(MOVE)
                    .param("directory", directory)
                    .param("from", from)
                    .param("to", to)
                    .param("ids", responses.subList(i, Math.min(responses.size(), i + AT_A_TIME)))
                    .update();
        }
    }
}
