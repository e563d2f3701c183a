package io.muster.web.console;

import java.util.List;
import java.util.stream.Stream;

/** Which addresses are pages of the console. All others are of programs, and know neither sessions nor HTML. */
public final class ConsolePaths {

    private static final List<String> PAGES = List.of(
            "/sign-in",
            "/sign-out",
            "/setup",
            "/overview",
            "/runs",
            "/automations",
            "/imports",
            "/directories",
            "/projects",
            "/evaluators",
            "/dashboards",
            "/admin",
            "/account",
            "/assets");

    private ConsolePaths() {}

    /** Whether the path, without a query, is one of a page or of what belongs to pages. */
    public static boolean isOurs(String path) {
        return path.equals("/")
                || PAGES.stream()
                        .anyMatch(page -> path.startsWith(page)
                                && (path.length() == page.length() || path.charAt(page.length()) == '/'));
    }

    /** The same as patterns of servlets. */
    static List<String> patterns() {
        return Stream.concat(Stream.of(""), PAGES.stream().flatMap(page -> Stream.of(page, page + "/*")))
                .toList();
    }

    /** Whether it can be asked for without having signed in. */
    static boolean isOpen(String path) {
        return path.equals("/sign-in")
                || path.equals("/setup")
                || path.equals(ProviderController.PATH)
                || path.startsWith(ProviderController.PATH + "/")
                || path.startsWith("/assets/");
    }

    /** The address to go on to; the overview for what leads to another host. */
    static String next(String wanted) {
        boolean here = wanted.startsWith("/")
                && !wanted.startsWith("//")
                && wanted.indexOf('\\') < 0
                && wanted.chars().allMatch(c -> c > ' ' && c < 127);
        int query = wanted.indexOf('?');
        String path = query < 0 ? wanted : wanted.substring(0, query);
        return here && isOurs(path) && !isOpen(path) && !path.equals("/sign-out") ? wanted : "/overview";
    }
}
