package io.muster.support.document;

import java.util.Optional;

/**
 * A step of a YAML or JSON parser.
 *
 * @param text the text of a scalar; the name of an alias
 * @param anchor the name by which aliases repeat what begins here
 * @param tag the type that the document claims
 */
record Token(Kind kind, Place place, String text, Optional<String> anchor, Optional<String> tag) {

    /** What begins or ends. */
    enum Kind {
        /** A list begins. */
        LIST,
        /** A group of keys begins. */
        KEYS,
        /** The innermost list or group of keys ends. */
        END,
        /** A scalar in quotes, or over several lines. */
        QUOTED,
        /** A scalar without quotes. */
        PLAIN,
        /** The node of an anchor is repeated. */
        ALIAS,
        /** Another document begins. */
        NEXT_DOCUMENT
    }

    static Token of(Kind kind, Place place, String text) {
        return new Token(kind, place, text, Optional.empty(), Optional.empty());
    }

    /** Whether it is a null, as YAML 1.2 and JSON write it. */
    boolean isNull() {
        return kind == Kind.PLAIN
                && switch (text) {
                    case "", "~", "null", "Null", "NULL" -> true;
                    default -> false;
                };
    }
}
