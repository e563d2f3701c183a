package io.muster.access;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * How a person wants the pages of the console.
 *
 * @param zone in which times are shown that belong to no directory and no schedule; null for that of the server
 */
public record Preferences(@Nullable ZoneId zone, Density density, Theme theme) {

    /** How much room rows take. */
    public enum Density {
        COMFORTABLE,
        COMPACT
    }

    /** Light or dark. */
    public enum Theme {
        /** As the device is set. */
        DEVICE,
        LIGHT,
        DARK
    }
}
