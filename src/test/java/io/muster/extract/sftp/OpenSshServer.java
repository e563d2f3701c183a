package io.muster.extract.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** The server most senders use, in a folder of its own, with keys of every kind. */
public final class OpenSshServer implements AutoCloseable {

    private static final Path SSHD = Path.of("/usr/sbin/sshd");
    private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

    private final Path folder;
    private final int port;
    private final Process process;

    private OpenSshServer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Whether OpenSSH's server is installed here. */
    public static boolean isInstalled() {
        return Files.isExecutable(SSHD);
    }

    /** Starts a server that keeps its keys, log and files in that folder. */
    public static OpenSshServer start(Path folder) throws Exception {
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(PRIVILEGE_SEPARATION);
        }

        Files.createDirectory(folder.resolve("remote"));
        for (String type : List.of("ed25519", "ecdsa", "rsa")) {
            keygen(folder.resolve("host_" + type), type, "");
            keygen(folder.resolve("user_" + type), type, "");
        }

        keygen(folder.resolve("user_encrypted"), "ed25519", "open sesame");
        run(
                "ssh-keygen",
                "-q",
                "-t",
                "rsa",
                "-b",
                "2048",
                "-m",
                "PEM",
                "-N",
                "open sesame",
                "-f",
                folder.resolve("user_pem").toString());
        StringBuilder authorized = new StringBuilder();
        for (String user : List.of("ed25519", "ecdsa", "rsa", "encrypted", "pem")) {
            authorized.append(Files.readString(folder.resolve("user_" + user + ".pub")));
        }

        Files.writeString(folder.resolve("authorized_keys"), authorized);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Files.writeString(folder.resolve("sshd_config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s/host_ed25519
                HostKey %s/host_ecdsa
                HostKey %s/host_rsa
                AuthorizedKeysFile %s/authorized_keys
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin prohibit-password
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                Subsystem sftp internal-sftp
                """.formatted(port, folder, folder, folder, folder));
        Process process = new ProcessBuilder(
                        SSHD.toString(),
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> answers(port));
        return new OpenSshServer(folder, port, process);
    }

    /** The port it listens on, on the loopback address. */
    public int port() {
        return port;
    }

    /** The folder whose files it serves, by its whole path. */
    public Path remote() {
        return folder.resolve("remote");
    }

    /** Its public key of a type, in OpenSSH form. */
    public String hostKey(String type) throws IOException {
        return Files.readString(folder.resolve("host_" + type + ".pub")).strip();
    }

    /** The file of a private key that may log in: ed25519, ecdsa, rsa, encrypted or pem. */
    public Path userKey(String name) {
        return folder.resolve("user_" + name);
    }

    @Override
    public void close() {
        process.destroy();
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    static void keygen(Path file, String type, String passphrase) throws Exception {
        run("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", file.toString());
    }

    static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
