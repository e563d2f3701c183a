package io.muster.database.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts programs that outlive this process: their own session, no terminal, so that Ctrl-C and a closed window spare them. */
final class Detached {

    private static final File NOTHING = new File("/dev/null");
    // Without setsid (macOS) a shell with job control gives its background jobs a process group of their own.
    private static final List<String> BY_SHELL = List.of("/bin/sh", "-c", "set -m; nohup \"$@\" &", "sh");

    private Detached() {}

    static Process start(List<String> command, Path output, Map<String, String> environment, Path workingFolder)
            throws IOException {
        List<String> full = new ArrayList<>(setsid());
        full.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(full)
                .directory(workingFolder.toFile())
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        // Options of a client or server elsewhere on the machine are not ours.
        builder.environment().keySet().removeIf(name -> name.startsWith("MYSQL_") || name.startsWith("MARIADB_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<String> setsid() {
        for (String folder : List.of("/usr/bin", "/bin")) {
            Path program = Path.of(folder, "setsid");
            if (Files.isExecutable(program)) {
                return List.of(program.toString());
            }
        }

        return BY_SHELL;
    }
}
