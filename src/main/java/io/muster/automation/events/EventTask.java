package io.muster.automation.events;

import io.muster.automation.jobfile.EventJob;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.pick.JsonDocument;
import io.muster.extract.pick.JsonPick;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.RecordGroups.Source;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.contactimport.Target.TouchpointPart;
import io.muster.jobs.event.JsonEvents;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a job file does with an event: it becomes a record with a cell for each path, which is then mapped and judged as a row of
 * a file is. A transaction or touchpoint without an id of its own gets that of the event, which records it once.
 */
final class EventTask {

    /** Cells that no path fills. A path begins with $, so none has such a name. */
    private static final String PROBLEM = "(problem)";

    private static final String TRANSACTION = "(transaction)";
    private static final String TOUCHPOINT = "(touchpoint)";

    /** Apart from all runs and events. */
    private static final long LINEAGE = 1L << 61;

    private final EventJob job;
    private final long automation;
    private final List<JsonPick> picks;
    private final @Nullable JsonPick eventId;
    private final Source source;
    private final boolean[] datesTransaction;
    private final boolean[] tellsTouchpoint;

    /** @param automation the automation's numeric id */
    EventTask(EventJob job, long automation) {
        this.job = job;
        this.automation = automation;
        picks = job.mapping().fields().keySet().stream().map(JsonPick::of).toList();
        String path = job.eventId();
        eventId = path == null ? null : JsonPick.of(path);
        Map<String, Target> columns = new LinkedHashMap<>(job.mapping().fields());
        ImportSpec spec = job.toImportSpec();
        datesTransaction = which(target -> target instanceof Target.TransactionDate);
        tellsTouchpoint = which(target -> target instanceof TouchpointPart);
        boolean hasId = has(target -> target instanceof Target.TransactionId);
        boolean hasKey = has(target -> target.equals(new TouchpointPart(TouchpointPart.Part.KEY)));
        columns.put(PROBLEM, new Target.Problem());
        columns.put(TRANSACTION, hasId || none(datesTransaction) ? new Target.Ignore() : new Target.TransactionId());
        columns.put(
                TOUCHPOINT,
                hasKey || none(tellsTouchpoint) ? new Target.Ignore() : new TouchpointPart(TouchpointPart.Part.KEY));
        source = new Source(
                "the events of " + job.id(),
                JsonEvents.run(LINEAGE + automation),
                job.id(),
                spec.with(spec.mapping().with(columns, Mapping.Unmapped.IGNORE), spec.format(), spec.region()),
                List.copyOf(columns.keySet()));
    }

    private boolean[] which(Predicate<Target> wanted) {
        List<Target> targets = List.copyOf(job.mapping().fields().values());
        boolean[] which = new boolean[targets.size()];
        IntStream.range(0, which.length).forEach(i -> which[i] = wanted.test(targets.get(i)));
        return which;
    }

    private boolean has(Predicate<Target> wanted) {
        return job.mapping().fields().values().stream().anyMatch(wanted)
                || job.mapping().constants().keySet().stream().anyMatch(wanted);
    }

    private static boolean none(boolean[] which) {
        return IntStream.range(0, which.length).noneMatch(i -> which[i]);
    }

    EventJob job() {
        return job;
    }

    long automation() {
        return automation;
    }

    Source source() {
        return source;
    }

    /** The id that an event brings along; empty when the job names no path to one, or there is none. */
    Optional<String> eventId(JsonDocument document) {
        return eventId != null
                        && eventId.from(document) instanceof JsonPick.Picked.Value value
                        && !value.text().isBlank()
                ? Optional.of(value.text().strip())
                : Optional.empty();
    }

    /**
     * An event as a record.
     *
     * @param row its place in its group, from 1
     * @param run the public id of its run
     */
    FileRecord record(long row, String run, String body) {
        String[] cells = new String[picks.size() + 3];
        Arrays.fill(cells, "");
        String problem = pick(body, cells);
        cells[picks.size()] = problem;
        cells[picks.size() + 1] = fills(cells, datesTransaction) ? run : "";
        cells[picks.size() + 2] = fills(cells, tellsTouchpoint) ? run : "";
        // A record without any value would count as a blank line.
        return new FileRecord(row, row, new ArrayList<>(Arrays.asList(cells)), null);
    }

    private String pick(String body, String[] cells) {
        JsonDocument document;
        try {
            document = JsonDocument.of(body);
        } catch (Refusal refusal) {
            return refusal.code() + " " + refusal.getMessage();
        }

        for (int i = 0; i < picks.size(); i++) {
            JsonPick pick = picks.get(i);
            switch (pick.from(document)) {
                case JsonPick.Picked.Value value -> cells[i] = value.text();
                case JsonPick.Picked.Blank ignored -> cells[i] = "";
                case JsonPick.Picked.Missing ignored -> {
                    if (job.mapping().missing() == EventJob.Picks.Missing.REJECT) {
                        return "FIELD_MISSING There is nothing at " + pick.text() + ".";
                    }
                }
                case JsonPick.Picked.NotSimple ignored -> {
                    return "VALUE_NOT_SIMPLE At " + pick.text() + " there is an object or a list.";
                }
            }
        }

        return "";
    }

    private static boolean fills(String[] cells, boolean[] which) {
        return IntStream.range(0, which.length).anyMatch(i -> which[i] && !cells[i].isBlank());
    }
}
