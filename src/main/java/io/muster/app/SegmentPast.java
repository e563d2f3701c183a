package io.muster.app;

import io.muster.directory.store.AuditEntry;
import io.muster.segment.DefinitionChange;
import io.muster.segment.members.MembershipChange;
import io.muster.segment.members.Publication;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a segment was over time, each list newest first.
 *
 * @param segment its id
 * @param versions the versions that readers saw, with their sizes
 * @param definitions its conditions
 * @param actions what people did to it
 */
public record SegmentPast(String segment, List<Version> versions, List<Written> definitions, List<Deed> actions) {

    /** A version that readers were switched to. */
    public record Version(
            Instant published, long version, long members, long added, long removed, String kind, String by) {

        static Version of(Publication publication) {
            return new Version(
                    Instant.ofEpochMilli(publication.at()),
                    publication.version(),
                    publication.members(),
                    publication.added(),
                    publication.removed(),
                    publication.kind().toLowerCase(Locale.ROOT),
                    publication.actor());
        }
    }

    /** A condition that was written. */
    public record Written(Instant at, int revision, String by, JsonNode condition) {

        static Written of(DefinitionChange change) {
            return new Written(
                    Instant.ofEpochMilli(change.definedAt()),
                    change.revision(),
                    change.actor(),
                    JsonMapper.shared().readTree(change.definition()));
        }
    }

    /** Something that was done to it. */
    public record Deed(
            Instant at, String action, String by, @Nullable String detail) {

        static Deed of(AuditEntry entry) {
            Object result = entry.detail().get("result");
            return new Deed(
                    Instant.ofEpochMilli(entry.actedAt()),
                    entry.action().substring("segment.".length()),
                    entry.actor().text(),
                    result == null ? null : result.toString());
        }
    }

    /** A contact joined or left. */
    public record Stay(Instant at, String change, String segment, long version) {

        static Stay of(MembershipChange change, Ids ids) {
            return new Stay(
                    Instant.ofEpochMilli(change.at()),
                    change.joined() ? "joined" : "left",
                    ids.segment(change.segment()),
                    change.version());
        }
    }
}
