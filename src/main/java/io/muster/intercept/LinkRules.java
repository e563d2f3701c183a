package io.muster.intercept;

import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a project and its intercepts may be linked to: a project to one directory, an intercept to that of its project or to
 * none.
 */
final class LinkRules {

    private final Segments segments;
    private final Ids ids;

    LinkRules(Segments segments, Ids ids) {
        this.segments = segments;
        this.ids = ids;
    }

    /** Refuses settings that do not fit together. */
    void check(ProjectSettings project, String called, List<Intercept> intercepts) {
        if (project.autoCreate() && project.directory() == null) {
            throw refuse(
                    "NOT_LINKED",
                    called,
                    "visitors cannot become contacts while it is linked to no directory",
                    "Link it first, or switch the creation off.");
        }

        for (Intercept intercept : intercepts) {
            check(project.directory(), called, intercept);
        }
    }

    private void check(@Nullable Integer directory, String called, Intercept intercept) {
        InterceptSettings settings = intercept.draft();
        Integer own = settings.directory();
        if (own != null && directory != null && !own.equals(directory)) {
            throw refuse(
                    "MATCH_OR_UNLINK",
                    called,
                    "its intercept " + intercept.called() + " is to use " + ids.directory(own) + " and the project "
                            + ids.directory(directory),
                    "An intercept can never use another directory than its project: match or unlink one of them.");
        }

        if (directory == null && (own != null || Boolean.TRUE.equals(settings.link()))) {
            throw refuse(
                    "NOT_LINKED",
                    called,
                    "its intercept " + intercept.called() + " is to be linked, and the project is not",
                    "Link the project first, or unlink the intercept.");
        }

        checkTarget(directory, called, intercept);
    }

    private void checkTarget(@Nullable Integer directory, String called, Intercept intercept) {
        Set<Long> named = Targets.segments(intercept.draft().target(), ids);
        if (intercept.draft().target() == null) {
            return;
        }

        if (directory == null) {
            throw refuse(
                    "NOT_LINKED",
                    called,
                    "its intercept " + intercept.called() + " has a target, and a project without a directory has no"
                            + " segments",
                    "Link the project first, or remove the target.");
        }

        Set<Long> known = segments.of(directory).stream().map(Segment::number).collect(Collectors.toSet());
        String unknown = named.stream()
                .filter(segment -> !known.contains(segment))
                .map(ids::segment)
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            throw refuse(
                    "UNKNOWN_SEGMENT",
                    called,
                    "the target of its intercept " + intercept.called() + " names " + unknown
                            + ", which the project's directory does not have",
                    "Name segments of that directory: match or unlink.");
        }
    }

    private static Refusal refuse(String code, String called, String reason, String advice) {
        return Refusal.conflict(code, "Cannot set the project " + called + ": " + reason + ". " + advice);
    }
}
