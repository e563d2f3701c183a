package io.muster.segment;

import java.time.InstantSource;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who did what to segments and when. Written in the transaction of the deed. */
public final class SegmentActions {

    private static final String ENTER = """
            INSERT INTO segment_action (directory_id, segment_id, action, actor, detail, acted_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """;

    private static final String OF_SEGMENT =
            "SELECT action, actor, detail, acted_at FROM segment_action WHERE segment_id = ? ORDER BY id DESC LIMIT ?";

    private static final int LONGEST_ACTOR = 255;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** The actions in a database. */
    public SegmentActions(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Enters what somebody does. */
    public void enter(Segment segment, String action, String actor, String detail) {
        jdbc.sql(ENTER)
                .params(segment.directory(), segment.number(), action, shortened(actor), detail, clock.millis())
                .update();
    }

    List<SegmentAction> of(long segment, int most) {
        return jdbc.sql(OF_SEGMENT)
                .params(segment, most)
                .query((row, index) ->
                        new SegmentAction(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)))
                .list();
    }

    static String shortened(String actor) {
        return actor.codePointCount(0, actor.length()) <= LONGEST_ACTOR
                ? actor
                : actor.substring(0, actor.offsetByCodePoints(0, LONGEST_ACTOR));
    }
}
