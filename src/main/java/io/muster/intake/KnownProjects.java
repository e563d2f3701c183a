package io.muster.intake;

import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The projects in force, as they were published: what evaluators decide by is what their displays are judged by, with the
 * database and without it.
 */
public final class KnownProjects {

    private static final Logger LOG = LoggerFactory.getLogger(KnownProjects.class);

    /** How old what is known of a project may be. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final SnapshotFolder folder;
    private final InstantSource clock;
    private final Map<String, Known> projects = new ConcurrentHashMap<>();

    /** What is known of a project, and since when. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
    private record Known(byte[] manifest, ProjectInUse project, Map<String, InterceptDefinition> intercepts, long at) {

        Known at(long now) {
            return new Known(manifest, project, intercepts, now);
        }
    }

    /** Those of the published tree. */
    public KnownProjects(SnapshotFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** The definitions of a project, by its public id; empty when none are published. */
    public Optional<ProjectDefinition> definition(String id) {
        return project(id).map(ProjectInUse::definition);
    }

    Optional<ProjectInUse> project(String id) {
        return Optional.ofNullable(known(id)).map(Known::project);
    }

    Optional<InterceptDefinition> intercept(String project, String id) {
        return Optional.ofNullable(known(project)).map(Known::intercepts).map(intercepts -> intercepts.get(id));
    }

    private @Nullable Known known(String id) {
        Known known = projects.get(id);
        long now = clock.millis();
        if (known != null && Math.abs(now - known.at()) < FRESH.toMillis()) {
            return known;
        }

        Known read = read(id, known);
        if (read != null) {
            projects.put(id, read.at(now));
        }

        return read;
    }

    /** What is published now; what was known before when that cannot be used. */
    private @Nullable Known read(String id, @Nullable Known before) {
        try {
            Optional<byte[]> manifest = folder.manifest(id);
            if (manifest.isEmpty() || (before != null && Arrays.equals(manifest.get(), before.manifest()))) {
                return before;
            }

            ProjectDefinition definition =
                    folder.read(id, Manifest.fromJson(manifest.get())).definition();
            return new Known(
                    manifest.get(),
                    new ProjectInUse(definition, null),
                    definition.intercepts().stream()
                            .collect(Collectors.toUnmodifiableMap(InterceptDefinition::id, Function.identity())),
                    0);
        } catch (IOException | Refusal e) {
            LOG.warn("The definitions of {} cannot be used: {}", id, e.getMessage());
            return before;
        }
    }
}
