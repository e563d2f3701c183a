package io.muster.directory;

import io.muster.directory.Verdict.Invalid;
import org.jspecify.annotations.Nullable;

/** What holds for every text: paired surrogates, no control characters, a greatest length. */
final class PlainText {

    /** Whether tab, line feed and carriage return may stand inside. */
    enum Breaks {
        /** Free text: they are kept. */
        ALLOWED,
        /** Names of things, codes and addresses. */
        FORBIDDEN
    }

    private PlainText() {}

    /** Whether a text surely has nothing wrong with it: neither control characters nor surrogates, and not too long. */
    static boolean isPlain(CharSequence value, int maxLength) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < ' ' || (c >= 0x7F && (c <= 0x9F || Character.isSurrogate(c)))) {
                return false;
            }
        }

        return length <= maxLength;
    }

    /** What is wrong with a text of the thing called that; null when nothing is. */
    static @Nullable Invalid problem(String value, int maxLength, Breaks breaks, String thing) {
        int length = value.length();
        int pairs = 0;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < ' ' || (c >= 0x7F && c <= 0x9F)) {
                if (breaks == Breaks.FORBIDDEN || (c != '\t' && c != '\n' && c != '\r')) {
                    return new Invalid(
                            FieldRules.TEXT_INVALID,
                            "The " + thing + " contains the control character U+%04X.".formatted((int) c));
                }
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == length
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    return new Invalid(
                            FieldRules.TEXT_INVALID,
                            "The " + thing + " contains bytes that are no text in the file's charset.");
                }

                i++;
                pairs++;
            }
        }

        int points = length - pairs;
        return points <= maxLength
                ? null
                : new Invalid(
                        FieldRules.TOO_LONG,
                        "The " + thing + " has " + points + " characters; at most " + maxLength + " are allowed.");
    }
}
