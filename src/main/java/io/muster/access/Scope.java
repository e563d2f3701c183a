package io.muster.access;

import io.muster.support.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a token may do. */
public enum Scope {
    /** Access contacts. */
    READ,
    /** Manage a directory; contains reading. */
    MANAGE,
    /** Operate: runs and automations. */
    OPERATE,
    /** Administer; contains all others. */
    ADMIN,
    /** Send displays, clicks, responses and touchpoints. */
    EVENTS,
    /** Fetch snapshots and follow the feed. */
    SNAPSHOTS;

    /** Whether a token of this scope may do what needs the other one. */
    public boolean contains(Scope other) {
        return this == other || this == ADMIN || (this == MANAGE && other == READ);
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope of that word. */
    public static Scope of(String word) {
        return Arrays.stream(values())
                .filter(scope -> scope.word().equals(word.strip()))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                                "UNKNOWN_SCOPE",
                                "Cannot create the token: '%s' is no scope. Choose from %s."
                                        .formatted(
                                                word,
                                                Arrays.stream(values())
                                                        .map(Scope::word)
                                                        .collect(Collectors.joining(", "))))
                        .with("field", "scope"));
    }
}
