package io.muster.extract.drop;

import io.muster.support.Refusal;

/** The names of dropped files: the last part of what a caller says. */
public final class DroppedName {

    private static final int MOST_CHARS = 255;

    private DroppedName() {}

    /**
     * The name under which a file is kept.
     *
     * @throws Refusal when nothing is left of it, or it could be taken for something else
     */
    public static String of(String given) {
        String name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
                .strip();
        if (name.isEmpty()) {
            throw refused("it is empty. Send one");
        }

        if (name.contains("..")) {
            throw refused("it holds \"..\". Send another one");
        }

        if (name.codePoints().anyMatch(DroppedName::isControl)) {
            throw refused("it holds control characters. Send another one");
        }

        if (name.codePointCount(0, name.length()) > MOST_CHARS) {
            throw refused("it has more than " + MOST_CHARS + " characters. Send a shorter one");
        }

        return name;
    }

    private static boolean isControl(int point) {
        return Character.isISOControl(point)
                || Character.getType(point) == Character.FORMAT
                || Character.getType(point) == Character.SURROGATE;
    }

    private static Refusal refused(String reason) {
        return Refusal.invalid("BAD_FIELD", "Cannot use the name of the file: " + reason + ".")
                .with("field", "file");
    }
}
