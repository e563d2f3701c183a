package io.muster.web.console.runs;

import io.muster.automation.attention.Concern;
import java.util.List;

/** What waits for a person now, as health tells it. */
@FunctionalInterface
public interface Concerns {

    /** All of it; while the database is away that is said, and what only it knows is not. */
    List<Concern> now();
}
