package io.muster.cli;

import io.muster.database.Database;
import io.muster.database.DatabaseSettings;
import io.muster.database.FreshSchema;
import io.muster.database.ServerVersion;
import io.muster.extract.sftp.EmbeddedSftpServer;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Everything the demo plays on: its folder, an empty database, a running SFTP server, and the settings that name them. */
final class DemoStage implements AutoCloseable {

    private static final String USER = "demo";
    private static final String PORT = "MUSTER_DEMO_SFTP_PORT";
    private static final String PASSWORD = "MUSTER_DEMO_SFTP_PASSWORD";

    private final DemoFolder folder;
    private final DemoPage page;
    private final DemoShell shell;
    private final EmbeddedSftpServer server;
    private final String database;
    private final Path environment;
    private final Map<String, String> login;
    private final CountDownLatch asked;
    private final Map<String, Optional<String>> before = new LinkedHashMap<>();

    private DemoStage(Terminal terminal, DemoFolder folder, CountDownLatch asked) {
        this.folder = folder;
        this.asked = asked;
        this.page = new DemoPage(terminal.text());
        this.shell = new DemoShell(folder.home(), terminal.notes(), page, () -> asked.getCount() == 0);
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MUSTER_HOME", folder.home().path().toString());
        // Its schema is its own, whoever brings the tables of others up to date.
        set(KnownSettings.DATABASE_MIGRATE.name(), "on");
        emptySchema(terminal).ifPresent(url -> {
            set(KnownSettings.DATABASE_URL.name(), url);
            variables.put("MUSTER_DATABASE_URL", url);
        });
        this.database = database();
        Map<String, String> former = folder.formerEnvironment();
        String password = former.getOrDefault(PASSWORD, secret());
        this.server = start(password, former.getOrDefault(PORT, "0"));
        // What jobs/demo-contacts.yaml refers to.
        this.login = Map.of(
                "MUSTER_DEMO_SFTP_HOST",
                server.host(),
                PORT,
                Integer.toString(server.port()),
                "MUSTER_DEMO_SFTP_USER",
                USER,
                PASSWORD,
                password,
                "MUSTER_DEMO_SFTP_HOST_KEY",
                server.hostKey());
        refuseOtherLogin(login);
        login.forEach(this::set);
        variables.putAll(login);
        this.environment = folder.writeEnvironment(variables);
    }

    /** Takes the demo's folder, empties it and starts everything. */
    static DemoStage set(Terminal terminal, CountDownLatch asked) {
        DemoFolder folder = new DemoFolder(terminal.home());
        boolean ready = false;
        try {
            folder.begin();
            DemoStage stage = new DemoStage(terminal, folder, asked);
            ready = true;
            return stage;
        } finally {
            if (!ready) {
                folder.close();
            }
        }
    }

    /** With the port of the demo before where it is free: shells that know it go on working. */
    private EmbeddedSftpServer start(String password, String port) {
        EmbeddedSftpServer.Builder description = EmbeddedSftpServer.serving(folder.served())
                .password(USER, password)
                .hostKeyFile(folder.hostKey());
        try {
            return description.port(Integer.parseInt(port)).start();
        } catch (Refusal taken) {
            return description.port(0).start();
        }
    }

    /** Variables of the environment win over what is set here. */
    private void refuseOtherLogin(Map<String, String> login) {
        login.forEach((variable, value) -> {
            String other = System.getenv(variable);
            if (other != null && !other.equals(value)) {
                server.close();
                throw Refusal.failed("Cannot run the demo: this shell has %s of another demo. Start it in a new shell."
                        .formatted(variable));
            }
        });
    }

    private Optional<String> emptySchema(Terminal terminal) {
        try (AppContext context = AppContext.open(quiet())) {
            DatabaseSettings settings = context.get(DatabaseSettings.class);
            if (settings.url().isEmpty()) {
                terminal.notes().println("Starting the embedded database; the first time it is unpacked");
            }

            return FreshSchema.make(settings, folder.schema());
        }
    }

    private String database() {
        try (AppContext context = AppContext.open(quiet())) {
            Database opened = context.get(Database.class);
            ServerVersion version = opened.version();
            String product = switch (version.product()) {
                case MYSQL -> "MySQL";
                case MARIADB -> "MariaDB";
            };
            return "%s%s %d.%d at %s"
                    .formatted(
                            before.containsKey(KnownSettings.DATABASE_URL.name()) ? "" : "embedded ",
                            product,
                            version.major(),
                            version.minor(),
                            opened.display());
        }
    }

    private Terminal quiet() {
        return new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), folder.home());
    }

    /** What the demo's job file refers to, by variable. */
    Map<String, String> login() {
        return login;
    }

    /** Commands read settings from system properties before the environment. */
    private void set(String property, String value) {
        before.put(property, Optional.ofNullable(System.setProperty(property, value)));
    }

    private static String secret() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    DemoPage page() {
        return page;
    }

    /** Runs commands. */
    DemoShell shell() {
        return shell;
    }

    DemoFolder folder() {
        return folder;
    }

    /** Lets some time pass, or less when the demo is asked to stop, which the next command says. */
    void pause(Duration time) {
        try {
            boolean ignored = asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot go on with the demo: it was interrupted. Start it again.", e);
        }
    }

    /** Product, version and place of the database. */
    String databaseText() {
        return database;
    }

    /** The address of the demo's schema on an outside server; empty with the embedded one. */
    Optional<String> databaseUrl() {
        return before.containsKey(KnownSettings.DATABASE_URL.name())
                ? Optional.ofNullable(System.getProperty(KnownSettings.DATABASE_URL.name()))
                : Optional.empty();
    }

    /** The demo's schema on an outside server; empty with the embedded one. */
    Optional<String> schemaOutside() {
        return before.containsKey(KnownSettings.DATABASE_URL.name()) ? Optional.of(folder.schema()) : Optional.empty();
    }

    /** Where the SFTP server listens. */
    String address() {
        return "sftp://%s@%s:%d".formatted(USER, server.host(), server.port());
    }

    /** The file that lets a shell's commands work on the demo. */
    Path environment() {
        return environment;
    }

    @Override
    public void close() {
        try {
            server.close();
        } finally {
            before.forEach((property, value) -> value.ifPresentOrElse(
                    former -> System.setProperty(property, former), () -> System.clearProperty(property)));
            folder.close();
        }
    }
}
