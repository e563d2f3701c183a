package io.muster.extract.combine;

import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.RecordWriter;
import io.muster.extract.record.Extracted;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordFiles;
import io.muster.extract.record.RecordSources;
import io.muster.extract.record.RecordSpec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Extracts and combines: the rows of all extractors as one file, which appears when it is complete. The records of each
 * extractor lie on the disk meanwhile, so that memory does not grow with them.
 */
public final class Combining {

    private static final Dialect DIALECT = new Dialect("UTF-8", false, ',', Dialect.LineEnd.LF);
    private static final List<String> HIDDEN = List.of(Extraction.PROBLEM_COLUMN, Extraction.RECORD_COLUMN);

    private final RecordSources sources;
    private final Path folder;
    private final Runnable check;

    /**
     * @param folder for what is kept meanwhile
     * @param check called from time to time; what it throws ends the extraction
     */
    public Combining(RecordSources sources, Path folder, Runnable check) {
        this.sources = sources;
        this.folder = folder;
        this.check = check;
    }

    /**
     * A file that was delivered: the first extractor.
     *
     * @param file where it lies
     * @param name the name it was delivered with
     */
    public record Delivered(Path file, String name) {}

    /**
     * What was extracted.
     *
     * @param watermarks how far extractors have read, by name
     * @param rows how many rows there are
     * @param leftOut records that found nothing to be joined with and were left out
     */
    public record Result(Map<String, String> watermarks, long rows, long leftOut) {}

    /**
     * Extracts everything into a file.
     *
     * @param delivered the file that was delivered, where the extraction takes one
     * @param needed columns that the job maps or changes: they are blank where an extractor whose columns vary lacks them
     */
    public Result extract(Extraction extraction, @Nullable Delivered delivered, Set<String> needed, Path target) {
        Map<String, String> watermarks = new LinkedHashMap<>();
        List<Gathered.Joined> parts = new ArrayList<>();
        boolean varies = false;
        for (Extraction.Part part : extraction.parts()) {
            RecordSpec spec = part.spec();
            varies |= spec != null && spec.columnsVary();
            parts.add(gather(part, extraction, delivered, watermarks));
        }

        long leftOut = 0;
        Set<String> names = new LinkedHashSet<>();
        if (extraction.combination() instanceof Combination.Join join && parts.size() > 1) {
            Joining joining = new Joining(join, folder, check);
            Gathered.Joined joined = parts.getFirst();
            for (Gathered.Joined other : parts.subList(1, parts.size())) {
                joined = joining.join(joined, other);
            }

            leftOut = joining.leftOut();
            parts = List.of(joined);
        }

        parts.forEach(part -> names.addAll(part.columns()));
        if (varies) {
            names.addAll(needed);
        }

        names.remove("");
        names.removeAll(HIDDEN);
        long rows = write(parts, List.copyOf(names), target);
        parts.forEach(part -> part.spill().delete());
        return new Result(watermarks, rows, leftOut);
    }

    private Gathered.Joined gather(
            Extraction.Part part,
            Extraction extraction,
            @Nullable Delivered delivered,
            Map<String, String> watermarks) {
        Spill spill = new Spill(folder.resolve("part-" + extraction.parts().indexOf(part)));
        try (Gathered gathered = new Gathered(part.name(), spill, check)) {
            RecordSpec spec = part.spec();
            if (spec == null) {
                if (delivered == null || extraction.delivered() == null) {
                    throw new IllegalStateException("No file was delivered for " + part.name());
                }

                RecordFiles.read(delivered.file(), delivered.name(), extraction.delivered(), gathered);
            } else {
                try (RecordExtractor extractor = sources.open(spec, folder)) {
                    Extracted extracted = extractor.extract(gathered);
                    String watermark = extracted.watermark();
                    if (watermark != null) {
                        watermarks.put(part.name(), watermark);
                    }
                }
            }

            return Gathered.joined(part.name(), spill, gathered.columns(), gathered.records());
        }
    }

    private long write(List<Gathered.Joined> parts, List<String> names, Path target) {
        Path partial = target.resolveSibling(target.getFileName() + ".part");
        long rows = 0;
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16);
                    RecordWriter writer = new RecordWriter(out, DIALECT)) {
                List<String> header = new ArrayList<>(names);
                header.addAll(HIDDEN);
                writer.write(header);
                for (Gathered.Joined part : parts) {
                    rows += write(part, names, writer);
                }
            }

            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }

            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Spill.unusable(target, e);
        }

        return rows;
    }

    private long write(Gathered.Joined part, List<String> names, RecordWriter writer) throws IOException {
        int[] places = part.columns().stream().mapToInt(names::indexOf).toArray();
        long rows = 0;
        try (Spill.Reader records = part.spill().read()) {
            for (Spill.Entry entry = records.next(); entry != null; entry = records.next()) {
                String[] row = new String[names.size() + HIDDEN.size()];
                Arrays.fill(row, "");
                String problem = entry.problem();
                if (problem != null) {
                    row[names.size()] = problem;
                    row[names.size() + 1] = entry.values().getFirst();
                } else {
                    for (int i = 0; i < entry.values().size(); i++) {
                        if (places[i] >= 0) {
                            row[places[i]] = entry.values().get(i);
                        }
                    }
                }

                writer.write(Arrays.asList(row));
                rows++;
                if (rows % 1_000 == 0) {
                    check.run();
                }
            }
        }

        return rows;
    }
}
