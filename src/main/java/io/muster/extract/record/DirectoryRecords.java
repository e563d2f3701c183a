package io.muster.extract.record;

import org.jspecify.annotations.Nullable;

/**
 * The contacts of a directory, of one of its lists, or of the published version of one of its segments, as they are at one
 * moment.
 *
 * @param directory id or name
 * @param list id or name; null for no list
 * @param segment id or name; null for no segment
 */
public record DirectoryRecords(
        String directory, @Nullable String list, @Nullable String segment) implements InsideSpec {

    /** A directory has the names of embedded data that it has had so far. */
    @Override
    public boolean columnsVary() {
        return true;
    }
}
