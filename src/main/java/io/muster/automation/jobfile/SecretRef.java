package io.muster.automation.jobfile;

/** Where a secret stands: {@code env:NAME} or {@code file:PATH}. It never holds the secret itself. */
public record SecretRef(String text) {

    /** Reads a reference; the message of a refusal never repeats the text, which may be a secret. */
    static SecretRef parse(String text) {
        if (!References.isReference(text)) {
            throw new IllegalArgumentException("must not stand in the file in plain text. Write env:NAME for an"
                    + " environment variable or file:PATH for a file that holds the secret");
        }

        return new SecretRef(References.checked(text));
    }
}
