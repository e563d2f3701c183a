package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import picocli.CommandLine.Option;

/** The option {@code --directory}, to be mixed in. */
final class DirectoryOption {

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            required = true,
            description = "The directory, by id or name.")
    private String directory;

    /** Its id or name. */
    String name() {
        return directory;
    }

    /** The directory that is meant. */
    Directory find(AppContext context) {
        return context.get(Directories.class).find(directory);
    }
}
