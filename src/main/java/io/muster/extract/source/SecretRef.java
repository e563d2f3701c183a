package io.muster.extract.source;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a secret is kept: {@code env:NAME} or {@code file:PATH}. Secrets are never written into job files. */
public final class SecretRef {

    private static final String ENV = "env:";
    private static final String FILE = "file:";

    private static final long MOST_BYTES = 64 << 10;

    private final String reference;

    private SecretRef(String reference) {
        this.reference = reference;
    }

    /**
     * Reads a reference.
     *
     * @throws IllegalArgumentException when it is none; the message does not repeat the text, which may be a secret
     */
    @JsonCreator
    public static SecretRef of(String reference) {
        String text = reference.strip();
        boolean named = text.startsWith(ENV) && text.length() > ENV.length();
        boolean inFile = text.startsWith(FILE) && text.length() > FILE.length();
        if (!named && !inFile) {
            throw new IllegalArgumentException(
                    "A secret must not be written into the job file. Write env:NAME for an environment variable or"
                            + " file:PATH for a file");
        }

        return new SecretRef(text);
    }

    /**
     * The secret itself; one line end at the end of a file is not part of it.
     *
     * @throws Refusal when the variable is not set or the file cannot be read
     */
    public String resolve(Map<String, String> environment) {
        return reference.startsWith(ENV)
                ? variable(reference.substring(ENV.length()), environment)
                : content(Path.of(reference.substring(FILE.length())));
    }

    private static String variable(String name, Map<String, String> environment) {
        String value = environment.get(name);
        if (value == null || value.isEmpty()) {
            throw Refusal.failed(
                    "Cannot read the secret env:%s: the environment variable is not set. Set it for the process of Muster."
                            .formatted(name));
        }
        return value;
    }

    private static String content(Path file) {
        String text;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw Refusal.failed(
                        "Cannot read the secret file %s: it is larger than 64 KiB. Name the file that holds"
                                        .formatted(file)
                                + " only the secret.");
            }

            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw Refusal.failed(
                    "Cannot read the secret file %s: there is no such file. Correct the path.".formatted(file), e);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read the secret file %s: %s. Check that the user of Muster may read it."
                            .formatted(file, e.getClass().getSimpleName()),
                    e);
        }

        String secret = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        secret = secret.endsWith("\r") ? secret.substring(0, secret.length() - 1) : secret;
        if (secret.isEmpty()) {
            throw Refusal.failed(
                    "Cannot read the secret file %s: it is empty. Write the secret into it.".formatted(file));
        }
        return secret;
    }

    /** The reference, never the secret. */
    @Override
    @JsonValue
    public String toString() {
        return reference;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretRef ref && ref.reference.equals(reference);
    }

    @Override
    public int hashCode() {
        return reference.hashCode();
    }
}
