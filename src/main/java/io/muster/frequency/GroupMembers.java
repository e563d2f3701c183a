package io.muster.frequency;

import io.muster.segment.members.PublishedBlocks;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which contacts of a span are members of the segments and lists that rules name. */
final class GroupMembers {

    private static final String LIST = """
        SELECT number
        FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND %s
        """;

    private final long base;
    private final Map<String, RoaringBitmap> members = new HashMap<>();

    private GroupMembers(long base) {
        this.base = base;
    }

    /** Reads them, in the snapshot in which the rules were read. */
    static GroupMembers read(JdbcClient jdbc, RuleSet rules, NumberSpan span) {
        int block = (int) (span.first() / PublishedBlocks.NUMBERS);
        long base = (long) block * PublishedBlocks.NUMBERS;
        GroupMembers groups = new GroupMembers(base);
        rules.segments()
                .forEach((id, segment) -> groups.members.put(id, rules.members().members(jdbc, segment, block)));
        rules.lists().forEach((id, list) -> {
            RoaringBitmap members = new RoaringBitmap();
            span.bind(jdbc.sql(span.sql(LIST, "number"))
                            .param("directory", rules.directory())
                            .param("list", list))
                    .query(row -> {
                        members.add((int) (row.getLong(1) - base));
                    });
            groups.members.put(id, members);
        });
        return groups;
    }

    /** Tests by public id of which groups a contact is a member. */
    Predicate<String> of(long number) {
        int position = (int) (number - base);
        return group -> {
            RoaringBitmap some = members.get(group);
            return some != null && some.contains(position);
        };
    }
}
