package io.muster.dedup;

import io.muster.directory.Lineage;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Everything a directory holds, as text that can be compared: table by table, without its own number. */
public final class DirectoryState {

    private static final List<String> TABLES = List.of(
            "contact",
            "claim",
            "claim_shadow",
            "content_claim",
            "contact_alias",
            "list_member",
            "contact_transaction",
            "transaction_claim",
            "touchpoint",
            "touchpoint_claim",
            "response");

    private DirectoryState() {}

    /**
     * Every row of every table.
     *
     * @param without columns that do not count, for example {@code version}
     */
    public static SortedMap<String, List<String>> of(JdbcClient jdbc, int directory, Set<String> without) {
        SortedMap<String, List<String>> state = new TreeMap<>();
        for (String table : TABLES) {
            List<String> rows = new ArrayList<>();
            for (Map<String, Object> row : jdbc.sql("SELECT * FROM " + table + " WHERE directory_id = ?")
                    .param(directory)
                    .query()
                    .listOfRows()) {
                List<String> cells = new ArrayList<>();
                row.forEach((column, value) -> {
                    if (!column.equals("directory_id")
                            && !without.contains(column)
                            && !without.contains(table + "." + column)) {
                        cells.add(column + "="
                                + (column.equals("lineage") ? lineage((byte[]) value, without) : text(value)));
                    }
                });
                rows.add(String.join(", ", cells));
            }

            rows.sort(null);
            state.put(table, rows);
        }

        return state;
    }

    /** Where runs or times do not count, neither do those that a contact's values come from. */
    private static String lineage(byte[] stored, Set<String> without) {
        String text = Lineage.of(stored).toString();
        text = without.contains("run_id") ? text.replaceAll("run=\\d+", "run") : text;
        return without.contains("created_at") ? text.replaceAll("at=\\d+", "at") : text;
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }
}
