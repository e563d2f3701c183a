package io.muster.intercept;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.rules.IdentityRule;
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

    private final IdentityRules rules;
    private final Segments segments;
    private final Ids ids;

    LinkRules(IdentityRules rules, Segments segments, Ids ids) {
        this.rules = rules;
        this.segments = segments;
        this.ids = ids;
    }

    /** What is done with the settings that are checked. */
    private enum Doing {
        DRAFT("set", "Link the project first"),
        FORCE("put in force", "Link the project first, and apply that");

        private final String words;
        private final String linkFirst;

        Doing(String words, String linkFirst) {
            this.words = words;
            this.linkFirst = linkFirst;
        }
    }

    /** Refuses drafts that do not fit together. */
    void checkDrafts(ProjectSettings project, String called, List<Intercept> intercepts) {
        new Check(Doing.DRAFT, called).of(project, intercepts);
    }

    /** Refuses drafts that cannot be in force with these settings of their project. */
    void checkInForce(ProjectSettings project, String called, List<Intercept> intercepts) {
        Check check = new Check(Doing.FORCE, called);
        check.linkable(project.directory());
        check.of(project, intercepts);
    }

    /** Refuses a directory that no project can be linked to. */
    void checkLink(@Nullable Integer directory, String called) {
        new Check(Doing.DRAFT, called).linkable(directory);
    }

    /** A check of the settings of one project. */
    private final class Check {

        private final Doing doing;
        private final String called;

        Check(Doing doing, String called) {
            this.doing = doing;
            this.called = called;
        }

        /** Visitors are looked up by their exact reference, so that there must be a rule which keeps references unique. */
        private void linkable(@Nullable Integer directory) {
            if (directory != null
                    && rules.of(directory).stream()
                            .noneMatch(rule -> rule.state() == IdentityRule.State.ACTIVE
                                    && rule.fields().equals(List.of("extRef")))) {
                throw refuse(
                                "NO_REFERENCE_RULE",
                                "the directory " + ids.directory(directory) + " has no active identity rule of extRef"
                                        + " alone, so that a reference need not mean one contact",
                                "Add the rule extRef to the directory first.")
                        .with("directory", ids.directory(directory));
            }
        }

        private void of(ProjectSettings project, List<Intercept> intercepts) {
            if (project.autoCreate() && project.directory() == null) {
                throw refuse(
                        "NOT_LINKED",
                        "visitors cannot become contacts while it is linked to no directory",
                        "Link it first, or switch the creation off.");
            }

            for (Intercept intercept : intercepts) {
                of(project.directory(), intercept);
            }
        }

        private void of(@Nullable Integer directory, Intercept intercept) {
            InterceptSettings settings = intercept.draft();
            Integer own = settings.directory();
            if (own != null && directory != null && !own.equals(directory)) {
                throw refuse(
                        "MATCH_OR_UNLINK",
                        "its intercept " + intercept.called() + " is to use " + ids.directory(own) + " and the project "
                                + ids.directory(directory),
                        "An intercept can never use another directory than its project: match or unlink one of them.");
            }

            if (directory == null && (own != null || Boolean.TRUE.equals(settings.link()))) {
                throw refuse(
                        "NOT_LINKED",
                        "its intercept " + intercept.called() + " is to be linked, and the project is not",
                        doing.linkFirst + ", or unlink the intercept.");
            }

            if (settings.target() != null) {
                ofTarget(directory, intercept);
            }
        }

        private void ofTarget(@Nullable Integer directory, Intercept intercept) {
            if (directory == null) {
                throw refuse(
                        "NOT_LINKED",
                        "its intercept " + intercept.called()
                                + " has a target, and a project without a directory has no" + " segments",
                        doing.linkFirst + ", or remove the target.");
            }

            Set<Long> known =
                    segments.of(directory).stream().map(Segment::number).collect(Collectors.toSet());
            String unknown = Targets.segments(intercept.draft().target(), ids).stream()
                    .filter(segment -> !known.contains(segment))
                    .map(ids::segment)
                    .collect(Collectors.joining(", "));
            if (!unknown.isEmpty()) {
                throw refuse(
                        "UNKNOWN_SEGMENT",
                        "the target of its intercept " + intercept.called() + " names " + unknown
                                + ", which the project's directory does not have",
                        "Name segments of that directory: match or unlink.");
            }
        }

        private Refusal refuse(String code, String reason, String advice) {
            return Refusal.conflict(
                    code, "Cannot %s the project %s: %s. %s".formatted(doing.words, called, reason, advice));
        }
    }
}
