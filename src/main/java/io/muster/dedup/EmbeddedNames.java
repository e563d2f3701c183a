package io.muster.dedup;

import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The one spelling of every name of embedded data in a directory: the first one seen. */
final class EmbeddedNames {

    private static final String READ = """
            SELECT name
            FROM embedded_name
            WHERE directory_id = :directory AND name_key = :key
            """;

    private static final String INSERT = """
            INSERT INTO embedded_name (directory_id, name_key, name, created_at)
            VALUES (:directory, :key, :name, :now)
            ON DUPLICATE KEY UPDATE created_at = embedded_name.created_at
            """;

    private final JdbcClient jdbc;
    private final LockRetry transactions;
    private final InstantSource clock;

    EmbeddedNames(JdbcClient jdbc, LockRetry transactions, InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The directory's spelling by the spelling asked for; names never seen are written down, in a transaction each. */
    Map<String, String> spell(int directory, Set<String> names) {
        Map<String, String> spelled = new HashMap<>();
        for (String name : new TreeSet<>(names)) {
            byte[] key = key(name);
            spelled.put(name, find(directory, key).orElseGet(() -> register(directory, key, name)));
        }

        return spelled;
    }

    /** The values under the directory's spelling of their names. */
    Map<String, String> spell(int directory, Map<String, String> values) {
        Map<String, String> spelling = spell(directory, values.keySet());
        Map<String, String> spelled = new HashMap<>();
        new TreeMap<>(values).forEach((name, value) -> spelled.put(spelling.getOrDefault(name, name), value));
        return spelled;
    }

    private String register(int directory, byte[] key, String name) {
        return transactions.inTransaction(status -> {
            jdbc.sql(INSERT)
                    .param("directory", directory)
                    .param("key", key)
                    .param("name", name)
                    .param("now", clock.millis())
                    .update();
            return find(directory, key).orElse(name);
        });
    }

    private Optional<String> find(int directory, byte[] key) {
        return jdbc.sql(READ)
                .param("directory", directory)
                .param("key", key)
                .query(String.class)
                .optional();
    }

    private static byte[] key(String name) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(Fold.fold(name).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
