package io.muster.database.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the embedded server is run.
 *
 * @param folder where programs, data, password and log live; one server per folder
 * @param bufferPool bytes of memory for InnoDB's buffer pool
 * @param linger how long the server stays after the last process has left; zero stops it at once
 */
public record EmbeddedSettings(Path folder, long bufferPool, Duration linger) {

    /** Makes the folder absolute: processes in several working directories mean the same one. */
    public EmbeddedSettings {
        folder = folder.toAbsolutePath().normalize();
    }
}
