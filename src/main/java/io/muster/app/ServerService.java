package io.muster.app;

import io.muster.jobs.servers.JobFilesDiffer;
import io.muster.jobs.servers.KnownServer;
import io.muster.jobs.servers.Servers;
import java.time.Instant;
import java.util.List;

/** The servers that share the database. */
public final class ServerService {

    private final Servers servers;

    ServerService(Servers servers) {
        this.servers = servers;
    }

    /**
     * A server.
     *
     * @param living whether it was heard within the last seconds; one that was stopped in order is forgotten
     * @param spool names the folder where its files lie: servers with the same one go on with each other's work
     * @param jobFiles how many job files it has
     */
    public record ServerView(
            String name,
            String id,
            String version,
            Instant since,
            Instant lastSeen,
            boolean living,
            String spool,
            int jobFiles) {}

    /**
     * All servers that were heard within the last seven days, and how the job files of the living ones differ.
     *
     * @param differing empty when all have the same files
     */
    public record ServersView(List<ServerView> servers, List<Differing> differing) {}

    /** Servers whose job files differ; the files of the newest were changed last and set the times of schedules. */
    public record Differing(List<String> newest, List<String> others, List<String> files, Instant since, String text) {}

    /** Who is there. */
    public ServersView all() {
        return new ServersView(
                servers.all().stream().map(ServerService::view).toList(),
                servers.differing().stream().map(ServerService::view).toList());
    }

    private static ServerView view(KnownServer server) {
        return new ServerView(
                server.name(),
                server.id(),
                server.version(),
                server.since(),
                server.lastSeen(),
                server.living(),
                server.spool(),
                server.jobFiles().size());
    }

    private static Differing view(JobFilesDiffer differ) {
        return new Differing(differ.newest(), differ.others(), differ.files(), differ.since(), differ.text());
    }
}
