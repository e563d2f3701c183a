package io.muster.app;

import io.muster.dedup.PageEventRemoval;
import io.muster.dedup.PageEventRemoval.Act;
import io.muster.directory.store.AuditSubject;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.intercept.Projects;
import io.muster.load.PageEvents;
import io.muster.load.PageEvents.Counts;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Takes back what came from the pages of a project in a span of time. */
public final class PageEventDeletions {

    private final Projects projects;
    private final PageEventRemoval removal;
    private final FrequencyUpkeep upkeep;
    private final Ids ids;

    /**
     * Touchpoints that are, or would be, deleted.
     *
     * @param responses responses of the span that are not verified; they stay
     */
    public record Touchpoints(long displays, long clicks, long contacts, long responses) {

        private static Touchpoints of(Counts counts, long responses) {
            return new Touchpoints(counts.displays(), counts.clicks(), counts.contacts(), responses);
        }
    }

    /** Which responses are deleted. */
    public enum Kind {
        /** Those that nobody vouched for. */
        UNVERIFIED,
        /** Verified ones as well. */
        ALL
    }

    /** Responses that are, or would be, deleted. */
    public record Responses(long responses) {}

    PageEventDeletions(Projects projects, PageEventRemoval removal, FrequencyUpkeep upkeep, Ids ids) {
        this.projects = projects;
        this.removal = removal;
        this.upkeep = upkeep;
        this.ids = ids;
    }

    /** How many touchpoints would be deleted. */
    public Touchpoints previewTouchpoints(PageEventsRequest request) {
        long project = project(request);
        return Touchpoints.of(
                removal.count(touchpoints(request, project)).values().stream().reduce(Counts.NONE, Counts::plus),
                unverified(request, project));
    }

    /** Deletes touchpoints, and computes next eligible times anew. */
    public Touchpoints deleteTouchpoints(PageEventsRequest request) {
        long project = project(request);
        PageEvents.Touchpoints which = touchpoints(request, project);
        Map<Integer, Counts> found = removal.count(which);
        Counts removed = removal.remove(found.keySet(), which, act(request, project));
        found.keySet().forEach(upkeep::run);
        return Touchpoints.of(removed, unverified(request, project));
    }

    /** How many responses would be deleted. */
    public Responses previewResponses(PageEventsRequest request, Kind kind) {
        return new Responses(removal.count(responses(request, project(request), kind)));
    }

    /** Deletes responses. */
    public Responses deleteResponses(PageEventsRequest request, Kind kind) {
        long project = project(request);
        return new Responses(removal.remove(responses(request, project, kind), act(request, project)));
    }

    private long unverified(PageEventsRequest request, long project) {
        return removal.count(responses(request, project, Kind.UNVERIFIED));
    }

    private PageEvents.Touchpoints touchpoints(PageEventsRequest request, long project) {
        checkSpan(request);
        String intercept = request.intercept();
        return new PageEvents.Touchpoints(
                ids.of(PublicId.PROJECT, project),
                intercept == null ? null : ids.of(PublicId.INTERCEPT, intercept(intercept)),
                request.from().toEpochMilli(),
                request.to().toEpochMilli());
    }

    private PageEvents.Responses responses(PageEventsRequest request, long project, Kind kind) {
        checkSpan(request);
        String intercept = request.intercept();
        return new PageEvents.Responses(
                project,
                intercept == null ? null : intercept(intercept),
                request.from().toEpochMilli(),
                request.to().toEpochMilli(),
                kind == Kind.ALL);
    }

    private static void checkSpan(PageEventsRequest request) {
        if (!request.from().isBefore(request.to())) {
            throw Refusal.invalid(
                    "EMPTY_SPAN", "Cannot delete what came in that time: it ends before it begins, or as it begins.");
        }
    }

    /** The number of a project, which may have been deleted: what came from its pages stays then. */
    private long project(PageEventsRequest request) {
        OptionalLong id = ids.read(PublicId.PROJECT, request.project().strip());
        return id.isPresent()
                ? id.getAsLong()
                : projects.find(request.project()).number();
    }

    private long intercept(String intercept) {
        OptionalLong id = ids.read(PublicId.INTERCEPT, intercept.strip());
        return id.isPresent() ? id.getAsLong() : projects.intercept(intercept).number();
    }

    private static Act act(PageEventsRequest request, long project) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("from", request.from().toString());
        detail.put("to", request.to().toString());
        String intercept = request.intercept();
        if (intercept != null) {
            detail.put("intercept", intercept.strip());
        }

        return new Act(request.actor(), new AuditSubject(null, PublicId.PROJECT, project), detail);
    }
}
