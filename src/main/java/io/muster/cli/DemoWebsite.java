package io.muster.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The sample site: its projects and intercepts, the server that its pages call, and the site itself. */
final class DemoWebsite implements AutoCloseable {

    private static final Pattern PAGE = Pattern.compile("<li><a href=\"([^\"]+)\">([^<]+)</a>");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** The server reads what is published twice a second. */
    private static final int LOOKS = 50;

    private final DemoStage stage;
    private final SampleSite site;
    private final DemoHttp http = new DemoHttp();
    private Optional<DemoProcess> server = Optional.empty();

    private DemoWebsite(DemoStage stage) {
        this.stage = stage;
        this.site = SampleSite.open(stage.folder().sample("site"));
    }

    /**
     * Tells it, and leaves a site that goes on answering.
     *
     * @param target a file with the condition of its invitation
     * @param customer the reference of a contact that it is for
     */
    static DemoWebsite tell(DemoStage stage, String directory, Path target, String customer) {
        DemoWebsite website = new DemoWebsite(stage);
        try {
            website.tell(directory, target, customer);
            return website;
        } catch (RuntimeException e) {
            website.close();
            throw e;
        }
    }

    /** Where the console is. */
    String console() {
        return server.orElseThrow().address() + "/overview";
    }

    /** Where the site is. */
    String address() {
        return site.origin() + "/";
    }

    private void tell(String directory, Path target, String customer) {
        DemoPage page = stage.page();
        page.chapter("A website: one tag in its pages shows the intercepts");
        page.say("The server gives pages their script and takes back what was displayed. The sample site has a page for"
                + "\neach way to say who the visitor is; here it is " + customer + ", who is in the segment.");
        SampleProjects projects = SampleProjects.publish(
                words -> run(words.toArray(String[]::new)),
                stage.folder().sample("site"),
                site.origin(),
                directory,
                target);
        DemoProcess process = server();
        server = Optional.of(process);
        site.serve(projects.values(process.address(), customer));
        check(projects, process.address());
        String token = stage.shell().answer("projects", "debug-token", SampleProjects.SHOP, "--for", "8h", "--json");
        page.say("\nServer       " + process.address());
        page.say("Sample site  " + address());
        PAGE.matcher(http.get(address()))
                .results()
                .forEach(found ->
                        page.answer("             %-52s %s".formatted(address() + found.group(1), title(found))));
        page.say("With reasons %svariable.html?muster_debug=%s"
                .formatted(
                        address(), Json.mapper().readTree(token).path("token").asString()));
    }

    private static String title(MatchResult found) {
        return found.group(2);
    }

    private String run(String... words) {
        stage.page()
                .command(DemoShell.typed(List.of(words).stream()
                        .filter(word -> !word.equals("--json"))
                        .toArray(String[]::new)));
        return stage.shell().answer(words);
    }

    private DemoProcess server() {
        Path home = stage.folder().home().path();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MUSTER_JOBS", stage.folder().jobs().toString());
        variables.putAll(stage.login());
        variables.put("MUSTER_METRICS_PORT", "0");
        variables.put("MUSTER_DATABASE_MIGRATE", "on");
        variables.put("MUSTER_PUBLIC_URL", "");
        variables.put("MUSTER_EVALUATOR_URL", "");
        stage.databaseUrl().ifPresent(url -> variables.put("MUSTER_DATABASE_URL", url));
        return DemoProcess.start(home, "256m", variables, "server", "--port", "0");
    }

    /** What a browser would do: the page, its script, its question. */
    private void check(SampleProjects projects, String address) {
        String script = address + "/muster/" + projects.shop() + ".js";
        DemoExpectation.same(
                "the tag of the sample site",
                true,
                http.get(address() + "variable.html").contains('"' + script + '"'));
        boolean isInForce = false;
        for (int look = 0; look < LOOKS && !isInForce; look++) {
            isInForce = http.get(script).contains(projects.dialog());
            if (!isInForce) {
                stage.pause(LOOK_AGAIN);
            }
        }

        DemoExpectation.same("the script of the sample site with its intercepts", true, isInForce);
    }

    @Override
    public void close() {
        site.close();
        server.ifPresent(DemoProcess::close);
        http.close();
    }
}
