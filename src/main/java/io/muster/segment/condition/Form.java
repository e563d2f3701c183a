package io.muster.segment.condition;

import java.util.Locale;

/** How a value is read before it is tested: the key {@code as} of a condition. */
public enum Form {
    /** As text. */
    TEXT,
    /** As an exact decimal number. */
    NUMBER,
    /** As an ISO 8601 date or date-time. */
    DATE;

    /** The word for it in conditions. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
