package io.muster.app;

import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditQuery;
import io.muster.directory.store.Directories;
import io.muster.jobs.Chains;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.load.Rejects;
import io.muster.load.Rejects.Reject;
import io.muster.runs.RunAction;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Runs as they are shown. */
public final class RunViews {

    private static final int MOST_ACTS = 100;

    private final RunService runs;
    private final Directories directories;
    private final Audit audit;
    private final Chains chains;
    private final Rejects rejects;
    private final JsonMapper json;
    private final Ids ids;

    RunViews(
            RunService runs,
            Directories directories,
            Audit audit,
            Chains chains,
            Rejects rejects,
            JsonMapper json,
            Ids ids) {
        this.rejects = rejects;
        this.runs = runs;
        this.directories = directories;
        this.audit = audit;
        this.chains = chains;
        this.json = json;
        this.ids = ids;
    }

    /**
     * Runs, newest first.
     *
     * @param directory only runs into this one, by id or name; null: any
     * @param automation only runs of this one, by the id in its job file; null: any
     * @param kind only runs of this kind; null: any
     */
    public List<RunView> list(
            @Nullable String directory, @Nullable String automation, @Nullable String kind, int most) {
        Integer number = directory == null ? null : directories.find(directory).number();
        List<Run> found = runs.list(new RunFilter(number, automation, kind == null ? null : kind(kind), most));
        Map<Long, List<RunAction>> allowed = runs.allowed(found);
        return found.stream()
                .map(run ->
                        RunView.whole(run, json, RunView.Whole.listed(allowed.getOrDefault(run.number(), List.of()))))
                .toList();
    }

    /**
     * Runs, newest first, page by page.
     *
     * @param after the public id of the last run of the page before; null for the first page
     */
    public Page<RunView> page(RunSearch search, @Nullable String after) {
        Page<Run> found = found(search, after);
        Map<Long, List<RunAction>> allowed = runs.allowed(found.items());
        return found.map(
                run -> RunView.whole(run, json, RunView.Whole.listed(allowed.getOrDefault(run.number(), List.of()))));
    }

    /** The same for pages on which no run is taken back: whether that could be done is not looked up. */
    public Page<RunView> rows(RunSearch search, @Nullable String after) {
        return found(search, after).map(run -> RunView.whole(run, json, RunView.Whole.listed(RunAction.allowed(run))));
    }

    /** The newest run, and of each of these states the newest ones, {@code most} at most, likewise. */
    public List<RunView> newest(Collection<RunStatus> states, int most) {
        return runs.newest(states, most).stream()
                .map(run -> RunView.whole(run, json, RunView.Whole.listed(RunAction.allowed(run))))
                .toList();
    }

    private Page<Run> found(RunSearch search, @Nullable String after) {
        String directory = search.directory();
        Long before = after == null
                ? null
                : ids.read(PublicId.RUN, after)
                        .orElseThrow(() -> Refusal.invalid(
                                "BAD_CURSOR",
                                "Cannot go on after '" + after + "': that is the id of no run. Take one of the list."));
        String text = search.text();
        if (text != null && ids.read(PublicId.RUN, text).isPresent()) {
            return one(search, text);
        }

        RunFilter filter = new RunFilter(
                directory == null ? null : directories.find(directory).number(),
                search.automation(),
                search.kind(),
                search.status(),
                before,
                search.times(),
                text,
                search.most() + 1);
        return Page.of(runs.list(filter), search.most(), Run::id);
    }

    /** The run of that id, as far as it is among those that are asked for. */
    private Page<Run> one(RunSearch search, String id) {
        Integer directory = search.directory() == null
                ? null
                : directories.find(search.directory()).number();
        List<Run> found = ids.read(PublicId.RUN, id).stream()
                .mapToObj(number -> runs.list(new RunFilter(
                        directory,
                        search.automation(),
                        search.kind(),
                        search.status(),
                        number + 1,
                        search.times(),
                        null,
                        1)))
                .flatMap(List::stream)
                .filter(run -> run.id().equals(id))
                .toList();
        return new Page<>(found, null);
    }

    /** A run without what was done with it and without its chain; whether it could be taken back is not looked up. */
    public RunView brief(String id) {
        Run run = runs.show(id);
        return RunView.whole(run, json, RunView.Whole.listed(RunAction.allowed(run)));
    }

    /** A run with what was done with it. */
    public RunView show(String id) {
        Run run = runs.show(id);
        List<RunView.Act> acts =
                audit.read(AuditQuery.about(PublicId.RUN, run.number()), null, MOST_ACTS).reversed().stream()
                        .map(RunView.Act::of)
                        .toList();
        return RunView.whole(run, json, new RunView.Whole(runs.allowed(run), acts, chain(run)));
    }

    /**
     * Rejected rows of a run, in file order, as far as they are kept.
     *
     * @param after only those of later rows; 0 for the first
     */
    public List<Reject> rejects(Run run, long after, int most) {
        return run.kind() == RunKind.CONTACT_IMPORT && run.isWhole()
                ? rejects.page(run.number(), after, most)
                : List.of();
    }

    /**
     * The same of one reason, or of one field.
     *
     * @param code what was wrong; null for anything
     * @param field the column or field at fault; null for any
     */
    public List<Reject> rejects(Run run, long after, @Nullable String code, @Nullable String field, int most) {
        return run.kind() == RunKind.CONTACT_IMPORT && run.isWhole()
                ? rejects.page(run.number(), after, code, field, most)
                : List.of();
    }

    private @Nullable ChainView chain(Run run) {
        return (run.chained() ? chains.of(run.number()) : Optional.<Chains.Chain>empty())
                .map(chain -> ChainView.of(chain, chains, ids))
                .orElse(null);
    }

    /**
     * Follows a run until it ends, wherever it is worked on.
     *
     * @param watching told how it is now, again and again, and how it has ended
     * @return the run as it ended
     */
    public Run follow(String id, Consumer<RunView> watching) {
        return runs.follow(
                id, run -> watching.accept(RunView.whole(run, json, RunView.Whole.listed(runs.allowed(run)))));
    }

    /** A run that was worked on. */
    public RunView of(Run run) {
        return RunView.of(run, json);
    }

    private static RunKind kind(String kind) {
        return RunKind.of(kind)
                .orElseThrow(() -> Refusal.invalid(
                                "UNKNOWN_KIND",
                                "Cannot list runs of the kind '" + kind + "'. Use "
                                        + Arrays.stream(RunKind.values())
                                                .map(RunKind::key)
                                                .collect(Collectors.joining(", "))
                                        + ".")
                        .with("kind", kind));
    }
}
