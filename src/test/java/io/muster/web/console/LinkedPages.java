package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;

import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/** The pages of the console, found by following every link from the overview. */
final class LinkedPages {

    private static final Pattern ID = Pattern.compile("\\b(RN|POOL|CID|CG|SG|MG|AU|UP|ZN|SI|FR|TB)_[A-Za-z0-9]+");
    private static final Pattern NUMBER = Pattern.compile("(?<=[/=])\\d+(?=/|$|&)");

    /** Pages of one shape that are looked at; the others are like them. */
    private static final int SAMPLES = 3;

    private LinkedPages() {}

    /** How a page is asked for. */
    @FunctionalInterface
    interface Asking {

        /** Asks for it. */
        HttpResponse<String> get(String address) throws Exception;
    }

    /** What is answered at each address; those that lead on are left out. */
    static Map<String, HttpResponse<String>> crawl(Asking client) throws Exception {
        Map<String, HttpResponse<String>> seen = new LinkedHashMap<>();
        Map<String, Integer> shapes = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of("/overview"));
        while (!open.isEmpty()) {
            String address = open.poll();
            if (seen.containsKey(address) || shapes.merge(shape(address), 1, Integer::sum) > SAMPLES) {
                continue;
            }

            HttpResponse<String> page = client.get(address);
            if (page.statusCode() == 303) {
                open.add(location(page).substring("303 ".length()));
                continue;
            }

            seen.put(address, page);
            if (isHtml(page)) {
                for (Element link : Jsoup.parse(page.body()).select("a[href]")) {
                    String next = link.attr("href").replaceFirst("#.*", "");
                    if (next.startsWith("/")) {
                        open.add(next);
                    }
                }
            }
        }

        return seen;
    }

    /** An address with its ids and numbers left out. */
    static String shape(String address) {
        return NUMBER.matcher(ID.matcher(address).replaceAll("$1_…")).replaceAll("…");
    }

    /** Whether an answer is a page rather than a download. */
    static boolean isHtml(HttpResponse<String> page) {
        return page.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
    }
}
