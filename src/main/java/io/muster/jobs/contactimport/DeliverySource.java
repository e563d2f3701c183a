package io.muster.jobs.contactimport;

import io.muster.extract.FileSources;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.ControlFile;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.SpoolFile;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the file of one run, and archives or deletes it afterwards. Where the file is, is looked up when that is first
 * needed: a run whose file was fetched goes on without its source. Every operation connects anew, as an import may take
 * longer than a session lives. For one thread at a time.
 */
public final class DeliverySource {

    private final @Nullable FileSources sources;
    private final Supplier<Fetchable> finder;
    private final @Nullable Path kept;
    private @Nullable Fetchable found;

    private DeliverySource(@Nullable FileSources sources, Supplier<Fetchable> finder, @Nullable Path kept) {
        this.sources = sources;
        this.finder = finder;
        this.kept = kept;
    }

    /** A file on this machine. */
    public static DeliverySource local(Path file) {
        return new DeliverySource(null, () -> new Fetchable.Local(file), null);
    }

    /** What a caller has sent, as a file of comma-separated values. */
    public static DeliverySource sent(long size, Supplier<InputStream> content) {
        return new DeliverySource(null, () -> new Fetchable.Sent(size, content), null);
    }

    /** No file: records that the run extracts. */
    public static DeliverySource records() {
        return new DeliverySource(null, Fetchable.Records::new, null);
    }

    /** Whether the content is taken from what an earlier run has kept. */
    boolean isKept() {
        return kept != null;
    }

    /** A file that the finder finds when it is first needed. */
    public static DeliverySource of(FileSources sources, Supplier<Fetchable> finder) {
        return new DeliverySource(sources, finder, null);
    }

    /** The same file, with its content taken from the copy that an earlier run has kept. */
    public DeliverySource keptAt(Path copy) {
        return new DeliverySource(sources, finder, copy);
    }

    /**
     * Copies the file to the target and compares it with its control file, if it has one.
     *
     * @throws FileGone when the file is not at its source any more
     * @throws FileChanged when another file is there
     */
    void fetch(Path target) {
        if (kept != null) {
            copy(kept, target);
            return;
        }

        switch (where()) {
            case Fetchable.Local local -> copy(local.file(), target);
            case Fetchable.Sent sent -> spool(sent, target);
            case Fetchable.Records ignored -> throw new IllegalStateException("Records are extracted, not fetched");
            case Fetchable.OnSource remote -> {
                SourceFile file = remote.chosen().file();
                try (FileSource source = open(remote)) {
                    source.fetch(file, target);
                }

                control().ifPresent(stated -> stated.checkContent(file.name(), target));
            }
        }
    }

    private static void spool(Fetchable.Sent sent, Path target) {
        try (InputStream in = sent.content().get();
                SpoolFile spool = SpoolFile.create(target, sent.size())) {
            spool.append(in, Long.MAX_VALUE);
            spool.complete();
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write the spool file " + target + ": " + e.getMessage()
                            + ". Check the disk, then resume the run.",
                    e);
        }
    }

    private static void copy(Path file, Path target) {
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            try (SpoolFile spool = SpoolFile.create(target, size)) {
                spool.append(in, Long.MAX_VALUE);
                spool.complete();
            }
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read " + file + ": " + e.getMessage() + ". Check that the file is there and may be read.",
                    e);
        }
    }

    /** What the file's control file says; empty when it has none. */
    Optional<ControlFile> control() {
        if (!(where() instanceof Fetchable.OnSource remote)) {
            return Optional.empty();
        }

        SourceFile control = remote.chosen().control();
        if (control == null) {
            return Optional.empty();
        }

        try (FileSource source = open(remote)) {
            return Optional.of(ControlFile.parse(control.name(), source.read(control, ControlFile.MAX_BYTES)));
        }
    }

    /** What happens to the file once the run has balanced: it is left, or still has to be archived or deleted. */
    Disposal disposal() {
        return where() instanceof Fetchable.OnSource remote ? remote.afterwards() : Disposal.LEFT;
    }

    /**
     * What was done with a file.
     *
     * @param what left, archived or deleted
     * @param name the name that it has in the archive; null where it has none
     */
    public record Disposed(Disposal what, @Nullable String name) {}

    /** Archives or deletes the file and those beside it, or leaves them, as is to be done with them now. */
    public Disposed dispose() {
        if (!(where() instanceof Fetchable.OnSource remote) || remote.afterwards() == Disposal.LEFT) {
            return new Disposed(Disposal.LEFT, null);
        }

        Chosen chosen = remote.chosen();
        try (FileSource source = open(remote)) {
            // Marker and control file first: as long as the file itself is there, a second try finds all that is left.
            var unusedControl = dispose(source, chosen.control(), remote.archive());
            var unusedMarker = dispose(source, chosen.marker(), remote.archive());
            String name = dispose(source, chosen.file(), remote.archive());
            return new Disposed(remote.archive() == null ? Disposal.DELETED : Disposal.ARCHIVED, name);
        }
    }

    private static @Nullable String dispose(FileSource source, @Nullable SourceFile file, @Nullable String archive) {
        try {
            if (file != null && archive != null) {
                return source.archive(file, archive);
            } else if (file != null) {
                source.delete(file);
            }
        } catch (FileGone e) {
            // An earlier try got this far before its process ended.
        }

        return null;
    }

    private Fetchable where() {
        Fetchable known = found;
        if (known == null) {
            known = finder.get();
            found = known;
        }

        return known;
    }

    private FileSource open(Fetchable.OnSource remote) {
        return Objects.requireNonNull(sources).open(remote.source());
    }
}
