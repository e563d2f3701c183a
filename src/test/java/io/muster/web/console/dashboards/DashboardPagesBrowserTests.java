package io.muster.web.console.dashboards;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards as people see them. */
class DashboardPagesBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static DashboardFixture full;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        full = new DashboardFixture(server, database, home);
        UserService users = server.get(UserService.class);
        users.create(Actor.commandLine("tester"), "lena", List.of("access"), List.of(), PASSWORD);
        users.create(Actor.commandLine("tester"), "tom", List.of("operate"), List.of(), PASSWORD);
        console = new ConsoleBrowser(server);
    }

    @AfterAll
    static void stop() {
        if (console != null) {
            console.close();
        }

        server.close();
    }

    @Test
    void everyDashboardIsUsableByAllLightAndDarkWideAndNarrow() {
        console.signIn("tom", PASSWORD);
        console.look(Map.of("dashboards-forbidden", "/dashboards/imports"));
        console.signIn("lena", PASSWORD);
        console.look(Map.of(
                "dashboard-imports",
                "/dashboards/imports?days=7",
                "dashboard-segments",
                "/dashboards/segments?days=7&directory=" + full.directory()));
    }
}
