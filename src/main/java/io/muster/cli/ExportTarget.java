package io.muster.cli;

import io.muster.directory.store.ContactExport.Format;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where and how an export is written, to be mixed in. */
final class ExportTarget {

    @Mixin
    private ExportFormat format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write into this file, replaced only when all is written. Default: standard output.")
    private @Nullable Path file;

    /** Writes an export to a stream; the result is how many there were. */
    @FunctionalInterface
    interface Content {
        /** Writes it and leaves the stream open. */
        long write(Format format, OutputStream out) throws IOException;
    }

    /** Writes an export where it is wanted. */
    void write(Terminal terminal, String what, Content content) throws IOException {
        Format wanted = format.wanted();
        if (file == null) {
            long ignored = content.write(wanted, terminal.answer());
            return;
        }

        try (NewFile target = NewFile.replacing("the " + what, file)) {
            long written = content.write(wanted, target.stream());
            target.finish();
            terminal.notes().println("Wrote %d %s to %s.".formatted(written, what, file));
        }
    }
}
