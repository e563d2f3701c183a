package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.Resolver;
import io.muster.directory.DirectorySettings;
import io.muster.load.Checkpoint;
import io.muster.load.SideFile;
import io.muster.load.WriteLog;
import io.muster.support.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Checkpoint} of one survey: where an interrupted one goes on, and noted anew every so many rows. Surveys of
 * which it does not hold all start over instead: rounds after the first, dry runs, files with transactions or
 * touchpoints, limits of rows per key, and what {@link Resolver#state()} names.
 *
 * <p>The processor of the survey step decides where the survey begins when the step opens it, before a row is read.
 */
final class Checkpoints {

    /** Notes take at most one part in so many of the time. */
    private static final int SHARE = 20;

    private final SurveyTask task;
    private final ImportStores stores;
    private final Path file;
    private final @Nullable String survey;
    private long from;
    private long noted;
    private long since;
    private long took;

    Checkpoints(SurveyTask task, ImportStores stores) {
        this.task = task;
        this.stores = stores;
        ImportWork work = task.work();
        this.file = work.folder().resolve(work.sideFile(task.round()).path().getFileName() + ".checkpoint");
        ImportSpec spec = work.spec();
        boolean kept = task.wanted() == null
                && !spec.dryRun()
                && !task.recordsEvents()
                && spec.limits().maxRowsPerKey() == null;
        this.survey = kept ? survey() : null;
        this.since = stores.clock().millis();
    }

    /** Names the survey with all that its outcomes depend on and that may be otherwise when its run is resumed. */
    private String survey() {
        ImportWork work = task.work();
        DirectorySettings settings = work.directory().settings();
        List<Object> depends = List.of(
                work.lease().run().number(),
                task.round(),
                String.valueOf(stores.deliveries()
                        .find(work.delivery().id())
                        .orElseThrow()
                        .sha256()),
                work.rules(),
                new TreeMap<>(settings.policies()),
                work.nullTokens(),
                String.valueOf(work.region()),
                settings.protectReference(),
                settings.placeholders(),
                settings.sources(),
                work.sourceName(),
                work.directory().timeZone(),
                new RunList(work, stores.lists()).number(),
                task.header(),
                task.plan().columns().stream()
                        .map(column -> column.target().text())
                        .toList(),
                task.plan().spellings().names(),
                task.plan().newNames());
        return HexFormat.of()
                .formatHex(Sha256.digest().digest(depends.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** What an interrupted try of the same survey has noted last. */
    Optional<Checkpoint> find() {
        return survey == null ? Optional.empty() : Checkpoint.read(file, survey);
    }

    /** The survey begins anew. */
    void startOver() {
        begin(0);
        remove();
    }

    /** The survey goes on there. */
    void goOn(Checkpoint checkpoint) {
        begin(checkpoint.rows());
        task.work().progress().note("The survey goes on after row %,d.".formatted(from));
    }

    private void begin(long row) {
        from = row;
        noted = row;
        stores.transactions().executeWithoutResult(ignored -> {
            stores.surveys().fence(task.work().lease());
            // What an interrupted try of the same round has found behind it, it finds again.
            stores.rejects().forget(task.work().lease().run().number(), task.round(), row);
        });
    }

    /** The row behind which the survey goes on; 0 at the beginning. */
    long from() {
        return from;
    }

    /**
     * Notes that everything up to a row is decided, and its rejects are stored, when it is time to.
     *
     * @param row the last row that was resolved
     */
    void reached(long row, Resolver resolver, WriteLog log) {
        long now = stores.clock().millis();
        if (survey == null || row - noted < task.work().tuning().checkpointRows() || now - since < SHARE * took) {
            return;
        }

        resolver.state().ifPresent(state -> {
            SideFile.Beginning beginning = log.beginning();
            // Under the fence: a process that lost its run must not replace what the next one has noted.
            stores.transactions().executeWithoutResult(ignored -> {
                stores.surveys().fence(task.work().lease());
                new Checkpoint(survey, row, beginning, state).write(file);
            });
        });
        noted = row;
        since = stores.clock().millis();
        took = since - now;
    }

    /** Nothing goes on there any more. */
    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
