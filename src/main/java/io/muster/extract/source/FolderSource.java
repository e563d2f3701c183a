package io.muster.extract.source;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;

/**
 * A folder on this machine, or mounted on it.
 *
 * @param path the folder; relative paths start at the working directory of the process
 */
public record FolderSource(
        @NotNull(message = "name the folder, for example /data/inbound")
        Path path) implements SourceSpec {}
