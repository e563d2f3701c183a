package io.muster.support;

/** Texts of others, made safe for terminals and logs. */
public final class Visible {

    private Visible() {}

    /**
     * The text with control characters, and with marks that turn the direction of writing, written as their codes in the
     * manner of Java and JSON: a backslash, {@code u} and four hexadecimal digits.
     */
    public static String text(String text) {
        return shown(text, "");
    }

    /** The same for text of several lines: line breaks and tabs stay. */
    public static String lines(String text) {
        return shown(text, "\n\t");
    }

    private static String shown(String text, String kept) {
        if (text.codePoints().noneMatch(point -> isHidden(point, kept))) {
            return text;
        }

        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (isHidden(point, kept)) {
                shown.append("\\u%04X".formatted(point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    private static boolean isHidden(int point, String kept) {
        boolean turns = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
        return (Character.isISOControl(point) || turns) && kept.indexOf(point) < 0;
    }
}
