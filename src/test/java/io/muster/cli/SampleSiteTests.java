package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sample site serves, and what it does not. */
class SampleSiteTests {

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private SampleSite site;

    @BeforeEach
    void serve() throws IOException {
        Path files = Files.createDirectories(folder.resolve("site"));
        Files.writeString(files.resolve("index.html"), "{{customer}} {{nonce}} {{other}}");
        Files.writeString(files.resolve("style.css"), "a{}");
        Files.writeString(files.resolve("site.js"), "'{{customer}}'");
        Files.writeString(files.resolve("icon.svg"), "<svg/>");
        Files.writeString(files.resolve("dialog.yaml"), "type: popover");
        Files.writeString(folder.resolve("outside.html"), "outside");
        site = SampleSite.open(files);
        site.serve(Map.of("customer", "C-$1"));
    }

    @AfterEach
    void stop() {
        site.close();
        client.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(site.origin() + path)).build(), BodyHandlers.ofString());
    }

    @Test
    void placeholdersOfPagesAreFilled() throws Exception {
        String first = get("/").body();
        String second = get("/index.html?muster_debug=a").body();

        assertThat(first).matches("C-\\$1 [0-9a-f]{32} \\{\\{other}}");
        assertThat(second).matches("C-\\$1 [0-9a-f]{32} \\{\\{other}}").isNotEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"/index.html,text/html", "/style.css,text/css", "/site.js,text/javascript", "/icon.svg,image/svg+xml"})
    void filesHaveTheirTypes(String path, String type) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(type + "; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void scriptsAreServedAsTheyAre() throws Exception {
        assertThat(get("/site.js").body()).isEqualTo("'{{customer}}'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/dialog.yaml", "/missing.html", "/../outside.html", "/%2e%2e/outside.html", "/..%2foutside.html"
            })
    void nothingElseIsServed(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void nothingIsTaken() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(URI.create(site.origin() + "/"))
                .POST(BodyPublishers.ofString("a"))
                .build();
        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }
}
