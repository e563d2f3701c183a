package io.muster.automation.jobfile;

import java.nio.file.Path;

/**
 * A job and the file it was read from.
 *
 * @param file the file
 * @param fingerprint SHA-256 of the file's bytes, in hex; changes with every edit
 * @param job what it defines
 */
public record LoadedJob(Path file, String fingerprint, JobFile job) implements JobFiles.Content {}
