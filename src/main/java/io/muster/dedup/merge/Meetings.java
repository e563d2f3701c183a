package io.muster.dedup.merge;

import io.muster.dedup.merge.Connections.References;
import java.util.ArrayList;
import java.util.List;

/**
 * Connects the holders of one key after the other. A holder that must not meet the first one may still meet another:
 * every holder is tried with all those that stayed apart.
 */
final class Meetings {

    private final Connections connections;
    private final List<Integer> apart = new ArrayList<>();
    private References references = References.IGNORED;
    private long leftOut;

    Meetings(Connections connections) {
        this.connections = connections;
    }

    /** The holders that follow share a key of their own. */
    void nextKey(References policy) {
        apart.clear();
        references = policy;
    }

    void holder(long number, String reference) {
        int place = connections.place(number, reference);
        for (int other : apart) {
            if (connections.connect(other, place, references)) {
                return;
            }
        }

        if (!apart.isEmpty()) {
            leftOut++;
        }

        apart.add(place);
    }

    /** How often a holder of a key could be connected with none of the others. */
    long leftOut() {
        return leftOut;
    }
}
