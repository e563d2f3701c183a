package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.intercept.Difference;
import io.muster.intercept.ProjectSettings;
import io.muster.support.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is set of a project as it is shown. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ProjectForm(
        @Nullable String directory,
        List<String> origins,
        boolean autoCreate,
        List<String> references,
        List<String> attach,
        boolean signing) {

    static ProjectForm of(ProjectSettings settings, Ids ids) {
        Integer directory = settings.directory();
        return new ProjectForm(
                directory == null ? null : ids.directory(directory),
                settings.origins(),
                settings.autoCreate(),
                settings.references(),
                settings.attach(),
                settings.signing());
    }

    /** What would change. */
    static List<Difference> changes(@Nullable ProjectSettings applied, ProjectForm draft, Ids ids) {
        return Difference.of(applied == null ? null : of(applied, ids), draft);
    }
}
