package io.muster.access;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Bearers: what a token is exchanged for by programs that want one for an hour. Of a bearer only its SHA-256 is kept, so that it
 * counts on every server. It ends with its token.
 */
public final class Bearers {

    /** How long one counts. */
    public static final Duration LIFE = Duration.ofHours(1);

    private static final int MOST_REMEMBERED = 10_000;

    private static final String ADD = """
        INSERT INTO access_bearer (sha256, token_id, reads_only, expires_at)
        VALUES (:sha256, :token, :readsOnly, :expires)
        """;

    private static final String FIND =
            "SELECT sha256, token_id, reads_only, expires_at FROM access_bearer WHERE sha256 = ?";

    private static final String PRUNE = "DELETE FROM access_bearer WHERE expires_at < ? LIMIT 1000";

    private final JdbcClient jdbc;
    private final KnownTokens tokens;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Map<String, Bearer> known = new ConcurrentHashMap<>();

    Bearers(JdbcClient jdbc, KnownTokens tokens, Secrets secrets, InstantSource clock) {
        this.jdbc = jdbc;
        this.tokens = tokens;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * A bearer as it is kept.
     *
     * @param expires epoch milliseconds
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
    private record Bearer(byte[] sha256, int token, boolean readsOnly, long expires) {}

    /** What a new bearer may do. */
    public enum Extent {
        /** Whatever its token may. */
        AS_TOKEN,
        /** Read, if its token may. */
        READS_ONLY
    }

    /** Whether a text may be a bearer; a token never is one. */
    public static boolean isShaped(String text) {
        return Secrets.isBearer(text);
    }

    /** A new bearer of a token; the ones that have ended go. */
    public String issue(Token token, Extent extent) {
        String text = secrets.makeBearer();
        long now = clock.millis();
        jdbc.sql(PRUNE).param(now).update();
        jdbc.sql(ADD)
                .param("sha256", Secrets.hash(text))
                .param("token", token.id())
                .param("readsOnly", extent == Extent.READS_ONLY)
                .param("expires", now + LIFE.toMillis())
                .update();
        return text;
    }

    /** The token of a bearer, with the scopes that the bearer has; empty when it is wrong or has ended. */
    public Optional<Token> find(String text) {
        if (!isShaped(text)) {
            return Optional.empty();
        }

        byte[] sha256 = Secrets.hash(text);
        String key = HexFormat.of().formatHex(sha256);
        Bearer bearer = known.get(key);
        if (bearer == null) {
            bearer = read(sha256);
            remember(key, bearer);
        }

        return Optional.ofNullable(bearer)
                .filter(one -> one.expires() > clock.millis() && MessageDigest.isEqual(one.sha256(), sha256))
                .flatMap(one -> tokens.find(one.token()).map(token -> one.readsOnly() ? readsOnly(token) : token));
    }

    private @Nullable Bearer read(byte[] sha256) {
        return jdbc.sql(FIND)
                .param(sha256)
                .query((row, index) -> new Bearer(
                        row.getBytes("sha256"),
                        row.getInt("token_id"),
                        row.getBoolean("reads_only"),
                        row.getLong("expires_at")))
                .optional()
                .orElse(null);
    }

    private void remember(String key, @Nullable Bearer bearer) {
        if (bearer == null) {
            return;
        }

        if (known.size() >= MOST_REMEMBERED) {
            known.clear();
        }

        known.put(key, bearer);
    }

    private static Token readsOnly(Token token) {
        return token.with(token.allows(Scope.READ) ? EnumSet.of(Scope.READ) : Set.of());
    }
}
