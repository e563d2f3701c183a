package io.muster.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/**
 * The projects of the sample site, with their intercepts in force.
 *
 * @param shop the id of the one that most pages belong to
 * @param blog the id of the other
 * @param dialog the id of the shop's invitation for a segment
 */
record SampleProjects(String shop, String blog, String dialog) {

    static final String SHOP = "Sample site";

    private static final String BLOG = "Sample blog";
    private static final JsonMapper JSON = Json.mapper();

    /**
     * Makes them.
     *
     * @param muster runs a command and gives its answer
     * @param files the folder of the site
     * @param origin where its pages are
     * @param target a file with the condition of the invitation
     */
    static SampleProjects publish(
            Function<List<String>, String> muster, Path files, String origin, String directory, Path target) {
        Maker maker = new Maker(muster, files);
        String shop = maker.id(
                "projects",
                "create",
                SHOP,
                "--directory",
                directory,
                "--origin",
                origin,
                "--reference",
                "cookie:shop_customer",
                "--reference",
                "attribute:body@data-customer",
                "--reference",
                "expression:shop.customer.reference",
                "--auto-create",
                "on");
        String dialog = maker.intercept(
                "Sample dialog", SHOP, "dialog.yaml", "--frequency", "off", "--target", DemoFolder.shown(target));
        String link = maker.intercept(
                "Sample link", SHOP, "link.yaml", "--page", DemoFolder.shown(files.resolve("link-pages.yaml")));
        String opinion = maker.intercept(
                "Sample opinion",
                SHOP,
                "opinion.yaml",
                "--frequency",
                "off",
                "--page",
                DemoFolder.shown(files.resolve("opinion-pages.yaml")));
        String blog = maker.id("projects", "create", BLOG, "--directory", directory, "--origin", origin);
        String story = maker.intercept("Sample story", BLOG, "blog.yaml", "--frequency", "off");
        maker.answer(List.of("projects", "apply", SHOP));
        maker.answer(List.of("projects", "apply", BLOG));
        maker.answer(List.of("intercepts", "activate", dialog, link, opinion, story));
        return new SampleProjects(shop, blog, dialog);
    }

    /** What the placeholders of its pages mean. */
    Map<String, String> values(String server, String customer) {
        return Map.of("muster", server, "project", shop, "blog", blog, "customer", customer);
    }

    private record Maker(Function<List<String>, String> muster, Path files) {

        String intercept(String name, String project, String creative, String... more) {
            List<String> words = new ArrayList<>(List.of("intercepts", "create", name, "--project", project));
            words.addAll(List.of("--creative", DemoFolder.shown(files.resolve(creative))));
            words.addAll(List.of(more));
            return id(words.toArray(String[]::new));
        }

        String id(String... words) {
            List<String> all = new ArrayList<>(List.of(words));
            all.add("--json");
            return JSON.readTree(answer(all)).path("id").asString();
        }

        String answer(List<String> words) {
            return muster.apply(words);
        }
    }
}
