package io.muster.dedup.undo;

import io.muster.dedup.undo.Kept.Part;
import io.muster.load.ContactImage;
import io.muster.load.ContactImage.Table;
import io.muster.load.EventKind;
import io.muster.support.Ids;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes the rows of deleted contacts anew, as their images have them. Lists that were deleted since, events whose key was
 * recorded for another contact since, and responses that were sent again since are left out and told of.
 */
final class PutBackRows {

    private static final String INSERT = "INSERT INTO %s (%s) VALUES (%s)";
    private static final String CLAIM = "INSERT IGNORE INTO %s (directory_id, %s, number) VALUES (?, ?, ?)";
    private static final String RESPONSE = "response";
    private static final Pattern NAME = Pattern.compile("[a-z_]{1,64}");

    private final JdbcClient jdbc;
    private final HangingRows hanging;

    PutBackRows(JdbcClient jdbc, HangingRows hanging) {
        this.jdbc = jdbc;
        this.hanging = hanging;
    }

    void write(int directory, ContactImage image, Ids ids, Consumer<Kept> kept) {
        for (Table table : image.tables()) {
            Optional<EventKind> kind = Arrays.stream(EventKind.values())
                    .filter(some -> some.table().equals(table.name()))
                    .findFirst();
            Map<Long, Long> keptAt = new HashMap<>();
            for (List<@Nullable Object> row : table.rows()) {
                Optional<Kept> left = switch (table.name()) {
                    case "list_member" -> listGone(directory, image.number(), table, row, ids);
                    case RESPONSE -> recordedAgain(image.number(), table, row, keptAt);
                    default ->
                        kind.flatMap(some -> recordedElsewhere(some, directory, image.number(), table, row, keptAt));
                };
                left.ifPresentOrElse(kept, () -> insert(table, row));
            }
        }
    }

    private Optional<Kept> listGone(int directory, long number, Table table, List<@Nullable Object> row, Ids ids) {
        int list = Math.toIntExact(number(table, row, "list_id"));
        return hanging.shareList(directory, list)
                ? Optional.empty()
                : Optional.of(
                        new Kept(number, Part.LIST, "list " + ids.list(list), "the list was deleted since the run"));
    }

    private Optional<Kept> recordedElsewhere(
            EventKind kind,
            int directory,
            long number,
            Table table,
            List<@Nullable Object> row,
            Map<Long, Long> keptAt) {
        int claimed = jdbc.sql(CLAIM.formatted(kind.claimTable(), kind.keyColumn()))
                .params(directory, value(table, row, kind.keyColumn()), number)
                .update();
        if (claimed == 1) {
            return Optional.empty();
        }

        return Optional.of(
                event(number, kind.word(), table, row, keptAt, "recorded for another contact since the run"));
    }

    private Optional<Kept> recordedAgain(long number, Table table, List<@Nullable Object> row, Map<Long, Long> keptAt) {
        return hanging.isRecorded(number(table, row, "project_id"), (String) value(table, row, "response_id"))
                ? Optional.of(event(number, RESPONSE, table, row, keptAt, "recorded again since the run"))
                : Optional.empty();
    }

    private static Kept event(
            long number, String word, Table table, List<@Nullable Object> row, Map<Long, Long> keptAt, String reason) {
        long happenedAt = number(table, row, "happened_at");
        long before = keptAt.merge(happenedAt, 1L, Long::sum) - 1;
        return Kept.event(number, word, happenedAt, before, reason);
    }

    private void insert(Table table, List<@Nullable Object> row) {
        List<@Nullable Object> values = new ArrayList<>(row);
        if (table.name().equals("contact")) {
            // Whoever read the contact before it was deleted must not take it for the same.
            int version = table.columns().indexOf("version");
            values.set(version, number(table, row, "version") + 1);
        }

        table.columns().forEach(PutBackRows::check);
        check(table.name());
        jdbc.sql(INSERT.formatted(
                        table.name(),
                        String.join(", ", table.columns()),
                        String.join(", ", Collections.nCopies(values.size(), "?"))))
                .params(values)
                .update();
    }

    /** The names come from the journal, and only names may become part of a statement. */
    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException("Not a name of a table or column: " + name);
        }
    }

    private static long number(Table table, List<@Nullable Object> row, String column) {
        return (Long) value(table, row, column);
    }

    private static Object value(Table table, List<@Nullable Object> row, String column) {
        return Objects.requireNonNull(row.get(table.columns().indexOf(column)));
    }
}
