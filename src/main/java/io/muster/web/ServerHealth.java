package io.muster.web;

import io.muster.automation.attention.Concern;
import io.muster.automation.server.AutomationServer;
import io.muster.intake.Intake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How the server is: a server that has started works on without its database while it can keep the events that come. */
final class ServerHealth {

    /** A large import needs so much for its files. */
    private static final long LEAST_FREE = 1L << 30;

    private final AutomationServer server;
    private final Intake intake;
    private final Path spool;

    /** @param spool where files and events lie */
    ServerHealth(AutomationServer server, Intake intake, Path spool) {
        this.server = server;
        this.intake = intake;
        this.spool = spool;
    }

    private Optional<Concern> diskLow() {
        try {
            long free = Files.getFileStore(spool).getUsableSpace();
            return free < LEAST_FREE
                    ? Optional.of(Concern.diskLow(spool.toString(), free, LEAST_FREE))
                    : Optional.empty();
        } catch (IOException ignored) {
            // Whoever writes there says so.
            return Optional.empty();
        }
    }

    /** Whether requests are to be sent here. */
    boolean isReady() {
        return server.isWorking() && intake.condition().takesMore();
    }

    /** What waits for a person. While the database is away that is said, and what only it knows is not. */
    List<Concern> concerns() {
        return concerns(server::concerns);
    }

    /**
     * The same.
     *
     * @param known what the database knows; empty when it does not answer
     */
    List<Concern> concerns(Supplier<Optional<List<Concern>>> known) {
        List<Concern> concerns = new ArrayList<>();
        Intake.Condition condition = intake.condition();
        Optional<List<Concern>> others = condition.awaySince().isPresent() ? Optional.empty() : known.get();
        if (others.isEmpty()) {
            concerns.add(Concern.databaseAway(
                    condition.awaySince().orElse(null), condition.spoolBytes(), condition.spoolLimit()));
        }

        diskLow().ifPresent(concerns::add);
        condition.putAside().forEach(file -> concerns.add(Concern.putAside(file.toString())));
        others.ifPresent(concerns::addAll);
        return concerns;
    }
}
