package io.muster.dedup.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The record of every merge with the images that explain and undo it. */
final class MergeJournal {

    private static final String INSERT = """
        INSERT INTO contact_merge (directory_id, survivor, absorbed, state, evidence, merged_at)
        VALUES (:directory, :survivor, :absorbed, 'MERGED', :evidence, :now)
        """;

    private static final String INSERT_IMAGE = """
        INSERT INTO contact_merge_image (directory_id, merge_id, number, part, image)
        VALUES (:directory, :merge, :number, :part, :image)
        """;

    private static final String READ = """
        SELECT id, directory_id, survivor, absorbed, state, evidence, undo_report, merged_at, undone_at
        FROM contact_merge
        WHERE id = :merge
        """;

    private static final String LOCK = READ + "FOR UPDATE";

    private static final String IMAGES = """
        SELECT part, image
        FROM contact_merge_image
        WHERE directory_id = :directory AND merge_id = :merge
        ORDER BY number, part
        """;

    private static final String PAGE = """
        SELECT id, directory_id, survivor, absorbed, state, evidence, undo_report, merged_at, undone_at
        FROM contact_merge
        WHERE directory_id = :directory AND id < :before
        ORDER BY id DESC
        LIMIT :limit
        """;

    private static final String INTO = """
        SELECT id, directory_id, survivor, absorbed, state, evidence, undo_report, merged_at, undone_at
        FROM contact_merge
        WHERE directory_id = :directory AND survivor = :survivor
        ORDER BY id DESC
        """;

    private static final String UNDONE = """
        UPDATE contact_merge
        SET state = 'UNDONE', undone_at = :now, undo_report = :report
        WHERE id = :merge
        """;

    private static final String LATER = """
        SELECT MAX(id)
        FROM contact_merge
        WHERE directory_id = :directory AND survivor = :survivor AND id > :merge AND state = 'MERGED'
        """;

    private static final String ABSORBED_BY = """
        SELECT MAX(m.id)
        FROM contact_merge_image i
        JOIN contact_merge m ON m.id = i.merge_id
        WHERE i.directory_id = :directory AND i.number = :number AND i.part = 'ABSORBED' AND m.state = 'MERGED'
        """;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<Evidence>> EVIDENCE = new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    /** Which contact an image is of, and of when. */
    enum Part {
        SURVIVOR,
        ABSORBED,
        RESULT
    }

    /** The images of one merge. */
    record Images(MergeImage survivor, List<MergeImage> absorbed, MergeImage result) {}

    MergeJournal(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    long record(int directory, long survivor, int absorbed, List<Evidence> evidence, long now) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        jdbc.sql(INSERT)
                .param("directory", directory)
                .param("survivor", survivor)
                .param("absorbed", absorbed)
                .param("evidence", JSON.writeValueAsString(evidence))
                .param("now", now)
                .update(id, "id");
        Number key = id.getKey();
        if (key == null) {
            throw new IllegalStateException("The database gave the merge no id");
        }

        return key.longValue();
    }

    void image(int directory, long merge, Part part, MergeImage image) {
        jdbc.sql(INSERT_IMAGE)
                .param("directory", directory)
                .param("merge", merge)
                .param("number", image.number())
                .param("part", part.name())
                .param("image", image.stored())
                .update();
    }

    Optional<MergeRecord> read(long merge) {
        return records(jdbc.sql(READ).param("merge", merge)).stream().findFirst();
    }

    /** The merge, for this transaction alone. */
    Optional<MergeRecord> lock(long merge) {
        return records(jdbc.sql(LOCK).param("merge", merge)).stream().findFirst();
    }

    /** Merges before that id, newest first. */
    List<MergeRecord> page(int directory, long before, int limit) {
        return records(jdbc.sql(PAGE)
                .param("directory", directory)
                .param("before", before)
                .param("limit", limit));
    }

    /** Merges into a contact, newest first. */
    List<MergeRecord> into(int directory, long survivor) {
        return records(jdbc.sql(INTO).param("directory", directory).param("survivor", survivor));
    }

    Images images(MergeRecord merge) {
        List<MergeImage> absorbed = new ArrayList<>();
        List<MergeImage> survivor = new ArrayList<>();
        List<MergeImage> result = new ArrayList<>();
        jdbc.sql(IMAGES)
                .param("directory", merge.directory())
                .param("merge", merge.id())
                .query((row, index) -> {
                    List<MergeImage> of = switch (Part.valueOf(row.getString("part"))) {
                        case SURVIVOR -> survivor;
                        case ABSORBED -> absorbed;
                        case RESULT -> result;
                    };
                    return of.add(MergeImage.read(row.getBytes("image")));
                })
                .list();
        return new Images(survivor.getFirst(), absorbed, result.getFirst());
    }

    void undone(long merge, List<String> kept, long now) {
        jdbc.sql(UNDONE)
                .param("merge", merge)
                .param("report", JSON.writeValueAsString(kept))
                .param("now", now)
                .update();
    }

    /** The newest later merge into the same survivor that is not undone. */
    @Nullable
    Long laterInto(MergeRecord merge) {
        return jdbc.sql(LATER)
                .param("directory", merge.directory())
                .param("survivor", merge.survivor())
                .param("merge", merge.id())
                .query((row, index) -> row.getObject(1, Long.class))
                .optional()
                .orElse(null);
    }

    /** The merge that took the contact. */
    @Nullable
    Long absorbing(int directory, long number) {
        return jdbc.sql(ABSORBED_BY)
                .param("directory", directory)
                .param("number", number)
                .query((row, index) -> row.getObject(1, Long.class))
                .optional()
                .orElse(null);
    }

    private static List<MergeRecord> records(JdbcClient.StatementSpec statement) {
        return statement
                .query((row, index) -> {
                    String report = row.getString("undo_report");
                    return new MergeRecord(
                            row.getLong("id"),
                            row.getInt("directory_id"),
                            row.getLong("survivor"),
                            row.getInt("absorbed"),
                            MergeRecord.State.valueOf(row.getString("state")),
                            JSON.readValue(row.getString("evidence"), EVIDENCE),
                            report == null ? List.of() : JSON.readValue(report, TEXTS),
                            row.getLong("merged_at"),
                            row.getObject("undone_at", Long.class));
                })
                .list();
    }
}
