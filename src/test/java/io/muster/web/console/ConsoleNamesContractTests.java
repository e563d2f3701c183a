package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Roles and names as a screen reader hears them: what checks from outside, scripts and people count on. A name may only be added;
 * everything else of a page may change.
 */
class ConsoleNamesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static FullConsole console;
    private static ConsoleClient client;
    private static String directory;

    @BeforeAll
    static void start() throws Exception {
        console = new FullConsole(database, home);
        client = console.signedIn(List.of(), "administer");
        directory = "/directories/" + console.pool();
    }

    @AfterAll
    static void stop() {
        client.close();
        console.close();
    }

    private static Document page(String path) throws Exception {
        HttpResponse<String> answer = client.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return Jsoup.parse(answer.body());
    }

    private static String name(Document page, Element element) {
        if (element.hasAttr("aria-label")) {
            return element.attr("aria-label");
        }

        if (element.hasAttr("aria-labelledby")) {
            return Objects.requireNonNull(page.getElementById(element.attr("aria-labelledby")))
                    .text();
        }

        Element label = element.closest("label");
        if (label != null) {
            return label.text();
        }

        Element before = element.id().isEmpty() ? null : page.selectFirst("label[for='" + element.id() + "']");
        if (before != null) {
            return before.text();
        }

        Element caption = element.selectFirst("> caption");
        return caption == null ? element.text() : caption.text();
    }

    private static List<String> names(Document page, String selector) {
        return page.select(selector).stream()
                .map(element -> name(page, element))
                .toList();
    }

    private static void heading(Document page, String text) {
        assertThat(page.select("h1").text()).isEqualTo(text);
    }

    private static void fields(Document page, String... wanted) {
        assertThat(names(page, "main input:not([type=hidden]), main select, main textarea"))
                .contains(wanted);
    }

    private static void buttons(Document page, String... wanted) {
        assertThat(names(page, "main button")).contains(wanted);
    }

    private static void links(Document page, String... wanted) {
        assertThat(names(page, "main a[href]")).contains(wanted);
    }

    private static void regions(Document page, String... wanted) {
        assertThat(names(page, "section, [role=region]")).contains(wanted);
    }

    private static Element table(Document page, String caption) {
        return page.select("table").stream()
                .filter(table -> name(page, table).equals(caption))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no table " + caption + " among " + names(page, "table") + " of " + page.title()));
    }

    private static String status(Document page, String name) {
        Predicate<Element> wanted = element -> name(page, element).equals(name);
        return page.select("[role=status], output").stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no status " + name + " at " + page.title()))
                .text();
    }

    @Test
    void everyPage() throws Exception {
        Document page = page("/overview");
        assertThat(page.select("main")).hasSize(1);
        assertThat(names(page, "nav[aria-label=Main] a"))
                .contains("Overview", "Runs", "Automations", "Import", "Directories");
        assertThat(page.select("a").getFirst().text()).isEqualTo("Skip to content");
        assertThat(names(page, "form[action='/sign-out'] button")).containsExactly("Sign out");
    }

    @Test
    void signIn() throws Exception {
        try (ConsoleClient nobody = new ConsoleClient(console.server())) {
            Document page = Jsoup.parse(nobody.get("/sign-in").body());
            heading(page, "Sign in");
            fields(page, "User name", "Password");
            buttons(page, "Sign in");
        }
    }

    @Test
    void overview() throws Exception {
        Document page = page("/overview");
        heading(page, "Overview");
        regions(page, "Needs attention", "Running now", "Next 24 hours");
    }

    @Test
    void runs() throws Exception {
        Document page = page("/runs");
        heading(page, "Runs");
        fields(page, "Status", "Automation", "Directory");
        buttons(page, "Filter");
        assertThat(table(page, "Runs").select("a").eachText())
                .contains(console.runs().getFirst());
        assertThat(table(page, "Runs").text()).contains("completed");
    }

    @Test
    void run() throws Exception {
        Document page = page("/runs/" + console.runs().getFirst());
        heading(page, "Run " + console.runs().getFirst());
        assertThat(status(page, "Run status")).isEqualTo("completed");
        assertThat(table(page, "Outcomes").select("tbody th").eachText())
                .containsExactly("Read", "Created", "Updated", "Unchanged", "Rejected", "Skipped");
        assertThat(table(page, "Outcomes")
                        .select("tbody tr")
                        .getFirst()
                        .select("td")
                        .getFirst()
                        .text())
                .isEqualTo("2");
        links(page, "Reprocess", "Undo");
    }

    @Test
    void rejects() throws Exception {
        for (String path : List.of("", "/rejects")) {
            Document page = page("/runs/" + console.runs().getFirst() + path);
            assertThat(table(page, "Rejected rows").select("th").eachText())
                    .containsSubsequence("Row", "Line", "Field", "Code", "Reason", "ExternalDataReference");
            links(page, "Download rejected rows", "Download for a spreadsheet");
        }
    }

    @Test
    void previewOfAnAction() throws Exception {
        String run = console.runs().getFirst();
        Document page = page("/runs/" + run + "/reprocess");
        heading(page, "Reprocess run " + run);
        regions(page, "What will happen");
        assertThat(names(page, "main button")).anyMatch(button -> button.startsWith("Reprocess"));
        links(page, "Cancel");
    }

    @Test
    void automations() throws Exception {
        Document page = page("/automations");
        heading(page, "Automations");
        Element link = Objects.requireNonNull(table(page, "Automations").selectFirst("a[href^='/automations/']"));
        Document one = page(link.attr("href"));
        regions(one, "Next runs");
        links(one, "Run now", "Hold");
    }

    @Test
    void importAFile() throws Exception {
        Document page = page("/imports/new");
        heading(page, "Import a file");
        fields(page, "File", "Directory", "List", "New list name", "Mode", "Most rejected rows");
        assertThat(page.select("select#list option").eachText()).contains("No list");
        buttons(page, "Upload");
    }

    @Test
    void directories() throws Exception {
        Document page = page("/directories");
        heading(page, "Directories");
        links(page, "Kunden " + FullConsole.HOSTILE);
        heading(page(directory), "Kunden " + FullConsole.HOSTILE);
    }

    @Test
    void contacts() throws Exception {
        Document page = page(directory + "/contacts");
        heading(page, "Contacts");
        fields(page, "Search by", "Search for");
        assertThat(page.select("select[name=by] option").eachText()).contains("Email", "Reference", "Phone", "Name");
        buttons(page, "Search");
        assertThat(Objects.requireNonNull(table(page, "Contacts").selectFirst("tbody tr a"))
                        .attr("href"))
                .startsWith(directory + "/contacts/CID_");
        heading(page(directory + "/contacts/new"), "Add contacts");
    }

    @Test
    void contact() throws Exception {
        Document page = page(directory + "/contacts/" + console.contacts().getFirst());
        assertThat(page.select("h1").text()).contains(FullConsole.PERSON);
        regions(page, "Fields", "Embedded data", "Lists", "Segments", "Eligibility", "Timeline", "History");
        assertThat(table(page, "History")).isNotNull();
    }

    @Test
    void segments() throws Exception {
        Document page = page(directory + "/segments");
        heading(page, "Segments");
        assertThat(table(page, "Segments").select("a").eachText()).contains("Segment " + FullConsole.HOSTILE);
        heading(page(directory + "/segments/new"), "New segment");
        fields(page(directory + "/segments/new"), "Name");
        buttons(page(directory + "/segments/new"), "Save");
    }

    @Test
    void segment() throws Exception {
        Document page = page(directory + "/segments/" + console.segment());
        heading(page, "Segment " + FullConsole.HOSTILE);
        assertThat(status(page, "Members")).isEqualTo("3");
        buttons(page, "Rebuild now");
    }

    @Test
    void identityListsAndMerges() throws Exception {
        heading(page(directory + "/identity"), "Identity rules");
        heading(page(directory + "/lists"), "Lists");
        heading(page(directory + "/merges"), "Merges");
    }

    @Test
    void duplicatesAndMerge() throws Exception {
        Document page = page(directory + "/duplicates");
        heading(page, "Possible duplicates");
        Element table = table(page, "Possible duplicates");
        assertThat(table.text()).contains("q7person.alike@example.com");
        Element review = table.select("a").stream()
                .filter(link -> name(page, link).startsWith("Review"))
                .findFirst()
                .orElseThrow();
        Document side = page(review.attr("href"));
        heading(side, "Review duplicates");
        assertThat(table(side, "Comparison").select("thead th").eachText()).contains("After the merge");
        buttons(side, "Merge");
    }

    @Test
    void tokens() throws Exception {
        Document page = page("/admin/tokens");
        heading(page, "API tokens");
        fields(page, "Name", "Read", "Manage", "Operate", "Administer", "Events", "Snapshots");
        buttons(page, "Create token");
    }

    @Test
    void headings() throws Exception {
        Map<String, String> headings = Map.ofEntries(
                Map.entry("/admin/audit", "Audit log"),
                Map.entry("/admin/users", "Users"),
                Map.entry("/admin/settings", "Settings"),
                Map.entry("/account", "Account"),
                Map.entry(directory + "/frequency", "Frequency rules"),
                Map.entry(directory + "/frequency/simulator", "Frequency simulator"),
                Map.entry("/projects", "Projects"),
                Map.entry("/evaluators", "Evaluators"),
                Map.entry("/dashboards/imports", "Imports"),
                Map.entry("/dashboards/segments", "Segments over time"));
        for (Map.Entry<String, String> one : headings.entrySet()) {
            heading(page(one.getKey()), one.getValue());
        }
        assertThat(table(page("/admin/audit"), "Audit log").select("thead th").eachText())
                .contains("When", "Who", "What", "On");
    }
}
