package io.muster.jobs.contactimport;

import io.muster.directory.Directory;
import io.muster.support.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the verdict on a row depends on. */
interface RowSettings {

    /** How rows are mapped. */
    ImportSpec spec();

    /** The directory that they are for. */
    Directory directory();

    /** The public ids of the installation. */
    Ids ids();

    /** The region in which phone numbers without {@code +} are read; null for none. */
    default @Nullable String region() {
        String own = spec().region();
        return own != null ? own : directory().settings().region();
    }

    /** Values that count as blank. */
    default List<String> nullTokens() {
        List<String> own = spec().nullTokens();
        return own != null ? own : directory().settings().nullTokens();
    }
}
