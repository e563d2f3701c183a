package io.muster.intercept;

import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.Tree;
import io.muster.intercept.decide.TreeJson;
import io.muster.support.Ids;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is in force of a project, as evaluators decide by it. */
public final class Definitions {

    private final Projects projects;
    private final List<String> placeholders;
    private final Ids ids;

    /**
     * Definitions of the projects.
     *
     * @param placeholders texts that are no reference
     */
    public Definitions(Projects projects, List<String> placeholders, Ids ids) {
        this.projects = projects;
        this.placeholders = List.copyOf(placeholders);
        this.ids = ids;
    }

    /** What is in force of a project; empty when it was never applied. */
    public Optional<ProjectDefinition> of(Project project) {
        ProjectSettings settings = project.applied();
        if (settings == null) {
            return Optional.empty();
        }

        Integer directory = settings.directory();
        return Optional.of(new ProjectDefinition(
                project.id(),
                !project.paused() && !projects.areAllPaused(),
                directory == null ? null : ids.directory(directory),
                settings.origins(),
                settings.signing() ? Objects.requireNonNull(project.secret()) : null,
                project.debugKey(),
                placeholders,
                projects.intercepts(project).stream()
                        .flatMap(intercept -> of(intercept).stream())
                        .toList()));
    }

    private static Optional<InterceptDefinition> of(Intercept intercept) {
        return Optional.ofNullable(intercept.applied()).map(settings -> of(intercept, settings));
    }

    private static InterceptDefinition of(Intercept intercept, InterceptSettings settings) {
        return new InterceptDefinition(
                intercept.id(),
                intercept.number(),
                intercept.createdAt(),
                intercept.active(),
                settings.isLinked(),
                settings.survey(),
                settings.target() == null ? Tree.always() : TreeJson.target(settings.target()),
                settings.page() == null ? Tree.always() : TreeJson.page(settings.page()),
                settings.frequency(),
                settings.listBased(),
                new Schedule(
                        Objects.requireNonNullElse(settings.starts(), Long.MIN_VALUE),
                        Objects.requireNonNullElse(settings.ends(), Long.MAX_VALUE),
                        new Percentage(settings.sample()),
                        new Percentage(settings.holdOut())),
                settings.whenUnknown(),
                settings.whenUnavailable());
    }
}
