package io.muster.web.console.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is around every page.
 *
 * @param title heading and title of the page
 * @param viewer null before sign-in
 * @param directory the name of the directory that the page is of; null when it is of none
 * @param places where one can go within that directory
 */
record Frame(
        String title,
        @Nullable String viewer,
        List<Entry> navigation,
        @Nullable String directory,
        List<Entry> places,
        String css,
        String script,
        String icon) {

    /** An entry of the navigation. */
    record Entry(String name, String address, boolean current) {

        static Entry of(String name, String address, String path) {
            return new Entry(name, address, path.equals(address) || path.startsWith(address + "/"));
        }
    }
}
