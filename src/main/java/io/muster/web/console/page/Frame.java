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
 * @param theme {@code light dark}, as the device is set, or one of the two
 * @param density {@code comfortable} or {@code compact}
 */
record Frame(
        String title,
        @Nullable String viewer,
        List<Entry> navigation,
        @Nullable String directory,
        List<Entry> places,
        String css,
        String script,
        String icon,
        String theme,
        String density) {

    /** An entry of the navigation. */
    record Entry(String name, String address, boolean current) {

        static Entry of(String name, String address, String path) {
            // What leads to a form for something new is the place of all that becomes of it.
            String place = address.replaceFirst("/new$", "");
            return new Entry(name, address, path.equals(place) || path.startsWith(place + "/"));
        }
    }
}
