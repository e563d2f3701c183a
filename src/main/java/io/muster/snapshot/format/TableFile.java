package io.muster.snapshot.format;

import java.nio.file.Path;

/**
 * A table of contacts that was written.
 *
 * @param path where
 * @param sha256 of the whole file, hexadecimal
 * @param bytes its length
 * @param contacts how many contacts it was made of
 * @param references how many references it holds, aliases included
 * @param description what it is about
 */
public record TableFile(
        Path path, String sha256, long bytes, long contacts, long references, TableDescription description) {}
