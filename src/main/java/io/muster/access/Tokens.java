package io.muster.access;

import io.muster.access.Token.TokenDirectory;
import io.muster.directory.Actor;
import io.muster.directory.Names;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The tokens of an installation. Of the text of a token only its SHA-256 is kept. */
public final class Tokens {

    /** So many are known to every server at once. */
    private static final int MOST = 1_000;

    private static final String COUNT = "SELECT COUNT(*) FROM access_token WHERE name_in_use IS NOT NULL";

    private static final String CREATE = """
        INSERT INTO access_token (name, name_in_use, sha256, scopes, limited, created_at, created_by)
        VALUES (:name, :name, :sha256, :scopes, :limited, :at, :by)
        """;

    private static final String LIMIT =
            "INSERT INTO access_token_directory (directory_id, token_id) VALUES (:directory, :token)";

    private static final String COLUMNS = """
        SELECT id, name, sha256, scopes, limited, created_at, created_by, used_at, revoked_at
        FROM access_token
        """;

    private static final String LIST = COLUMNS + "ORDER BY name, id";
    private static final String IN_USE = COLUMNS + "WHERE name_in_use IS NOT NULL ORDER BY id";
    private static final String BY_NAME = COLUMNS + "WHERE name_in_use = ?";

    private static final String DIRECTORIES = """
        SELECT t.token_id, d.id, d.name
        FROM access_token_directory t
        JOIN directory d ON d.id = t.directory_id
        ORDER BY d.name
        """;

    private static final String REVOKE = """
        UPDATE access_token
        SET name_in_use = NULL, revoked_at = :at, revoked_by = :by
        WHERE id = :id AND name_in_use IS NOT NULL
        """;

    private static final String USED =
            "UPDATE access_token SET used_at = :at WHERE id = :id AND (used_at IS NULL OR used_at < :at)";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;

    /** The tokens in a database. */
    public Tokens(JdbcClient jdbc, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
    }

    /** A token and the SHA-256 of its text. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
    record Hashed(Token token, byte[] sha256) {}

    /**
     * Keeps a new token within the caller's transaction.
     *
     * @param sha256 of its text
     * @param directories the numbers of the only directories it is for; null when it is for all
     * @return its name as it is kept
     */
    public String add(String name, byte[] sha256, Set<Scope> scopes, @Nullable List<Integer> directories, Actor actor) {
        String checked = Names.checked("Cannot create the token", name, ids);
        if (jdbc.sql(COUNT).query(Integer.class).single() >= MOST) {
            throw Refusal.conflict(
                    "TOO_MANY_TOKENS",
                    "Cannot create the token: there are %d tokens. Revoke some that are not used any more."
                            .formatted(MOST));
        }

        GeneratedKeyHolder id = new GeneratedKeyHolder();
        try {
            jdbc.sql(CREATE)
                    .param("name", checked)
                    .param("sha256", sha256)
                    .param("scopes", scopes.stream().sorted().map(Scope::word).collect(Collectors.joining(",")))
                    .param("limited", directories != null)
                    .param("at", clock.millis())
                    .param("by", actor.text())
                    .update(id);
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict(
                            "NAME_TAKEN",
                            "Cannot create the token: there is a token of the name '%s'. Choose another name, or revoke"
                                            .formatted(checked)
                                    + " that one.")
                    .with("name", checked)
                    .with("field", "name")
                    .causedBy(e);
        }

        int number = Objects.requireNonNull(id.getKey()).intValue();
        for (int directory : directories == null ? List.<Integer>of() : directories) {
            jdbc.sql(LIMIT).param("directory", directory).param("token", number).update();
        }

        return checked;
    }

    /** All tokens by name, revoked ones included. */
    public List<Token> list() {
        return read(LIST).stream().map(Hashed::token).toList();
    }

    /** The tokens that count. */
    List<Hashed> inUse() {
        return read(IN_USE);
    }

    /** The token of that name; a refusal when none of that name counts. */
    public Token find(String name) {
        return read(BY_NAME, name.strip()).stream()
                .findFirst()
                .orElseThrow(() -> unknown(name))
                .token();
    }

    private static Refusal unknown(String name) {
        return Refusal.notFound(
                        "UNKNOWN_TOKEN",
                        "Cannot use the token '%s': there is no token of that name, or it is revoked already."
                                .formatted(name))
                .with("token", name);
    }

    /** Revokes a token within the caller's transaction. */
    public void revoke(Token token, Actor actor) {
        int revoked = jdbc.sql(REVOKE)
                .param("at", clock.millis())
                .param("by", actor.text())
                .param("id", token.id())
                .update();
        if (revoked == 0) {
            throw unknown(token.name());
        }
    }

    /** Enters when tokens were last used, in epoch milliseconds by their ids. */
    void enterUses(Map<Integer, Long> uses) {
        uses.forEach((id, at) -> jdbc.sql(USED).param("at", at).param("id", id).update());
    }

    private List<Hashed> read(String sql, Object... parameters) {
        Map<Integer, List<TokenDirectory>> directories = directories();
        return jdbc.sql(sql)
                .params(List.of(parameters))
                .query((row, index) -> token(row, directories))
                .list();
    }

    private Map<Integer, List<TokenDirectory>> directories() {
        record Limit(int token, TokenDirectory directory) {}

        return jdbc
                .sql(DIRECTORIES)
                .query((row, index) -> new Limit(
                        row.getInt("token_id"),
                        new TokenDirectory(row.getInt("id"), ids.directory(row.getInt("id")), row.getString("name"))))
                .list()
                .stream()
                .collect(
                        Collectors.groupingBy(Limit::token, Collectors.mapping(Limit::directory, Collectors.toList())));
    }

    private static Hashed token(ResultSet row, Map<Integer, List<TokenDirectory>> directories) throws SQLException {
        int id = row.getInt("id");
        Token token = new Token(
                id,
                row.getString("name"),
                scopes(row.getString("scopes")),
                row.getBoolean("limited") ? directories.getOrDefault(id, List.of()) : null,
                row.getLong("created_at"),
                row.getString("created_by"),
                row.getObject("used_at", Long.class),
                row.getObject("revoked_at", Long.class));
        return new Hashed(token, row.getBytes("sha256"));
    }

    private static Set<Scope> scopes(String words) {
        return Arrays.stream(words.split(",", -1)).map(Scope::of).collect(Collectors.toSet());
    }
}
