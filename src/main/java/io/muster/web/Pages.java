package io.muster.web;

import io.muster.intake.KnownProjects;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.support.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.http.HttpHeaders;

/** Which pages may call for a project: those of its origins, as they are in force; all when it names none. */
final class Pages {

    private final KnownProjects projects;

    Pages(KnownProjects projects) {
        this.projects = projects;
    }

    /**
     * Refuses a page that is not of the project, and lets one that is read the answer. A call without an origin comes from no
     * page.
     */
    void admit(HttpServletRequest request, HttpServletResponse response, String project) {
        if (!isAdmitted(request, response, project)) {
            throw Refusal.of(
                    Refusal.Kind.FORBIDDEN,
                    "ORIGIN",
                    "Cannot take this from the page: its origin is none of the project's. Add the origin to the project, and apply it.");
        }
    }

    /** Whether the call is of the project, as {@link #admit} judges it; only a page that is may read the answer. */
    boolean isAdmitted(HttpServletRequest request, HttpServletResponse response, String project) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        List<String> origins =
                projects.definition(project).map(ProjectDefinition::origins).orElse(List.of());
        if (origin == null || origins.isEmpty()) {
            return true;
        }

        boolean allowed = origins.contains(origin);
        response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, allowed ? origin : null);
        return allowed;
    }
}
