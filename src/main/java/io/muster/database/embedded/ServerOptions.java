package io.muster.database.embedded;

import java.util.ArrayList;
import java.util.List;

/** The option file of the server and the accounts it is started with. */
final class ServerOptions {

    private static final long MEBIBYTE = 1L << 20;

    private ServerOptions() {}

    /** The text of the option file. */
    static String file(ServerFolder folder, int port, long bufferPool) {
        long redo = Math.clamp(bufferPool / 2, 96 * MEBIBYTE, 1024 * MEBIBYTE);
        List<String> lines = new ArrayList<>(List.of("[mariadbd]"));
        lines.add("basedir=" + quoted(folder.engine().toString()));
        lines.add("datadir=" + quoted(folder.data().toString()));
        lines.add("tmpdir=" + quoted(folder.temporary().toString()));
        lines.add("secure-file-priv=" + quoted(folder.temporary().toString()));
        lines.add("pid-file=" + quoted(folder.pid().toString()));
        lines.add("init-file=" + quoted(folder.accounts().toString()));
        lines.add("log-error=" + quoted(folder.log().toString()));
        lines.add("bind-address=127.0.0.1");
        lines.add("port=" + port);
        // The path of a Unix socket may have 107 characters only; an empty one means none.
        lines.add("socket=");
        // Nothing leaves the machine, and a certificate of its own costs seconds at every start.
        lines.add("skip-ssl");
        lines.add("skip-name-resolve");
        lines.add("local-infile=ON");
        lines.add("character-set-server=utf8mb4");
        lines.add("collation-server=utf8mb4_bin");
        lines.add("transaction-isolation=READ-COMMITTED");
        lines.add("default-time-zone=+00:00");
        lines.add("max-allowed-packet=64M");
        lines.add("max-connections=250");
        lines.add("skip-log-bin");
        lines.add("performance-schema=OFF");
        lines.add("aria-pagecache-buffer-size=16M");
        lines.add("key-buffer-size=8M");
        lines.add("innodb-buffer-pool-size=" + bufferPool);
        lines.add("innodb-log-file-size=" + redo);
        lines.add("innodb-log-buffer-size=" + Math.clamp(redo / 16, 16 * MEBIBYTE, 64 * MEBIBYTE));
        lines.add("innodb-flush-log-at-trx-commit=1");
        lines.add("innodb-autoinc-lock-mode=2");
        // A lock wait that times out undoes the whole transaction, as a deadlock does.
        lines.add("innodb-rollback-on-timeout=ON");
        if ("root".equals(System.getProperty("user.name"))) {
            lines.add("user=root");
        }

        return String.join("\n", lines) + "\n";
    }

    /** Statements run at every start: one account, with the password of the file, and no other. */
    static String accounts(String password) {
        return """
            CREATE USER IF NOT EXISTS '%1$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
            ALTER USER '%1$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
            GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'127.0.0.1' WITH GRANT OPTION;
            DELETE FROM mysql.global_priv WHERE User NOT IN ('%1$s', 'mariadb.sys');
            FLUSH PRIVILEGES;
            DROP DATABASE IF EXISTS test;
            """.formatted(EmbeddedServer.USER, password);
    }

    private static String quoted(String path) {
        return '"' + path.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
