package io.muster.support.document;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a document a node is, from the root on. It becomes text only for a problem, so that reading a long list
 * costs no text for each of its items.
 *
 * @param parent the path of the part that this one is in; null for the root
 * @param step a key, or an index in brackets
 */
public record DocumentPath(@Nullable DocumentPath parent, String step) {

    /** The whole document. */
    public static final DocumentPath ROOT = new DocumentPath(null, "");

    private static final int LONGEST = 200;

    /** The value of a key. */
    public DocumentPath key(String key) {
        return new DocumentPath(this, key);
    }

    /** An item of a list, counted from 0. */
    public DocumentPath index(int index) {
        return new DocumentPath(this, "[" + index + "]");
    }

    /** For example {@code all[1].in}; of a very long path the end. */
    public String text() {
        StringBuilder text = new StringBuilder(step);
        for (DocumentPath at = this; at.parent != null && text.length() < LONGEST; at = at.parent) {
            text.insert(0, at.step.startsWith("[") || at.parent.parent == null ? "" : ".");
            text.insert(0, at.parent.step);
        }

        return text.length() < LONGEST ? text.toString() : "…" + text.substring(text.length() - LONGEST / 2);
    }
}
