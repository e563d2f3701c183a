package io.muster.segment.condition;

import org.jspecify.annotations.Nullable;

/**
 * Where in a text a node stands, from the root on; made into text only for a problem. Never compared: it may be deep.
 */
record TreePath(@Nullable TreePath parent, String step) {

    static final TreePath ROOT = new TreePath(null, "");

    private static final int LONGEST = 200;

    TreePath key(String key) {
        return new TreePath(this, key);
    }

    TreePath index(int index) {
        return new TreePath(this, "[" + index + "]");
    }

    /** For example {@code all[1].in}; of a very long path the end. */
    String text() {
        StringBuilder text = new StringBuilder(step);
        for (TreePath at = this; at.parent != null && text.length() < LONGEST; at = at.parent) {
            text.insert(0, at.step.startsWith("[") || at.parent.parent == null ? "" : ".");
            text.insert(0, at.parent.step);
        }

        return text.length() < LONGEST ? text.toString() : "…" + text.substring(text.length() - LONGEST / 2);
    }
}
