package io.muster.app;

import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.AuditQuery;
import io.muster.directory.store.Directories;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Who did what and when. Every limit is served by an index. */
public final class AuditService {

    private final Audit audit;
    private final Directories directories;

    private record Subject(PublicId kind, long id) {}

    private final Ids ids;

    AuditService(Audit audit, Directories directories, Ids ids) {
        this.ids = ids;
        this.audit = audit;
        this.directories = directories;
    }

    /**
     * Lines, newest first.
     *
     * @param after the id of the last line of the page before; null for the first page
     */
    public Page<AuditLine> list(AuditRequest request, @Nullable String after, int most) {
        String directory = request.directory();
        Subject subject = request.subject() == null ? null : subject(request.subject());
        AuditQuery query = new AuditQuery(
                directory == null ? null : directories.find(directory).number(),
                request.actor(),
                request.action(),
                subject == null ? null : subject.kind(),
                subject == null ? null : subject.id(),
                millis(request.since()),
                millis(request.until()));
        return Page.of(
                        audit.read(query, after == null ? null : line(after), most + 1),
                        most,
                        entry -> Long.toString(entry.id()))
                .map(this::view);
    }

    private AuditLine view(AuditEntry entry) {
        Integer directory = entry.subject().directory();
        return AuditLine.of(entry, directory == null ? null : ids.directory(directory), ids);
    }

    private static @Nullable Long millis(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli();
    }

    private static long line(String after) {
        if (!after.strip().matches("\\d{1,18}")) {
            throw Refusal.invalid(
                            "BAD_CURSOR",
                            "Cannot go on after '" + after + "': that is no line of the audit log. Give the id of the"
                                    + " last line of the page before.")
                    .with("cursor", after);
        }

        return Long.parseLong(after.strip());
    }

    private Subject subject(String text) {
        for (PublicId kind : PublicId.values()) {
            OptionalLong id = ids.read(kind, text.strip());
            if (id.isPresent()) {
                return new Subject(kind, id.getAsLong());
            }
        }

        throw Refusal.invalid(
                        "UNKNOWN_SUBJECT",
                        "Cannot list what was done to '" + text + "': that is "
                                + (ids.isOfAnotherInstallation(text.strip())
                                        ? "an id of another installation"
                                        : "no id")
                                + ". Give an id such as CID_…, CG_…,"
                                + " SG_…, RN_… or POOL_….")
                .with("subject", text);
    }
}
