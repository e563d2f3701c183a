package io.muster.app;

import io.muster.directory.SurveyResponse;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.EventExport;
import io.muster.directory.store.Responses;
import io.muster.directory.store.Responses.Filter;
import io.muster.directory.store.Responses.Members;
import io.muster.intercept.Intercept;
import io.muster.intercept.Projects;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentMembers;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The responses that came of the intercepts of a project. */
public final class ResponseService {

    private final Projects projects;
    private final Segments segments;
    private final SegmentMembers members;
    private final Responses responses;
    private final EventExport export;
    private final Ids ids;

    ResponseService(
            Projects projects,
            Segments segments,
            SegmentMembers members,
            Responses responses,
            EventExport export,
            Ids ids) {
        this.projects = projects;
        this.segments = segments;
        this.members = members;
        this.responses = responses;
        this.export = export;
        this.ids = ids;
    }

    /**
     * Responses, the newest first.
     *
     * @param after the id of the last response of the page before; null for the newest
     */
    public Page<ResponseView> list(ResponseRequest request, @Nullable String after, int most) {
        Filter filter = filter(request);
        SurveyResponse last = after == null
                ? null
                : responses
                        .find(filter.project(), after.strip())
                        .orElseThrow(() -> Refusal.invalid(
                                        "BAD_CURSOR",
                                        "Cannot go on after '" + after + "': the project has no response of that id."
                                                + " Give the id of the last one of the page before.")
                                .with("cursor", after));
        return Page.of(responses.page(filter, last, most + 1), most, SurveyResponse::id)
                .map(response -> ResponseView.of(response, ids));
    }

    /** Writes responses, the oldest first, and leaves the stream open; the result is their number. */
    public long export(ResponseRequest request, Format format, OutputStream out) throws IOException {
        return export.responses(responses, filter(request), format, out);
    }

    private Filter filter(ResponseRequest request) {
        long project = project(request.project());
        return new Filter(
                project,
                intercept(project, request.intercept()),
                millis(request.from(), Long.MIN_VALUE),
                millis(request.to(), Long.MAX_VALUE),
                members(request.segment()));
    }

    /** The number of a project; of one that was deleted while it has responses. */
    private long project(String idOrName) {
        OptionalLong id = ids.read(PublicId.PROJECT, idOrName.strip());
        return id.isPresent() && responses.has(id.getAsLong())
                ? id.getAsLong()
                : projects.find(idOrName).number();
    }

    /** The number of an intercept; it may have been deleted. */
    private @Nullable Long intercept(long project, @Nullable String id) {
        if (id == null) {
            return null;
        }

        OptionalLong number = ids.read(PublicId.INTERCEPT, id.strip());
        if (number.isPresent() && responses.has(project)) {
            return number.getAsLong();
        }

        Intercept found = projects.intercept(id);
        return found.number();
    }

    private @Nullable Members members(@Nullable String id) {
        if (id == null) {
            return null;
        }

        Segment segment = segments.find(null, id);
        return new Members(segment.directory(), members.published(segment));
    }

    private static long millis(@Nullable Instant moment, long otherwise) {
        return moment == null ? otherwise : moment.toEpochMilli();
    }
}
