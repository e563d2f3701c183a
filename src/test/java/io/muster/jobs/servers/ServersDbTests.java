package io.muster.jobs.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class ServersDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Map<String, String> FILES = Map.of("nightly.yaml", "aa", "weekly.yaml", "bb");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final Servers servers = new Servers(jdbc);
    private final List<ThisServer> begun = new ArrayList<>();

    @BeforeEach
    void clear() {
        jdbc.sql("DELETE FROM known_server").update();
    }

    @AfterEach
    void leave() {
        begun.forEach(ThisServer::close);
    }

    private ThisServer begin(String home) {
        StateFolder state = new StateFolder(folder.resolve(home));
        ThisServer server =
                ThisServer.begin(jdbc, state, new Spool(state.path().resolve("spool")), "1.2.3", Clock.systemUTC());
        begun.add(server);
        return server;
    }

    private static void passes(String time) {
        database.jdbc()
                .sql("UPDATE known_server SET beat_at = beat_at - " + time + ", jobs_since = jobs_since - " + time)
                .update();
    }

    @Test
    void aServerKeepsItsNameWhenItIsStartedAgain() {
        ThisServer first = begin("a");
        first.close();

        assertThat(begin("a").name()).isEqualTo(first.name());
        assertThat(begin("b").name()).isNotEqualTo(first.name());
    }

    @Test
    void serversOnOneStateFolderHaveNamesOfTheirOwnAndShareItsSpool() {
        ThisServer first = begin("a");
        ThisServer second = begin("a");
        first.beat(FILES);
        second.beat(FILES);

        assertThat(second.name()).isNotEqualTo(first.name());
        assertThat(servers.all()).extracting(KnownServer::name).containsExactlyInAnyOrder(first.name(), second.name());
        assertThat(servers.all())
                .extracting(KnownServer::spool)
                .containsOnly(new Spool(folder.resolve("a/spool")).id());
    }

    @Test
    void aServerIsForgottenWhenItLeavesAndSilentWhenItIsLost() {
        begin("a").beat(FILES);
        ThisServer other = begin("b");
        other.beat(FILES);
        other.close();

        assertThat(servers.all()).singleElement().satisfies(server -> {
            assertThat(server.version()).isEqualTo("1.2.3");
            assertThat(server.living()).isTrue();
            assertThat(servers.holder(server.spool(), "?")).isEqualTo(new Servers.Holder(server.name(), true));
        });

        passes("21000");
        assertThat(servers.all()).singleElement().satisfies(server -> {
            assertThat(server.living()).isFalse();
            assertThat(servers.holder(server.spool(), "?")).isEqualTo(new Servers.Holder(server.name(), false));
            assertThat(servers.holder("unknown", "web-9")).isEqualTo(new Servers.Holder("web-9", false));
        });

        passes("8 * 86400000");
        begin("b").beat(FILES);
        assertThat(servers.all()).hasSize(1);
    }

    @Test
    void namesTheServersAndTheFilesThatDiffer() {
        ThisServer before = begin("a");
        before.beat(FILES);
        passes("10000");
        ThisServer changed = begin("b");
        changed.beat(Map.of("nightly.yaml", "cc", "hourly.yaml", "dd", "weekly.yaml", "bb"));
        before.beat(FILES);

        assertThat(servers.differing()).singleElement().satisfies(differ -> {
            assertThat(differ.files()).containsExactly("hourly.yaml", "nightly.yaml");
            assertThat(differ.text())
                    .isEqualTo("The job files of server %s and of server %s differ: hourly.yaml, nightly.yaml."
                                    .formatted(changed.name(), before.name())
                            + " Give all servers the same files.");
        });
        assertThat(changed.decidesTimes()).isTrue();
        assertThat(before.decidesTimes()).isFalse();
        assertThat(before.isUnlikeOthers()).isTrue();
    }

    @Test
    void itIsAConcernOnlyWhenItLasts() {
        ThisServer before = begin("a");
        before.beat(FILES);
        ThisServer changed = begin("b");
        changed.beat(Map.of());
        assertThat(servers.differing()).hasSize(1);
        assertThat(servers.differingForLong()).isEmpty();

        passes("121000");
        before.beat(FILES);
        changed.beat(Map.of());
        assertThat(servers.differingForLong()).hasSize(1);

        before.beat(Map.of());
        assertThat(servers.differing()).isEmpty();
        assertThat(before.decidesTimes()).isTrue();
    }

    @Test
    void theOthersCountNoMoreWhenAllAreReplacedButOneThatIsLost() {
        begin("a").beat(FILES);
        passes("21000");
        ThisServer living = begin("b");
        living.beat(Map.of());

        assertThat(servers.differing()).isEmpty();
        assertThat(living.decidesTimes()).isTrue();
    }
}
