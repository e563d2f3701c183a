package io.muster.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A process's use of the embedded MariaDB server of one folder. The server listens on loopback only, belongs to no process,
 * and is shared by all that attach: the first starts it, and some time after the last has gone, however it ended, it is
 * stopped.
 */
public final class EmbeddedServer implements AutoCloseable {

    static final String USER = "muster";

    private final int port;
    private final String password;
    private final Presence presence;

    private EmbeddedServer(int port, String password, Presence presence) {
        this.port = port;
        this.password = password;
        this.presence = presence;
    }

    /**
     * Uses the server of the folder; unpacks, initialises and starts it where needed, once even when several processes come
     * at the same time.
     *
     * @throws io.muster.support.Refusal when it cannot be run: platform, libraries, permissions, disk, memory
     */
    public static EmbeddedServer attach(EmbeddedSettings settings) {
        ServerFolder folder = new ServerFolder(settings.folder());
        folder.create();
        return FolderLock.holding(folder, () -> attach(folder, settings));
    }

    private static EmbeddedServer attach(ServerFolder folder, EmbeddedSettings settings) {
        Presence presence = Presence.enter(folder);
        boolean attached = false;
        try {
            String password = folder.read(folder.password()).orElseGet(() -> newPassword(folder));
            int port = new ServerProcess(folder, new Engine(folder), settings.bufferPool(), password).port();
            ensureKeeper(folder, settings);
            attached = true;
            return new EmbeddedServer(port, password, presence);
        } catch (IOException e) {
            throw folder.unusable(e);
        } finally {
            if (!attached) {
                leave(presence, folder);
            }
        }
    }

    /** The JDBC address, without a schema and without credentials. */
    public String url() {
        return "jdbc:mysql://127.0.0.1:" + port + "/?sslMode=DISABLED";
    }

    /** The account that owns everything on this server. */
    public String user() {
        return USER;
    }

    /** Its password. */
    public String password() {
        return password;
    }

    /** Leaves; the server goes on for others and for a while. */
    @Override
    public void close() throws IOException {
        presence.close();
    }

    private static void leave(Presence presence, ServerFolder folder) {
        try {
            presence.close();
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    private static String newPassword(ServerFolder folder) {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        folder.write(folder.password(), password + "\n");
        return password;
    }

    private static void ensureKeeper(ServerFolder folder, EmbeddedSettings settings) throws IOException {
        if (FolderLock.isHeld(folder.keeperLock())) {
            return;
        }

        // From a copy of its class file: the jar Muster runs from may be packed, or replaced while the keeper runs.
        String name = Keeper.class.getName().replace('.', '/') + ".class";
        Path copy = folder.keeperClasses().resolve(name);
        Files.createDirectories(copy.getParent());
        try (var bytes = Keeper.class.getResourceAsStream("/" + name)) {
            if (bytes == null) {
                throw new IOException(name + " is not on the class path");
            }
            Files.copy(bytes, copy, StandardCopyOption.REPLACE_EXISTING);
        }

        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint",
                "-XX:+UseSerialGC",
                "-Xms4m",
                "-Xmx8m",
                "-Xss256k",
                "-XX:-UsePerfData",
                "-cp",
                folder.keeperClasses().toString(),
                Keeper.class.getName(),
                folder.root().toString(),
                Long.toString(settings.linger().toMillis()));
        Detached.start(command, folder.root().resolve("keeper.log"), Map.of(), folder.root());
    }
}
