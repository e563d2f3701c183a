package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * Names a segment.
 *
 * @param segment its id, or its name where the directory is given
 * @param directory its directory, by id or name; null when the id is given
 */
public record SegmentRef(String segment, @Nullable String directory) {}
