package io.muster.automation.jobfile;

import io.muster.extract.source.SecretRef;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Looks up what {@code env:NAME} and {@code file:PATH} refer to. Values are read at each use, so that a secret can be
 * changed without a restart.
 */
public final class References {

    private static final String ENVIRONMENT = "env:";
    private static final String FILE = "file:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final long MAX_FILE_BYTES = 64 * 1024;

    private final Map<String, String> environment;

    /** References into the given environment. */
    public References(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** References into the environment of the process; a system property of the same name stands in for a variable. */
    public static References ofProcess() {
        Map<String, String> environment = new HashMap<>();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> NAME.matcher(name).matches())
                .forEach(name -> environment.put(name, System.getProperty(name)));
        environment.putAll(System.getenv());
        return new References(environment);
    }

    /** What names in {@code env:NAME} are looked up in. */
    public Map<String, String> environment() {
        return environment;
    }

    /** The value of a setting of that key; the message of a refusal names key and reference, never a value. */
    public String value(Setting setting, String key) {
        return isReference(setting.text()) ? look(setting.text(), key) : setting.text();
    }

    /** The secret of that key; the message of a refusal names key and reference, never a value. */
    public String value(SecretRef secret, String key) {
        return look(secret.toString(), key);
    }

    static boolean isReference(String text) {
        return text.startsWith(ENVIRONMENT) || text.startsWith(FILE);
    }

    static String checked(String text) {
        if (text.startsWith(ENVIRONMENT)) {
            if (!NAME.matcher(text.substring(ENVIRONMENT.length())).matches()) {
                throw new IllegalArgumentException(
                        "must name an environment variable of letters, digits and _, such as env:SFTP_PASSWORD");
            }

            return text;
        }

        try {
            Path path = Path.of(text.substring(FILE.length()));
            if (path.toString().isEmpty()) {
                throw new IllegalArgumentException("must name a file, such as file:/run/secrets/sftp");
            }
        } catch (InvalidPathException ignored) {
            throw new IllegalArgumentException("must name a file, such as file:/run/secrets/sftp");
        }

        return text;
    }

    private String look(String reference, String key) {
        if (reference.startsWith(ENVIRONMENT)) {
            String name = reference.substring(ENVIRONMENT.length());
            String value = environment.get(name);
            if (value == null || value.isEmpty()) {
                throw Refusal.failed(
                        "Cannot read %s: the environment variable %s is not set. Set it for the process that"
                                        .formatted(key, name)
                                + " runs the job.");
            }

            return value;
        }

        Path path = Path.of(reference.substring(FILE.length()));
        try {
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw Refusal.failed(
                        "Cannot read %s: %s is larger than 64 KiB. Name the file that holds only the value."
                                .formatted(key, path));
            }

            String value = Files.readString(path).stripTrailing();
            if (value.isEmpty()) {
                throw Refusal.failed("Cannot read %s: %s is empty. Write the value into it.".formatted(key, path));
            }

            return value;
        } catch (IOException failure) {
            throw Refusal.failed(
                    "Cannot read %s: %s cannot be read (%s). Create it, readable for the user that runs Muster."
                            .formatted(key, path, failure.getClass().getSimpleName()),
                    failure);
        }
    }
}
