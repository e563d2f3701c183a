package io.muster.directory;

import io.muster.support.Fold;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What happened at a touchpoint; how it is written in files, answers and conditions. Contact frequency counts what
 * reaches a person unasked: an invitation, a plain message, a confirmed display; nothing else does.
 */
public enum TouchpointKind {
    /** An invitation to a survey was sent. */
    INVITE(true),
    /** A message without a survey was sent. */
    SENT(true),
    /** An intercept was displayed, and the display confirmed. */
    SHOWN(true),
    /** A reminder of an earlier invitation was sent. */
    REMINDER(false),
    /** A thank-you was sent. */
    THANK_YOU(false),
    /** A message was opened. */
    OPENED(false),
    /** A link or an intercept was clicked. */
    CLICKED(false),
    /** An intercept was closed without an answer. */
    DISMISSED(false),
    /** A survey was begun. */
    STARTED(false),
    /** A survey was answered to its end. */
    ANSWERED(false),
    /** A message could not be delivered. */
    BOUNCED(false);

    private final boolean counted;

    TouchpointKind(boolean counted) {
        this.counted = counted;
    }

    /** Whether contact frequency counts it. */
    public boolean isCounted() {
        return counted;
    }

    /** The word that is stored and written, for example {@code thank-you}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of that word, compared without case; a space or an underline stands for the hyphen. */
    public static Optional<TouchpointKind> of(String text) {
        String word = Fold.fold(Fold.trim(text)).replace('_', '-').replace(' ', '-');
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /** All words, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(TouchpointKind::word).collect(Collectors.joining(", "));
    }
}
