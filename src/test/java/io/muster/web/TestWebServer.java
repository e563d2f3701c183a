package io.muster.web;

import io.muster.access.Scope;
import io.muster.app.RunningConfiguration;
import io.muster.app.TokenService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunUpkeep;
import io.muster.automation.attention.Attention;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.notify.Notifications;
import io.muster.automation.server.AutomationServer;
import io.muster.automation.server.ServerSettings;
import io.muster.database.DatabaseConfiguration;
import io.muster.directory.Actor;
import io.muster.jobs.servers.ThisServer;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import io.muster.web.metrics.MetricsConfiguration;
import io.muster.web.v3.V3ProbeController;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.eclipse.jetty.server.Server;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The server role within a test, on a free port, with the beans it has in a process of its own:
 *
 * <pre>{@code
 * try (TestWebServer server = TestWebServer.start(database.url(), home)) {
 *     String token = server.token(Scope.READ);
 *     assertThat(server.get("/v1/things", "X-API-TOKEN", token).statusCode()).isEqualTo(200);
 * }
 * }</pre>
 */
public final class TestWebServer implements AutoCloseable {

    private final AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AutomationServer automations;
    private final WebServer web;

    private TestWebServer(Map<String, Object> properties, Path home, Clock clock) {
        StateFolder folder = new StateFolder(home);
        beans.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        beans.registerBean(StateFolder.class, () -> folder);
        beans.registerBean(Clock.class, () -> clock);
        beans.registerBean(JsonMapper.class, TestWebServer::json);
        beans.register(DatabaseConfiguration.class, RunningConfiguration.class, MetricsConfiguration.class);
        beans.addBeanFactoryPostProcessor(factory -> Arrays.stream(factory.getBeanDefinitionNames())
                .forEach(name -> factory.getBeanDefinition(name).setLazyInit(true)));
        beans.refresh();
        automations = AutomationServer.create(
                beans.getBean(ServerSettings.class),
                beans.getBean(JobFiles.class),
                beans.getBean(DataSource.class),
                beans.getBean(AutomationRuns.class),
                beans.getBean(RunUpkeep.class),
                beans.getBean(Notifications.class),
                beans.getBean(Attention.class),
                ThisServer.begin(
                        beans.getBean(JdbcClient.class),
                        folder,
                        beans.getBean(Spool.class),
                        "test",
                        beans.getBean(Clock.class)),
                beans.getBean(Clock.class));
        try {
            web = WebServer.start(
                    WebSettings.read(beans.getEnvironment()::getProperty),
                    beans,
                    automations,
                    WebConfiguration.class,
                    ProbeController.class,
                    V3ProbeController.class);
        } catch (RuntimeException e) {
            automations.close();
            beans.close();
            throw e;
        }

        automations.begin();
    }

    private static JsonMapper json() {
        return JsonMapper.builder()
                .disable(tools.jackson.databind.MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
    }

    /**
     * Starts a server.
     *
     * @param settings names and values by turns, such as {@code muster.http.max-requests}
     */
    public static TestWebServer start(String databaseUrl, Path home, String... settings) {
        return start(Clock.systemUTC(), databaseUrl, home, settings);
    }

    /** The same by another clock. */
    public static TestWebServer start(Clock clock, String databaseUrl, Path home, String... settings) {
        Map<String, Object> properties = new TreeMap<>();
        properties.put("muster.database.url", databaseUrl);
        properties.put("muster.http.port", "0");
        properties.put("muster.metrics.port", "0");
        // A busy machine is no reason to fail.
        properties.put("muster.console.statement-seconds", "60");
        properties.put("muster.jobs", new StateFolder(home).folder("jobs").toString());
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }

        return new TestWebServer(properties, home, clock);
    }

    /** The bean of a type. */
    public <T> T get(Class<T> type) {
        return beans.getBean(type);
    }

    /** The bean of a type among those of HTTP. */
    <T> T web(Class<T> type) {
        return web.beans().getBean(type);
    }

    /** The same, for packages beside. */
    public <T> T bean(Class<T> type) {
        return web(type);
    }

    /** What answers. */
    Server jetty() {
        ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) web.beans();
        return ((JettyWebServer) Objects.requireNonNull(context.getWebServer())).getServer();
    }

    /** What runs beside HTTP. */
    public AutomationServer automations() {
        return automations;
    }

    /** Where it answers, such as {@code http://127.0.0.1:8080}. */
    public String address() {
        return "http://" + web.address();
    }

    /** Where its metrics are. */
    public String metricsAddress() {
        return "http://" + web.metricsAddress();
    }

    /** A new token. */
    public String token(Scope... scopes) {
        return token(List.of(), scopes);
    }

    /** A new token for some directories only. */
    public String token(List<String> directories, Scope... scopes) {
        return get(TokenService.class)
                .create(
                        Actor.commandLine("tester"),
                        UUID.randomUUID().toString(),
                        Arrays.stream(scopes).map(Scope::word).toList(),
                        directories)
                .token();
    }

    /** A request, to be completed. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address() + path));
    }

    /** The answer to a request. */
    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    /** The answer to a request, when it comes. */
    public CompletableFuture<HttpResponse<String>> sendLater(HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** The answer to a GET with these headers, names and values by turns. */
    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    /** The answer to a POST of JSON with these headers, names and values by turns. */
    public HttpResponse<String> post(String path, String json, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    @Override
    public void close() {
        automations.close();
        web.close();
        beans.close();
        client.close();
    }
}
