package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.app.TokenService;
import io.muster.app.TokenView;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may call what. */
class CallersDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static TestWebServer server;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void refusesACallWithoutATokenOrWithAWrongOne() throws Exception {
        HttpResponse<String> none = server.get("/probe/scope/read");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(none.body())
                .isEqualTo(
                        "{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\"Cannot do this without a token. Send one as X-API-TOKEN or as Authorization: Bearer.\",\"field\":null}}");

        for (String wrong :
                List.of("x", "A".repeat(40), server.token(Scope.READ).toLowerCase(java.util.Locale.ROOT))) {
            assertThat(status("/probe/scope/read", wrong)).as(wrong).isEqualTo(401);
        }
    }

    @Test
    void takesATokenByEitherHeader() throws Exception {
        String token = server.token(Scope.READ);
        assertThat(server.get("/probe/scope/read", "X-API-TOKEN", token).body()).endsWith(" (token)");
        assertThat(server.get("/probe/scope/read", "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.get("/probe/scope/read", "Authorization", "Basic " + token)
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    void grantsWhatAScopeContainsAndNothingElse(Scope scope) throws Exception {
        String token = server.token(scope);
        List<Scope> contained = switch (scope) {
            case MANAGE -> List.of(Scope.MANAGE, Scope.READ);
            case ADMIN -> Arrays.asList(Scope.values());
            case READ, OPERATE, EVENTS, SNAPSHOTS -> List.of(scope);
        };
        for (Scope needed : Scope.values()) {
            assertThat(status("/probe/scope/" + needed.word(), token))
                    .as("%s for %s", scope, needed)
                    .isEqualTo(contained.contains(needed) ? 200 : 403);
        }
    }

    @Test
    void holdsATokenToItsDirectories() throws Exception {
        String own = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        String other = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        String token = server.token(List.of(own), Scope.READ);

        assertThat(status("/probe/directory?directory=" + own, token)).isEqualTo(200);
        assertThat(status("/probe/directory?directory=" + other, token)).isEqualTo(403);
        assertThat(status("/probe/directory?directory=POOL_nonsense", token)).isEqualTo(403);
        assertThat(status("/probe/directory?directory=" + other, server.token(Scope.READ)))
                .isEqualTo(200);
    }

    @Test
    void passesOverAWrongTokenWhereNoneIsNeeded() throws Exception {
        assertThat(server.get("/probe/optional").body()).isEqualTo("unknown");
        assertThat(server.get("/probe/optional", "X-API-TOKEN", "wrong").body()).isEqualTo("unknown");
        assertThat(server.get("/probe/optional", "X-API-TOKEN", server.token(Scope.EVENTS))
                        .body())
                .isEqualTo("known");
    }

    @Test
    void looksAtTheTokenBeforeTheBody() throws Exception {
        assertThat(server.post("/probe/closed", "[{").statusCode()).isEqualTo(401);
        assertThat(server.post("/probe/closed", "[{", "X-API-TOKEN", server.token(Scope.READ))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void endsARevokedTokenWithinSeconds() throws Exception {
        TokenService tokens = server.get(TokenService.class);
        String token = tokens.create(Actor.commandLine("tester"), "short", List.of("read"), List.of())
                .token();
        assertThat(status("/probe/scope/read", token)).isEqualTo(200);

        tokens.revoke(Actor.commandLine("tester"), "short");

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(status("/probe/scope/read", token)).isEqualTo(401));
    }

    @Test
    void entersWhenATokenWasLastUsed() throws Exception {
        TokenService tokens = server.get(TokenService.class);
        String token = tokens.create(Actor.commandLine("tester"), "used", List.of("read"), List.of())
                .token();
        assertThat(tokens.show("used").lastUsed()).isNull();

        server.get("/probe/scope/read", "X-API-TOKEN", token);

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tokens.list())
                        .filteredOn(view -> view.name().equals("used"))
                        .extracting(TokenView::lastUsed)
                        .doesNotContainNull());
    }

    private static int status(String path, String token) throws Exception {
        return server.get(path, "X-API-TOKEN", token).statusCode();
    }
}
