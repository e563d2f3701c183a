package io.muster.database;

import io.muster.database.embedded.EmbeddedServer;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A schema that serves one purpose and begins empty each time. Whatever an earlier one of that name held is lost. */
public final class FreshSchema {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{2,63}");

    private FreshSchema() {}

    /**
     * Makes the schema: on the outside server of the settings under that name, whatever schema they name; on the embedded
     * server, which serves one state folder only, in place of its one schema.
     *
     * @return the URL that opens it, with credentials where the configured URL has them; empty for the embedded server
     * @throws Refusal when the server cannot be used or the account may not create the schema
     */
    public static Optional<String> make(DatabaseSettings settings, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Invalid schema name: " + name);
        }

        Optional<JdbcAddress> outside = settings.url().map(JdbcAddress::parse);
        if (outside.isPresent()) {
            renew(settings, Database.withLogin(outside.get(), settings), name);
            return Optional.of(url(outside.get(), name));
        }

        try (EmbeddedServer server = EmbeddedServer.attach(settings.embedded())) {
            JdbcAddress address =
                    JdbcAddress.parse(server.url()).with("user", server.user()).with("password", server.password());
            renew(settings, address, Database.DEFAULT_SCHEMA);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void renew(DatabaseSettings settings, JdbcAddress address, String name) {
        try (Connection connection =
                        new Connecting(address, address.properties(Database.common()), settings.patience()).to("");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name);
            statement.execute("CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".formatted(name));
        } catch (SQLException | Connecting.UnknownSchemaException e) {
            throw Refusal.failed(
                    "Cannot create the schema %s at %s: %s. Grant the account all rights on %1$s.*, or use another one."
                            .formatted(name, address.display(), Connecting.innermost(e)),
                    e);
        }
    }

    private static String url(JdbcAddress address, String schema) {
        String parameters = address.parameters().entrySet().stream()
                .map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
                .collect(Collectors.joining("&"));
        return address.url(schema) + (parameters.isEmpty() ? "" : "?" + parameters);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
