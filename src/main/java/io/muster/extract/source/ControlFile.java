package io.muster.extract.source;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the sender says about a file. Three forms are read: lines of {@code key=value} (or {@code key: value}; blank
 * lines and {@code #} are passed over), a JSON object, or a line as {@code sha256sum} and {@code md5sum} write it.
 * Keys, in any case: {@code rows} (also {@code records}, {@code count}, {@code rowCount}, {@code row_count}),
 * {@code sha256}, {@code md5}, or {@code checksum} (its length says which). Other keys are passed over.
 *
 * @param expectedRows how many records the file has, rejected and skipped ones included, header and blank lines not
 * @param checksum checksum of the file as it was delivered (packed)
 */
public record ControlFile(
        @Nullable Long expectedRows, @Nullable Checksum checksum) {

    /** The largest control file read, in bytes. */
    public static final int MAX_BYTES = 64 << 10;

    /** A checksum: its algorithm and its value in lower-case hexadecimal. */
    public record Checksum(Algorithm algorithm, String hex) {}

    /** Algorithms senders use. */
    public enum Algorithm {
        /** 64 hexadecimal digits. */
        SHA_256("SHA-256", 64),
        /** 32 hexadecimal digits; finds accidents, not tampering. */
        MD5("MD5", 32);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }
    }

    private static final Pattern SUM_LINE = Pattern.compile("([0-9a-fA-F]{64}|[0-9a-fA-F]{32})(\\s+\\*?.*)?");
    private static final Pattern KEY_VALUE = Pattern.compile("\\s*([\\w.-]+)\\s*[=:]\\s*(.*?)\\s*");

    /**
     * Reads a control file.
     *
     * @throws Refusal when it is in none of the forms, or says neither rows nor checksum
     */
    public static ControlFile parse(String name, String text) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Map<String, String> values =
                content.stripLeading().startsWith("{") ? json(name, content) : lines(name, content);
        Long rows = rows(name, values);
        Checksum checksum = checksum(name, values);
        if (rows == null && checksum == null) {
            throw unreadable(name, "it states neither rows nor a checksum");
        }
        return new ControlFile(rows, checksum);
    }

    private static Map<String, String> json(String name, String text) {
        try {
            Map<String, String> values = new HashMap<>();
            for (Map.Entry<String, JsonNode> field :
                    JsonMapper.shared().readTree(text).properties()) {
                if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                    values.put(key(field.getKey()), field.getValue().asString().strip());
                }
            }
            return values;
        } catch (JacksonException e) {
            throw unreadable(name, "its JSON is broken");
        }
    }

    private static Map<String, String> lines(String name, String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            Matcher sum = SUM_LINE.matcher(line);
            Matcher pair = KEY_VALUE.matcher(line);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (sum.matches()) {
                values.put("checksum", String.valueOf(sum.group(1)));
            } else if (pair.matches()) {
                values.put(key(String.valueOf(pair.group(1))), String.valueOf(pair.group(2)));
            } else {
                throw unreadable(name, "a line is neither key=value nor a checksum");
            }
        }
        return values;
    }

    private static String key(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[_.-]", "");
    }

    private static @Nullable Long rows(String name, Map<String, String> values) {
        for (String key : new String[] {"rows", "records", "count", "rowcount", "recordcount"}) {
            String value = values.get(key);
            if (value != null) {
                if (!value.matches("\\d{1,18}")) {
                    throw unreadable(name, "its number of rows is not a number");
                }
                return Long.valueOf(value);
            }
        }
        return null;
    }

    private static @Nullable Checksum checksum(String name, Map<String, String> values) {
        for (String key : new String[] {"sha256", "md5", "checksum"}) {
            String value = values.get(key);
            if (value != null) {
                String hex = value.toLowerCase(Locale.ROOT);
                for (Algorithm algorithm : Algorithm.values()) {
                    boolean named = key.equals("checksum") || key.equals(algorithm == Algorithm.MD5 ? "md5" : "sha256");
                    if (named && hex.matches("[0-9a-f]{" + algorithm.digits + "}")) {
                        return new Checksum(algorithm, hex);
                    }
                }
                throw unreadable(name, "its %s is not such a checksum in hexadecimal".formatted(key));
            }
        }
        return null;
    }

    private static Refusal unreadable(String name, String reason) {
        return Refusal.failed(
                "Cannot read the control file %s: %s. Write for example rows=1200 and sha256=…, a line each."
                        .formatted(name, reason));
    }

    /**
     * Compares the checksum with a fetched file, where one is stated.
     *
     * @throws Refusal when it differs
     */
    public void checkContent(String name, Path spoolFile) {
        if (checksum == null) {
            return;
        }
        String found = digest(spoolFile, checksum.algorithm());
        if (!found.equals(checksum.hex())) {
            throw Refusal.failed(
                    "Cannot take %s: its control file states the %s checksum %s, but the file has %s. Have both delivered again."
                            .formatted(name, checksum.algorithm().javaName, checksum.hex(), found));
        }
    }

    /**
     * Compares the number of records read, where one is stated.
     *
     * @throws Refusal when it differs
     */
    public void checkRows(String name, long rowsRead) {
        if (expectedRows != null && expectedRows != rowsRead) {
            throw Refusal.failed(
                    "Cannot take %s: its control file states %,d rows, but the file has %,d. Have both delivered again."
                            .formatted(name, expectedRows, rowsRead));
        }
    }

    private static String digest(Path file, Algorithm algorithm) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm.javaName);
            byte[] buffer = new byte[1 << 17];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm.javaName, e);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read the spool file %s: %s. Check the disk and the permissions."
                            .formatted(file, e.getMessage()),
                    e);
        }
    }
}
