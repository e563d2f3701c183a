package io.muster.web.console.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.util.List;
import java.util.UUID;

/** People with roles who look at pages of a server. */
final class Guests {

    static final String PASSWORD = "a horse in the rain";
    static final Actor TESTER = Actor.commandLine("tester");

    private final TestWebServer server;

    Guests(TestWebServer server) {
        this.server = server;
    }

    /** Somebody new with a role for all directories. */
    ConsoleClient with(String role) throws Exception {
        return with(role, List.of());
    }

    /** Somebody new with a role for some directories. */
    ConsoleClient with(String role, List<String> directories) throws Exception {
        String name = role + "-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(role), directories, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(ConsoleClient.location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }
}
