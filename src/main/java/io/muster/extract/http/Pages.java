package io.muster.extract.http;

import io.muster.extract.record.MemberPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads pages of one format. */
interface Pages {

    /**
     * What a page is made of.
     *
     * @param records how many records it has, refused ones included
     * @param next the value at the path of the next page's link or cursor; null when there is none
     */
    record Content(long records, @Nullable String next) {}

    /** Takes the records of a page. */
    interface Taker {

        /** Names that come even when no record does. */
        void columns(List<String> names);

        /** A record. */
        void record(Map<String, String> values);

        /** A record that could not be read. */
        void refused(String raw, String reason);
    }

    /**
     * Reads a page to its end, so that none that is cut off is taken.
     *
     * @throws PageBroken when it is none, or not all of one
     */
    Content check(Path page, @Nullable MemberPath next) throws IOException, PageBroken;

    /** Hands out the records of a page that was checked. */
    void take(Path page, Taker taker) throws IOException, PageBroken;
}
