package io.muster.directory.store;

import io.muster.support.Ids;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an export needs beside the contacts' own rows: lists and aliases of one window of contact numbers. */
final class ExportSide {

    private static final String LISTS = "SELECT id FROM mailing_list WHERE directory_id = ? ORDER BY id";

    // Naming the lists lets the server jump within each of them; the key is directory, list, number.
    private static final String MEMBERSHIPS = """
        SELECT list_id, number FROM list_member
        WHERE directory_id = :directory AND list_id IN (:lists) AND number BETWEEN :from AND :to
        """;

    private static final String ALIASES = """
        SELECT number, ext_ref FROM contact_alias
        WHERE directory_id = :directory AND number BETWEEN :from AND :to
        ORDER BY number, created_at, ref_key
        """;

    private static final int LISTS_PER_STATEMENT = 500;

    private final JdbcClient jdbc;
    private final int directory;
    private final int[] lists;
    private final String[] listIds;
    private final Map<Long, List<String>> aliases = new HashMap<>();
    /** The memberships of the window: offset of the number above, place of the list below; sorted. */
    private long[] memberships = new long[1024];

    private int count;
    private long first;

    ExportSide(JdbcClient jdbc, int directory, Ids ids) {
        this.jdbc = jdbc;
        this.directory = directory;
        this.lists = jdbc.sql(LISTS).param(directory).query(Integer.class).list().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        this.listIds = Arrays.stream(lists).mapToObj(ids::list).toArray(String[]::new);
    }

    /** Loads the window of contact numbers. */
    void load(long from, long to) {
        first = from;
        count = 0;
        for (int place = 0; place < lists.length; place += LISTS_PER_STATEMENT) {
            List<Integer> some = Arrays.stream(lists, place, Math.min(lists.length, place + LISTS_PER_STATEMENT))
                    .boxed()
                    .toList();
            jdbc.sql(MEMBERSHIPS)
                    .withFetchSize(Integer.MIN_VALUE)
                    .param("directory", directory)
                    .param("lists", some)
                    .param("from", from)
                    .param("to", to)
                    .query(row -> {
                        add((row.getLong(2) - from) << 32 | Arrays.binarySearch(lists, row.getInt(1)));
                    });
        }

        Arrays.sort(memberships, 0, count);
        aliases.clear();
        jdbc.sql(ALIASES)
                .param("directory", directory)
                .param("from", from)
                .param("to", to)
                .query(row -> {
                    aliases.computeIfAbsent(row.getLong(1), number -> new ArrayList<>())
                            .add(row.getString(2));
                });
    }

    private void add(long membership) {
        if (count == memberships.length) {
            memberships = Arrays.copyOf(memberships, count * 2);
        }

        memberships[count++] = membership;
    }

    /** Ids of the lists of a contact, in the order of their making. */
    List<String> lists(long number) {
        long low = (number - first) << 32;
        int at = Arrays.binarySearch(memberships, 0, count, low);
        at = at < 0 ? -1 - at : at;
        if (at == count || memberships[at] >>> 32 != number - first) {
            return List.of();
        }

        List<String> found = new ArrayList<>(2);
        for (; at < count && memberships[at] >>> 32 == number - first; at++) {
            found.add(listIds[(int) memberships[at]]);
        }

        return found;
    }

    /** References the contact took over by merges, oldest first. */
    List<String> aliases(long number) {
        return aliases.getOrDefault(number, List.of());
    }
}
