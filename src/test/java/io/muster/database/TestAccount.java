package io.muster.database;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** An account of the database server with certain rights on the schema of a test, dropped when it is closed. */
public final class TestAccount implements AutoCloseable {

    /** What servers and commands need where another account brings the tables up to date; see docs/operating.md. */
    public static final String ROWS = "SELECT, INSERT, UPDATE, DELETE";

    /** What that other account needs. */
    public static final String TABLES = ROWS + ", CREATE, ALTER, DROP, INDEX, REFERENCES";

    private static final String PASSWORD = "an ordinary password";

    private final TestDatabase database;
    private final JdbcClient granting;
    private final String name;

    /** Creates the account with these rights and no others. */
    public TestAccount(TestDatabase database, String rights) {
        this.database = database;
        // The schema may have no tables yet, so not through the open database.
        granting = JdbcClient.create(new DriverManagerDataSource(database.url()));
        // Names of accounts have 32 characters at most.
        name = "m" + Integer.toString(database.schemaName().hashCode() >>> 1, 36)
                + Integer.toString(rights.hashCode() >>> 1, 36);
        granting.sql("CREATE USER %s IDENTIFIED BY '%s'".formatted(name, PASSWORD))
                .update();
        granting.sql("GRANT %s ON %s.* TO %s".formatted(rights, database.schemaName(), name))
                .update();
    }

    /** The settings by name with which a process uses the account. */
    public Map<String, String> settings() {
        return Map.of(
                "muster.database.url", database.urlWithoutLogin(),
                "muster.database.user", name,
                "muster.database.password", PASSWORD);
    }

    @Override
    public void close() {
        granting.sql("DROP USER " + name).update();
    }
}
