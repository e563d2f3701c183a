package io.muster.app;

import io.muster.dedup.undo.Kept;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.undo.UndoLedger;
import io.muster.jobs.undo.UndoPreview;
import io.muster.jobs.undo.UndoReport;
import io.muster.jobs.undo.UndoSpec;
import io.muster.runs.Origin;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Takes imports back as a whole, each undo as a run. */
public final class RunUndos {

    private final RunService runs;
    private final UndoLedger ledger;
    private final JsonMapper json;
    private final Ids ids;

    RunUndos(RunService runs, UndoLedger ledger, JsonMapper json, Ids ids) {
        this.runs = runs;
        this.ledger = ledger;
        this.json = json;
        this.ids = ids;
    }

    /**
     * What the undo of an import would do now; nothing is changed.
     *
     * @throws Refusal when it cannot be undone
     */
    public UndoForecast preview(String id) {
        Run run = runs.show(id);
        UndoPreview.Findings found = runs.previewUndo(run);
        return new UndoForecast(
                RunKind.UNDO.key(),
                run.id(),
                true,
                found.report().deleted(),
                found.report().restored(),
                things(run.directory(), found.kept()));
    }

    /**
     * The import, when it can be undone and has not been; empty when an undo of it is there already.
     *
     * @throws Refusal when it cannot be undone
     */
    public Optional<Run> undoable(String id) {
        Run run = runs.show(id);
        return runs.undoOf(run).isPresent() ? Optional.empty() : Optional.of(run);
    }

    /**
     * Takes an import back and waits for the end. The second time the first undo answers; one that was cut off goes on.
     *
     * @return the undo as it ended
     * @throws Refusal when it cannot be undone
     */
    public Run undo(Actor actor, String id, Progress progress) {
        RunRequest.Undo request = new RunRequest.Undo(runs.show(id).number());
        RunService.Started started = runs.start(request, actor, progress);
        Run ended = runs.await(started.run(), progress);
        // Its process was lost while it was waited for.
        boolean lost = started.origin() == Origin.JOINED && ended.status() == RunStatus.DEAD;
        return lost ? runs.run(request, actor, progress) : ended;
    }

    /** What an undo has done. */
    public UndoAnswer answer(Run undo) {
        String stored = undo.report();
        long of = json.readValue(undo.spec(), UndoSpec.class).run();
        UndoReport report =
                stored == null ? new UndoReport(ids.run(of), 0, 0, 0) : json.readValue(stored, UndoReport.class);
        return new UndoAnswer(
                undo.id(),
                undo.kind().key(),
                report.of(),
                undo.status(),
                report.deleted(),
                report.restored(),
                things(undo.directory(), ledger.kept(undo.number())));
    }

    private List<KeptThing> things(int directory, List<Kept> kept) {
        return kept.stream()
                .map(thing -> new KeptThing(
                        thing.number() == 0 ? null : ids.contact(directory, thing.number()),
                        thing.field(),
                        thing.reason()))
                .toList();
    }
}
