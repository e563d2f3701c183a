package io.muster.automation.attention;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.jobs.Holds.Hold;
import io.muster.jobs.servers.JobFilesDiffer;
import io.muster.jobs.servers.KnownServer;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that waits for a person. It holds no personal data and no secret.
 *
 * @param kind what sort of thing it is
 * @param automation the id in the job file; null where none is concerned
 * @param file the delivered file's name, or the path of a job file; null where none is concerned
 * @param run its run, {@code RN_…}; null where none is concerned
 * @param segment the segment, {@code SG_…}; null where none is concerned
 * @param since since when it waits; null where that is not known
 * @param reason what is the matter, as one sentence
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Concern(
        Kind kind,
        @Nullable String automation,
        @Nullable String file,
        @Nullable String run,
        @Nullable String segment,
        @Nullable Instant since,
        String reason) {

    /** What sort of thing waits. */
    public enum Kind {
        /** A run of an automation has not imported its file. */
        FAILED_DELIVERY,
        /** A file came after a newer one was imported. */
        WAITING_DELIVERY,
        /** No file of an automation has come by its time today. */
        NO_FILE,
        /** A notification does not arrive. */
        STUCK_NOTIFICATION,
        /** A new version of a segment was held back since its size jumped. */
        HELD_SEGMENT,
        /** A person holds an automation: nothing of it starts by itself. */
        HELD_AUTOMATION,
        /** A job file is not usable. */
        BROKEN_JOB_FILE,
        /** Servers have job files that differ. */
        JOB_FILES_DIFFER,
        /** A file lies in the spool of a server that does not run. */
        FILE_ELSEWHERE,
        /** A server that was heard is heard no more. */
        SILENT_SERVER,
        /** The folder of the job files cannot be read. */
        JOB_FOLDER,
        /** The disk of this server is nearly full. */
        DISK_LOW,
        /** The database does not answer. */
        DATABASE_AWAY,
        /** Events that cannot be recorded were put aside. */
        EVENTS_PUT_ASIDE,
        /** An evaluator that was heard is heard no more. */
        SILENT_EVALUATOR,
        /** An evaluator serves old contacts, refuses a snapshot, or has long missed changes that only a new table brings. */
        OUTDATED_EVALUATOR;

        /** As it is shown. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** An automation that is held. */
    static Concern held(Hold hold) {
        return new Concern(
                Kind.HELD_AUTOMATION,
                hold.automation(),
                null,
                null,
                null,
                hold.since(),
                "It is held by %s: %s".formatted(hold.by().text(), hold.reason()));
    }

    /** A file that has not come by its time. */
    public static Concern noFile(String automation, Instant since, String reason) {
        return new Concern(Kind.NO_FILE, automation, null, null, null, since, reason);
    }

    /** A disk that is nearly full. */
    public static Concern diskLow(String path, long free, long least) {
        return new Concern(
                Kind.DISK_LOW,
                null,
                path,
                null,
                null,
                null,
                "The disk has %,d MiB free, less than %,d: make room before imports and events fail."
                        .formatted(free >> 20, least >> 20));
    }

    /** A job file that is not usable. */
    public static Concern brokenJobFile(String file, int problems) {
        return new Concern(
                Kind.BROKEN_JOB_FILE,
                null,
                file,
                null,
                null,
                null,
                "The job file is not usable: correct its %s, which the check of job files names."
                        .formatted(problems == 1 ? "1 problem" : problems + " problems"));
    }

    /** The database does not answer; events that come are kept meanwhile. */
    public static Concern databaseAway(@Nullable Instant since, long kept, long most) {
        return new Concern(
                Kind.DATABASE_AWAY,
                null,
                null,
                null,
                null,
                since,
                "The database does not answer: events wait on disk, %d of at most %d bytes.".formatted(kept, most));
    }

    /** A file with events that cannot be recorded. */
    public static Concern putAside(String file) {
        return new Concern(
                Kind.EVENTS_PUT_ASIDE,
                null,
                file,
                null,
                null,
                null,
                "Events that cannot be recorded were put aside with the reason: look at the file, then remove it.");
    }

    /** Servers whose job files differ. */
    static Concern jobFilesDiffer(JobFilesDiffer differ) {
        return new Concern(
                Kind.JOB_FILES_DIFFER,
                null,
                String.join(", ", differ.files()),
                null,
                null,
                differ.since(),
                differ.text());
    }

    /** A server that is not heard any more, and that nobody has stopped. */
    static Concern silentServer(KnownServer server) {
        return new Concern(
                Kind.SILENT_SERVER,
                null,
                null,
                null,
                null,
                server.lastSeen(),
                "Server %s is not heard any more, and what its spool holds waits for it: start it again, or see to its disk."
                        .formatted(server.name()));
    }

    /** A file that waits in the spool of a server that does not run. */
    static Concern fileElsewhere(String automation, String file, Instant since, String server) {
        return new Concern(
                Kind.FILE_ELSEWHERE,
                automation,
                file,
                null,
                null,
                since,
                "It lies in the spool of %s, where no server runs: start that server, or send the file again."
                        .formatted(server));
    }

    /** An evaluator of which something is the matter. */
    static Concern evaluator(Kind kind, Instant since, String reason) {
        return new Concern(kind, null, null, null, null, since, reason);
    }

    /** The folder of the job files is away, for a reason with what to do. */
    public static Concern jobFolder(String reason) {
        return new Concern(Kind.JOB_FOLDER, null, null, null, null, null, reason);
    }
}
