package io.muster.web.v3;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The addresses of the API, and the ways in which clients write them. */
public final class V3Paths {

    static final String API = "/API/v3";
    static final String DIRECTORY = API + "/directories/{directory}";
    static final String TOKEN = "/oauth2/token";
    static final String EVENTS = "/inbound-event";

    private static final List<String> BASES = List.of(API, "/oauth2", "/automations-file-service", EVENTS);
    private static final Pattern HOST = Pattern.compile("^[A-Za-z]+://[^/]*");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");
    private static final Pattern EVENT_JSON =
            Pattern.compile("(/inbound-event/[^/]+/events/)(?i:json)(/.*)?", Pattern.DOTALL);

    private V3Paths() {}

    /** Whether a path is one of the API, so that its answer has the form of the API. */
    public static boolean isOurs(String path) {
        return BASES.stream().anyMatch(base -> isBelow(base, path));
    }

    /** Whether an address that could not be read was meant for the API. */
    public static boolean looksOurs(@Nullable String address) {
        String path = address == null ? "" : HOST.matcher(address).replaceFirst("");
        return BASES.stream().anyMatch(path::startsWith);
    }

    static boolean isBelow(String base, String path) {
        return path.startsWith(base) && (path.length() == base.length() || path.charAt(base.length()) == '/');
    }

    /** The one way to write a path: repeated slashes count as one and one at the end as none. */
    static String plain(String path) {
        String single = SLASHES.matcher(path).replaceAll("/");
        String open = single.length() > 1 && single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
        var event = EVENT_JSON.matcher(open);
        return event.matches() ? event.group(1) + "json" + (event.group(2) == null ? "" : event.group(2)) : open;
    }

    /** Whether a path, as it was sent, has a part that stands for another one, or parameters within a part. */
    static boolean isTricky(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.contains(";")
                || lower.contains("%2f")
                || lower.contains("%2e")
                || lower.contains("%5c")
                || lower.contains("%00")
                || List.of(path.split("/", -1)).stream().anyMatch(part -> part.equals(".") || part.equals(".."));
    }
}
