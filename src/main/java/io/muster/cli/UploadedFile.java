package io.muster.cli;

import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all commands ask for that import a file, to be mixed in. */
final class UploadedFile {

    @Parameters(paramLabel = "FILE", description = "The file; gzip and zip with one entry are unpacked.")
    private Path file;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            required = true,
            description = "The directory, by id or name.")
    private String directory;

    @Mixin
    private ImportOptions options;

    Path path() {
        return file;
    }

    /** How the file is to be read and loaded. */
    ImportOptions options() {
        return options;
    }

    /** What the import is told. */
    ImportSpec spec(Mapping mapping, ImportMode mode, ListTarget list) {
        return options.spec(directory, mapping, mode, list);
    }
}
