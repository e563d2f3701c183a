package io.muster.bench;

import io.muster.page.Browser;
import io.muster.page.TestSite;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures in a real browser how long it takes from the moment the deployment code begins to run until it has decided, and how
 * long the page's main thread runs scripts and tasks with it and without it. Each page is of another visitor.
 */
public final class PageBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int WARM = 20;

    private PageBenchmark() {}

    /** Arguments: the server's address, the project, how many pages. */
    public static void main(String[] args) throws Exception {
        int pages = Integer.parseInt(args[2]);
        try (Browser browser = Browser.start();
                TestSite site = new TestSite()) {
            browser.command("Performance.enable", Map.of());
            double[] without = new double[pages];
            double[] with = new double[pages];
            double[] decided = new double[pages];
            String tag = "<script src='%s/muster/%s.js' async></script>".formatted(args[0], args[1]);
            for (int i = -WARM; i < pages; i++) {
                double plain = page(browser, site, i, "");
                double busy = page(browser, site, i, tag);
                if (i >= 0) {
                    without[i] = plain;
                    with[i] = busy;
                    decided[i] = ((Number) Objects.requireNonNull(browser.run("return decided"))).doubleValue();
                }
            }

            print("script start to decision", decided);
            print("main thread without the code", without);
            print("main thread with the code", with);
        }
    }

    /** Milliseconds that the main thread of the page was busy with tasks until 300 ms after it had decided. */
    private static double page(Browser browser, TestSite site, int number, String tag) {
        String wait = tag.isEmpty() ? "begun = 1; decided = 1" : "";
        String address = site.page(
                "/",
                "<!doctype html><title>Shop</title><script>"
                        + "QSI = {config: {externalReference: 'C-%08d'}};".formatted(Math.floorMod(number, 100_000))
                        // The first thing the code does with the page is to read where it came from.
                        + "let current = Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript').get;"
                        + "Object.defineProperty(document, 'currentScript', {get() { window.begun ??= performance.now();"
                        + " return current.call(document) }});"
                        + "document.addEventListener('muster:decided', () => decided = performance.now() - begun);"
                        + wait
                        + "</script>" + tag + "<h1>Shop</h1>");
        browser.open(address);
        browser.waitFor("window.decided");
        var ignored = browser.run("return new Promise(done => setTimeout(done, 300))");
        return busy(browser);
    }

    /** The browser counts anew with each page. */
    private static double busy(Browser browser) {
        Map<String, Object> metrics = browser.driver().executeCdpCommand("Performance.getMetrics", Map.of());
        for (Object one : (Iterable<?>) Objects.requireNonNull(metrics.get("metrics"))) {
            Map<?, ?> metric = (Map<?, ?>) one;
            if ("TaskDuration".equals(metric.get("name"))) {
                return ((Number) Objects.requireNonNull(metric.get("value"))).doubleValue() * 1_000;
            }
        }

        throw new IllegalStateException("The browser does not say how busy it was");
    }

    private static void print(String what, double[] millis) {
        Arrays.sort(millis);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("what", what);
        answer.put("pages", millis.length);
        answer.put("p50Millis", round(millis[millis.length / 2]));
        answer.put("p99Millis", round(millis[millis.length * 99 / 100]));
        answer.put("maxMillis", round(millis[millis.length - 1]));
        System.out.println(JSON.writeValueAsString(answer));
    }

    private static double round(double millis) {
        return Math.round(millis * 10) / 10.0;
    }
}
