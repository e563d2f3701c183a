package io.muster.app;

import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.rules.Period;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.eligibility.EligibilityReport;
import io.muster.jobs.eligibility.EligibilityResults;
import io.muster.jobs.eligibility.EligibilitySpec;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.segment.Segments;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Who of a segment or list may be contacted, asked by callers that do not wait for the answer. */
public final class EligibilityRuns {

    private final Directories directories;
    private final Segments segments;
    private final MailingLists lists;
    private final RunService runs;
    private final EligibilityResults results;
    private final InstantSource clock;
    private final Ids ids;
    private final JsonMapper json;

    EligibilityRuns(
            Directories directories,
            Segments segments,
            MailingLists lists,
            RunService runs,
            EligibilityResults results,
            InstantSource clock,
            Ids ids,
            JsonMapper json) {
        this.directories = directories;
        this.segments = segments;
        this.lists = lists;
        this.runs = runs;
        this.results = results;
        this.clock = clock;
        this.ids = ids;
        this.json = json;
    }

    /** Begins to ask about a segment or a list; the id of the run. */
    public String start(EligibilityRequest request) {
        Directory directory = directories.find(request.directory());
        String segment = request.segment();
        String list = request.list();
        if (request.reference() != null || (segment == null) == (list == null)) {
            throw Refusal.invalid(
                            "INVALID",
                            "Cannot ask who may be contacted: exactly one of segment and list is to be given.")
                    .with("field", "segment");
        }

        FrequencyQuestion asked = request.question();
        String reserve = Optional.ofNullable(request.reserve())
                .map(Period::of)
                .map(Period::text)
                .orElse(null);
        EligibilitySpec spec = new EligibilitySpec(
                segment == null
                        ? null
                        : ids.segment(segments.find(directory.number(), segment).number()),
                list == null
                        ? null
                        : ids.list(lists.find(directory.number(), list).number()),
                EligibilityService.channel(asked.channel()).word(),
                FrequencyRuleService.survey(asked.survey()),
                EligibilityService.moment(directory, asked.at(), clock),
                reserve);
        return runs.start(new RunRequest.Eligibility(directory.number(), spec), request.actor())
                .run()
                .id();
    }

    /** The directory that a run asks about, by its id. */
    public String directoryOf(String run) {
        return ids.directory(find(run).directory());
    }

    /** How a run is, with what it has found. */
    public EligibilityRunView show(String id) {
        Run run = find(id);
        EligibilityReport found = report(run);
        return new EligibilityRunView(
                run.id(),
                run.status().name(),
                found == null ? run.share() : 1,
                found == null ? null : found.eligible(),
                found == null ? null : found.frequency() + found.optedOut(),
                found == null ? null : new EligibilityView.Reasons(found.frequency(), found.optedOut(), 0));
    }

    private @Nullable EligibilityReport report(Run run) {
        String report = run.report();
        return run.status() != RunStatus.COMPLETED || report == null
                ? null
                : json.readValue(report, EligibilityReport.class);
    }

    /** Refuses a run whose lines cannot be written: it has not completed, or they are pruned. */
    public void check(String id) {
        Run run = find(id);
        if (report(run) == null) {
            throw Refusal.conflict(
                            "RUN_NOT_COMPLETED",
                            "Cannot give the answer of run " + run.id() + ": it is " + run.status() + ". Ask again"
                                    + " when it is COMPLETED.")
                    .with("run", run.id());
        }

        if (run.prunedAt() != null) {
            throw Refusal.notFound(
                            "RESULT_PRUNED",
                            "Cannot give the answer of run " + run.id() + ": it is not kept any longer. Ask anew.")
                    .with("run", run.id());
        }
    }

    /** Writes what a run has found as CSV, as {@link EligibilityService#write} does. The stream stays open. */
    public void write(String id, OutputStream out) throws IOException {
        check(id);
        Run run = find(id);
        results.write(run.number(), run.directory(), out);
    }

    private Run find(String id) {
        Run run = runs.show(id);
        if (run.kind() != RunKind.ELIGIBILITY) {
            throw Refusal.notFound(
                            "UNKNOWN_RUN",
                            "Cannot find the run '" + id + "': the run of that id asks for nobody's eligibility.")
                    .with("run", id);
        }

        return run;
    }
}
