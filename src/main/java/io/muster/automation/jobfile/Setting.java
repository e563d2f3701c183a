package io.muster.automation.jobfile;

/** A plain value, or a reference ({@code env:NAME}, {@code file:PATH}) to where it is. */
public record Setting(String text) {

    /** Reads a setting as written. */
    static Setting parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must not be blank");
        }

        return References.isReference(text) ? new Setting(References.checked(text)) : new Setting(text);
    }
}
