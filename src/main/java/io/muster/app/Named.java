package io.muster.app;

import java.util.LinkedHashMap;
import java.util.Map;

/** Named values in the order in which they are given. */
final class Named {

    private Named() {}

    /** Names and values by turns. */
    static Map<String, Object> values(Object... pairs) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) {
            values.put(pairs[at].toString(), pairs[at + 1]);
        }

        return values;
    }
}
