package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server whose database goes away and comes back. */
class DatabaseAwayDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    @Test
    void goesOnWithTheTokensItKnowsAndSaysThatItCannotCheckOthers() throws Exception {
        try (DatabaseProxy network = new DatabaseProxy(database.url());
                TestWebServer server = TestWebServer.start(network.url(), home, "muster.database.wait", "5s")) {
            String known = server.token(Scope.SNAPSHOTS);
            String unseen = server.token(Scope.SNAPSHOTS);
            assertThat(server.get("/probe/scope/snapshots", "X-API-TOKEN", known)
                            .statusCode())
                    .isEqualTo(200);

            network.cut();

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(server.get("/probe/optional", "X-API-TOKEN", "x".repeat(40))
                                    .statusCode())
                            .isEqualTo(503));
            assertThat(server.get("/probe/scope/snapshots", "X-API-TOKEN", known)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.get("/probe/scope/read", "X-API-TOKEN", known).statusCode())
                    .isEqualTo(403);
            HttpResponse<String> refused = server.get("/probe/scope/snapshots", "X-API-TOKEN", "y".repeat(40));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"DATABASE_AWAY\"");
            assertThat(server.get("/probe/scope/snapshots", "X-API-TOKEN", "no token")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(server.get("/health/ready").body()).isEqualTo("{\"status\":\"UP\"}\n");
            assertThat(server.get("/v1/decisions?project=ZN_000000000000001").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> asked = server.get("/probe/database");
            assertThat(asked.statusCode()).isEqualTo(503);
            assertThat(asked.body())
                    .isEqualTo(
                            "{\"error\":{\"code\":\"DATABASE_AWAY\",\"message\":\"Cannot answer: the database does not answer. Try again later.\",\"field\":null}}");

            network.mend();

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(server.get("/probe/scope/snapshots", "X-API-TOKEN", unseen)
                                    .statusCode())
                            .isEqualTo(200));
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(server.get("/health/ready").statusCode()).isEqualTo(200));
        }
    }
}
