package io.muster.extract.record;

import org.jspecify.annotations.Nullable;

/**
 * What an extraction that came to its end says.
 *
 * @param watermark how far it has read, for {@link RecordSpec#since}; null where nothing is remembered
 */
public record Extracted(@Nullable String watermark) {}
