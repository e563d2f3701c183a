package io.muster.runs;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A real server that is killed and started again, on a state folder and a machine of its own, as far as it can tell. */
public final class ServerProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
    private static final Duration LONG = Duration.ofMinutes(2);

    private final String url;
    private final Path home;
    private final Path folder;
    private final Map<String, String> environment;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<@Nullable MusterProcess> process = new AtomicReference<>();
    private volatile String address = "http://127.0.0.1:1";

    private ServerProcess(String url, Path folder, String host, Map<String, String> environment) {
        this.url = url;
        this.home = folder.resolve(host);
        this.folder = folder;
        this.environment = new TreeMap<>(environment);
        this.environment.put("HOSTNAME", host);
        this.environment.putIfAbsent("MUSTER_METRICS_PORT", "0");
    }

    /** A server that does not run yet. */
    public static ServerProcess on(String url, Path folder, String host, Map<String, String> environment) {
        return new ServerProcess(url, folder, host, environment);
    }

    /** Its state folder. */
    public Path home() {
        return home;
    }

    /** Starts it and waits until it takes calls. */
    public ServerProcess start() {
        begin();
        return awaitStart();
    }

    /** Starts it. */
    public void begin() {
        process.set(command("server", "--port", "0"));
    }

    /** Waits until it takes calls. */
    public ServerProcess awaitStart() {
        MusterProcess started = running();
        await().atMost(LONG).until(() -> {
            Matcher listening = LISTENING.matcher(started.err());
            boolean found = listening.find();
            if (found) {
                address = listening.group(1);
            }

            if (!found && !started.isAlive()) {
                throw new IllegalStateException("It has ended: " + started);
            }

            return found;
        });
        return this;
    }

    /** Any command on its state folder. */
    public MusterProcess command(String... arguments) {
        try {
            return MusterProcess.start(url, home, folder, environment, arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MusterProcess running() {
        MusterProcess running = process.get();
        if (running == null) {
            throw new IllegalStateException("It was not started");
        }

        return running;
    }

    /** Ends it as a power cut would. */
    public void kill() throws InterruptedException {
        running().kill();
    }

    /** Asks it to stop, and waits until it has. */
    public int stop() throws IOException, InterruptedException {
        running().signal("TERM");
        return running().exit();
    }

    /** What it has said. */
    public String said() throws IOException {
        return running().err();
    }

    /** Empty when there is no answer. */
    public Optional<HttpResponse<String>> call(String method, String path, String body, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                    .timeout(Duration.ofSeconds(20))
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            return Optional.of(client.send(request.headers(headers).build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        MusterProcess running = process.get();
        if (running != null) {
            running.close();
        }

        client.close();
    }
}
