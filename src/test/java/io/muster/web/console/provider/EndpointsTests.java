package io.muster.web.console.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EndpointsTests {

    private final ProviderHttp http = new ProviderHttp(JsonMapper.shared());
    private final Map<String, Object> said = new HashMap<>();
    private HttpServer server;
    private String issuer = "";
    private String answer = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/company";
        said.put("issuer", issuer);
        said.put("authorization_endpoint", issuer + "/auth");
        said.put("token_endpoint", issuer + "/token");
        said.put("jwks_uri", "https://keys.example.com/company");
        server.createContext("/realms/company/.well-known/openid-configuration", exchange -> {
            byte[] bytes = (answer.isEmpty() ? JsonMapper.shared().writeValueAsString(said) : answer)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Endpoints.of(issuer, http))
                .asInstanceOf(InstanceOfAssertFactories.type(ProviderProblem.class))
                .satisfies(problem -> assertThat(problem).hasMessage(message))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(ProviderProblem.Kind.UNREACHABLE));
    }

    @Test
    void areTakenAsTheProviderSaysThem() throws ProviderProblem {
        Endpoints found = Endpoints.of(issuer, http);

        assertThat(found.authorization()).isEqualTo(URI.create(issuer + "/auth"));
        assertThat(found.keys()).isEqualTo(URI.create("https://keys.example.com/company"));
        assertThat(found.userInfo()).isEmpty();
        assertThat(found.secretInForm()).isFalse();
    }

    @Test
    void theSecretIsInTheFormOnlyWhereTheProviderTakesItNowhereElse() throws ProviderProblem {
        said.put("token_endpoint_auth_methods_supported", List.of("client_secret_post", "private_key_jwt"));
        assertThat(Endpoints.of(issuer, http).secretInForm()).isTrue();

        said.put("token_endpoint_auth_methods_supported", List.of("client_secret_post", "client_secret_basic"));
        assertThat(Endpoints.of(issuer, http).secretInForm()).isFalse();
    }

    @Test
    void anotherIssuerIsNotBelieved() {
        said.put("issuer", "https://evil.example.com");

        refused("the provider calls itself 'https://evil.example.com'");
    }

    @Test
    void addressesThatAnybodyCouldReadAreNotUsed() {
        said.put("token_endpoint", "http://login.example.com/token");

        refused("token_endpoint is no address with https");
    }

    @Test
    void whatIsMissingIsNamed() {
        said.remove("jwks_uri");

        refused("jwks_uri is no address with https");
    }

    @Test
    void aPageIsNoProvider() {
        answer = "<html>Welcome</html>";

        refused("an answer is no JSON object");
    }
}
