package io.muster.web;

import io.muster.automation.attention.Concern;
import io.muster.automation.server.AutomationServer;
import io.muster.intake.Intake;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How the server is: a server that has started works on without its database while it can keep the events that come. */
final class ServerHealth {

    private final AutomationServer server;
    private final Intake intake;

    ServerHealth(AutomationServer server, Intake intake) {
        this.server = server;
        this.intake = intake;
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

        condition.putAside().forEach(file -> concerns.add(Concern.putAside(file.toString())));
        others.ifPresent(concerns::addAll);
        return concerns;
    }
}
