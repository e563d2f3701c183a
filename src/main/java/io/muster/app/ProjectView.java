package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.intercept.Difference;
import io.muster.intercept.Intercept;
import io.muster.intercept.Project;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A project as it is shown everywhere, in this order of keys: its draft, and what of it is not in force yet.
 *
 * @param paused whether it is switched off
 * @param allPaused whether the whole module is
 * @param version moves with everything that changes what is in force; 0 before the first time
 * @param changes what applying it would change of the project itself
 * @param script what its pages load
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ProjectView(
        String id,
        String name,
        @Nullable String directory,
        List<String> origins,
        boolean autoCreate,
        List<String> references,
        List<String> attach,
        boolean signing,
        boolean paused,
        boolean allPaused,
        int version,
        @Nullable Instant applied,
        List<Difference> changes,
        Script script,
        List<InterceptView> intercepts) {

    /**
     * The deployment code of a project.
     *
     * @param address where it is; the path alone while {@code MUSTER_PUBLIC_URL} is not set
     * @param versioned where the code of now is for ever
     * @param integrity what a page can demand of the versioned address
     */
    public record Script(String address, String versioned, String integrity) {}

    static ProjectView of(Project project, boolean allPaused, Script script, List<Intercept> intercepts, Ids ids) {
        ProjectForm draft = ProjectForm.of(project.draft(), ids);
        Long applied = project.appliedAt();
        return new ProjectView(
                project.id(),
                project.name(),
                draft.directory(),
                draft.origins(),
                draft.autoCreate(),
                draft.references(),
                draft.attach(),
                draft.signing(),
                project.paused(),
                allPaused,
                project.version(),
                applied == null ? null : Instant.ofEpochMilli(applied),
                ProjectForm.changes(project.applied(), draft, ids),
                script,
                intercepts.stream()
                        .map(intercept -> InterceptView.of(project, intercept, ids))
                        .toList());
    }
}
