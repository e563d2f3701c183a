package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.web.TestWebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds for every page of the console, found by following every link from the overview, over a directory in which every name
 * and value tries to be markup: no link is dead, no text becomes markup, nobody sees what is not for them, and no form does anything
 * without its token or the role for it.
 */
class EveryPageTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int MOST_NODES = 1_500;
    private static final int MOST_BYTES = 30_000;

    @TempDir
    private static Path home;

    private static FullConsole console;
    private static TestWebServer server;
    private static String pool;
    private static String otherPool;
    private static Map<String, HttpResponse<String>> pages;

    @BeforeAll
    static void start() throws Exception {
        console = new FullConsole(database, home);
        server = console.server();
        pool = console.pool();
        otherPool = console.otherPool();
        ConsoleClient lena = console.signedIn(List.of(), "administer");
        pages = LinkedPages.crawl(lena::get);
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    private static HttpResponse<String> page(String address) {
        return Objects.requireNonNull(pages.get(address));
    }

    private static Map<String, Document> documents() {
        Map<String, Document> documents = new LinkedHashMap<>();
        pages.forEach((address, page) -> {
            if (LinkedPages.isHtml(page)) {
                documents.put(address, Jsoup.parse(page.body()));
            }
        });
        return documents;
    }

    @Test
    void noLinkIsDead() {
        Map<String, Integer> dead = new TreeMap<>();
        pages.forEach((address, page) -> {
            // A question that cannot be put now says why.
            if (page.statusCode() != 200 && page.statusCode() != 409) {
                dead.put(address, page.statusCode());
            }
        });
        assertThat(dead).isEmpty();
    }

    @Test
    void allPlacesAreReachedByLinksAlone() {
        Set<String> shapes = new TreeSet<>();
        pages.keySet().forEach(address -> shapes.add(LinkedPages.shape(address).replaceFirst("\\?.*", "")));
        String directory = "/directories/POOL_…";
        assertThat(shapes)
                .contains("/overview", "/runs", "/runs/RN_…", "/runs/RN_…/rejects", "/runs/RN_…/reprocess")
                .contains("/automations", "/automations/AU_…", "/imports/new", "/directories", directory)
                .contains(directory + "/contacts", directory + "/contacts/new", directory + "/contacts/CID_…")
                .contains(directory + "/lists", directory + "/lists/CG_…", directory + "/segments")
                .contains(directory + "/segments/new", directory + "/segments/SG_…", directory + "/segments/SG_…/edit")
                .contains(directory + "/identity", directory + "/duplicates", directory + "/merges")
                .contains(directory + "/frequency", directory + "/frequency/simulator")
                .contains("/projects", "/projects/ZN_…", "/evaluators", "/dashboards/imports", "/dashboards/segments")
                .contains("/admin/users", "/admin/tokens", "/admin/audit", "/admin/settings", "/account");
    }

    @Test
    void everyPageHasOneHeadingATitleAndItsParts() {
        documents().forEach((address, page) -> {
            assertThat(page.select("h1")).as("headings of %s", address).hasSize(1);
            assertThat(page.title()).as(address).isEqualTo(page.select("h1").text() + " · Muster");
            assertThat(page.select("main")).as(address).hasSize(1);
            assertThat(page.select("a").getFirst().text()).as(address).isEqualTo("Skip to content");
            assertThat(page.select("nav[aria-label=Main]")).as(address).hasSize(1);
            assertThat(page.select("form[action='/sign-out'] button").text())
                    .as(address)
                    .isEqualTo("Sign out");
            List<String> ids = page.select("[id]").stream().map(Element::id).toList();
            assertThat(ids).as("ids of %s", address).doesNotHaveDuplicates();
            assertThat(page.select("table:not(:has(> caption))"))
                    .as("tables without a caption at %s", address)
                    .isEmpty();
            assertThat(page.select("time").stream().filter(time -> !time.text().matches("(?s).*[A-Z+0-9:]{2,9}")))
                    .as("times without a zone at %s", address)
                    .isEmpty();
        });
    }

    @Test
    void everyFieldHasALabelThatOneCanSee() {
        documents()
                .forEach((address, page) -> page.select("main input:not([type=hidden]), main select, main textarea")
                        .forEach(field -> assertThat(field.closest("label") != null
                                        || field.hasAttr("aria-label")
                                        || field.hasAttr("aria-labelledby")
                                        || !page.select("label[for='" + field.id() + "']")
                                                .isEmpty())
                                .as("label of %s at %s", field, address)
                                .isTrue()));
    }

    @Test
    void whatIsStoredNeverBecomesMarkupAndIsShownAsItIs() {
        boolean shown = false;
        for (Map.Entry<String, Document> page : documents().entrySet()) {
            assertThat(page.getValue().select("img, main i, main u, [onerror]"))
                    .as("markup at %s", page.getKey())
                    .isEmpty();
            shown |= page.getValue().text().contains(FullConsole.HOSTILE);
        }
        assertThat(shown).isTrue();
    }

    @Test
    void nothingIsInlineAndNothingComesFromElsewhere() {
        documents().forEach((address, page) -> {
            assertThat(page.select("[style], style, script:not([src])"))
                    .as(address)
                    .isEmpty();
            page.select("script[src], link[href], img[src]")
                    .forEach(part -> assertThat(part.hasAttr("src") ? part.attr("src") : part.attr("href"))
                            .as(address)
                            .startsWith("/assets/"));
            page.getAllElements()
                    .forEach(element -> element.attributes()
                            .forEach(attribute -> assertThat(attribute.getKey())
                                    .as("%s at %s", element.tagName(), address)
                                    .doesNotStartWith("on")));
        });
    }

    @Test
    void noPageIsHeavy() throws IOException {
        for (Map.Entry<String, Document> page : documents().entrySet()) {
            assertThat(page.getValue().getAllElements().size())
                    .as("elements of %s", page.getKey())
                    .isLessThanOrEqualTo(MOST_NODES);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                zip.write(page(page.getKey()).body().getBytes(StandardCharsets.UTF_8));
            }
            assertThat(out.size()).as("bytes of %s", page.getKey()).isLessThanOrEqualTo(MOST_BYTES);
        }
    }

    @Test
    void nobodySeesAnythingBeforeSigningIn() throws Exception {
        try (ConsoleClient nobody = new ConsoleClient(server)) {
            for (String address : pages.keySet()) {
                assertThat(location(nobody.get(address))).as(address).startsWith("303 /sign-in?next=");
            }
        }
    }

    @Test
    void whoIsForAnotherDirectorySeesNothingOfThisOne() throws Exception {
        try (ConsoleClient stranger = console.signedIn(List.of(otherPool), "access", "manage")) {
            for (String address : pages.keySet()) {
                HttpResponse<String> page = stranger.get(address);
                assertThat(page.statusCode()).as(address).isIn(200, 303, 403, 404);
                if (address.replaceFirst("\\?.*", "").contains(pool)) {
                    assertThat(page.statusCode()).as(address).isEqualTo(404);
                }
                assertThat(page.body())
                        .as(address)
                        .doesNotContain(FullConsole.PERSON)
                        .doesNotContain("Kunden");
            }
        }
    }

    @Test
    void whoOnlyOperatesSeesNoPersonalData() throws Exception {
        try (ConsoleClient operator = console.signedIn(List.of(), "operate")) {
            for (String address : pages.keySet()) {
                HttpResponse<String> page = operator.get(address);
                assertThat(page.statusCode()).as(address).isIn(200, 303, 403, 404);
                assertThat(page.body()).as(address).doesNotContain(FullConsole.PERSON);
            }
        }
    }

    /** Every form of every page, with the fields that it would send. */
    private static Map<String, String[]> forms() {
        Map<String, String[]> forms = new LinkedHashMap<>();
        documents()
                .values()
                .forEach(page -> page.select("form[method=post]").forEach(form -> {
                    assertThat(form.select("input[name=_csrf]"))
                            .as(form.attr("action"))
                            .hasSize(1);
                    List<String> fields = new ArrayList<>();
                    form.select("input[name]:not([name=_csrf]):not([type=checkbox]), select[name], textarea[name]")
                            .forEach(field -> {
                                fields.add(field.attr("name"));
                                fields.add(field.val());
                            });
                    forms.putIfAbsent(form.attr("action"), fields.toArray(String[]::new));
                }));
        forms.remove("/sign-out");
        return forms;
    }

    @Test
    void noFormDoesAnythingWithoutItsTokenOrWithTheTokenOfAnother() throws Exception {
        try (ConsoleClient lena = console.signedIn(List.of(), "administer", "operate");
                ConsoleClient other = new ConsoleClient(server)) {
            String foreign = other.token("/sign-in");
            for (Map.Entry<String, String[]> form : forms().entrySet()) {
                HttpResponse<String> none = lena.send(form.getKey(), form.getValue());
                assertThat(none.statusCode()).as(form.getKey()).isEqualTo(403);
                assertThat(none.body()).contains("This form is too old");
                assertThat(lena.send(form.getKey(), form.getValue(), "_csrf", foreign)
                                .statusCode())
                        .as(form.getKey())
                        .isEqualTo(403);
            }
        }
    }

    /** What the forms did that were sent by somebody, but for those of the own account. */
    private static Set<String> done(ConsoleClient client) throws Exception {
        String token = client.token("/account");
        Set<String> done = new TreeSet<>();
        for (Map.Entry<String, String[]> form : forms().entrySet()) {
            String address = form.getKey();
            // The own account; the own directory of some who are sent here.
            if (!address.startsWith("/account") && !address.contains(otherPool)) {
                int status =
                        client.send(address, form.getValue(), "_csrf", token).statusCode();
                if (status != 403 && status != 404) {
                    done.add(status + " " + address);
                }
            }
        }
        return done;
    }

    @Test
    void noFormDoesAnythingForWhoIsForAnotherDirectory() throws Exception {
        try (ConsoleClient reader = console.signedIn(List.of(otherPool), "access", "manage")) {
            // What is made anew may be for their own directory; here it is not filled in.
            assertThat(done(reader)).containsExactly("400 /imports/new", "400 /projects");
        }
    }

    @Test
    void noFormDoesAnythingForWhoMayOnlyLook() throws Exception {
        try (ConsoleClient reader = console.signedIn(List.of(), "access")) {
            assertThat(done(reader)).isEmpty();
        }
    }

    @Test
    void whoMayOnlyLookIsNotAskedWhetherToActEither() throws Exception {
        try (ConsoleClient reader = console.signedIn(List.of(), "access")) {
            int questions = 0;
            for (Map.Entry<String, Document> page : documents().entrySet()) {
                if (!page.getValue()
                        .select("main form[method=post] a:contains(Cancel)")
                        .isEmpty()) {
                    questions++;
                    assertThat(reader.get(page.getKey()).statusCode())
                            .as(page.getKey())
                            .isIn(403, 404);
                }
            }
            assertThat(questions).isGreaterThan(10);
        }
    }
}
