package io.muster.web.console.projects;

import io.muster.app.InterceptView;
import io.muster.app.ProjectView;
import io.muster.app.TargetService;
import io.muster.intercept.Difference;
import io.muster.web.console.page.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who sees intercepts of a project before and after drafts are applied, in sentences. */
record Audiences(TargetService targets, ProjectView project) {

    private static final String TARGET = "target";

    /** What applying does to an intercept. */
    List<String> of(InterceptView intercept) {
        List<String> said = new ArrayList<>();
        String called = "Intercept " + intercept.name() + ": ";
        if (!intercept.applied()) {
            said.add(called + "it comes into force for the first time"
                    + (intercept.active() ? "." : ", and is shown once it is activated."));
        }

        List<String> others = intercept.changes().stream()
                .map(Difference::key)
                .filter(key -> intercept.applied() && !key.equals(TARGET))
                .map(Side::name)
                .toList();
        if (!others.isEmpty()) {
            said.add(called + "changes of " + String.join(", ", others) + ".");
        }

        String after = audience(project.directory(), intercept.target());
        if (!intercept.applied()) {
            said.add(called + "audience " + after + ".");
        } else {
            Optional<Difference> change = intercept.changes().stream()
                    .filter(one -> one.key().equals(TARGET))
                    .findFirst();
            JsonNode before = change.isPresent() ? change.get().applied() : intercept.target();
            said.add(called + "audience before " + audience(SeenProjects.applied(project), before) + "; after " + after
                    + ".");
        }

        return said;
    }

    private String audience(@Nullable String directory, @Nullable JsonNode target) {
        if (directory == null) {
            return "all visitors, since it is linked to no directory";
        }

        return targets.audience(directory, target)
                        .map(count -> Texts.number(count) + (count == 1 ? " contact" : " contacts"))
                        .orElse("not counted: the directory has too many contacts for that")
                + " (" + targets.words(directory, target) + ")";
    }
}
