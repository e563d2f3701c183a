package io.muster.evaluator;

import io.muster.intercept.decide.ProjectInUse;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All projects that are served at one moment. It is exchanged as a whole, so no answer mixes two of them.
 *
 * @param projects by public id
 */
record Served(Map<String, Project> projects) {

    Served {
        projects = Map.copyOf(projects);
    }

    /** Whether every project that is linked to a directory has its contacts. */
    boolean isWhole() {
        return projects.values().stream().allMatch(Project::isWhole);
    }

    /**
     * A project that is served.
     *
     * @param manifest the snapshot it is served from
     * @param decisions its definitions, ready for decisions
     * @param table its contacts; null when it has none or they cannot be used
     * @param prepared answers made before
     */
    record Project(
            Manifest manifest,
            ProjectInUse decisions,
            @Nullable LiveTable table,
            PreparedAnswers prepared) {

        /** Whether it has its contacts, where it is linked to a directory. */
        boolean isWhole() {
            return manifest.table() == null || table != null;
        }
    }
}
