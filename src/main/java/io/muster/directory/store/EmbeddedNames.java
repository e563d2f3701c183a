package io.muster.directory.store;

import io.muster.directory.FieldRules;
import io.muster.directory.Spellings;
import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The dictionary of embedded data: per directory the one spelling of every name, the first one seen. A name must be
 * here before a contact with it is committed.
 */
public final class EmbeddedNames {

    private static final String NAMES = "SELECT name FROM embedded_name WHERE directory_id = ?";

    // Leaves a name that is there as it is, on both servers.
    private static final String REGISTER = """
        INSERT INTO embedded_name (directory_id, name_key, name, created_at)
        VALUES (?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE directory_id = directory_id
        """;

    private static final int KEY_BYTES = 16;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** Works on the current transaction where there is one. */
    public EmbeddedNames(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The names of a directory as they are now. */
    public Spellings of(int directory) {
        return Spellings.of(jdbc.sql(NAMES).param(directory).query(String.class).list());
    }

    /**
     * Registers the names a directory does not have yet, in any spelling; safe against others doing the same.
     *
     * @param names names that were judged valid ({@link FieldRules#judgeEmbeddedName})
     * @return the names of the directory afterwards
     */
    public Spellings register(int directory, Collection<String> names) {
        Spellings known = of(directory);
        // In key order, so that two registrations never wait for each other in a circle.
        Map<byte[], String> missing = new TreeMap<>(Arrays::compareUnsigned);
        names.stream().filter(name -> !known.has(name)).forEach(name -> missing.putIfAbsent(key(name), name));
        missing.forEach((key, name) ->
                jdbc.sql(REGISTER).params(directory, key, name, clock.millis()).update());
        return missing.isEmpty() ? known : of(directory);
    }

    /** The key of a name: equal for names that are equal without case. */
    public static byte[] key(String name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(Fold.fold(name).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(hash, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
