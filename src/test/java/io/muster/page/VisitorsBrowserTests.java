package io.muster.page;

import static io.muster.page.PageStage.DIALOG;
import static io.muster.page.PageStage.counting;
import static io.muster.page.PageStage.html;
import static io.muster.page.PageStage.visitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pages whose visitors become contacts. */
class VisitorsBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static PageStage stage;
    private static Browser browser;
    private static PageFixture pages;
    private static String creating;
    private static String silent;

    @BeforeAll
    static void start() {
        stage = PageStage.start(database, home, "muster.http.events-per-address", "999999");
        browser = stage.browser();
        pages = stage.pages();
        creating = pages.creating();
        silent = pages.linked();
        for (String project : List.of(creating, silent)) {
            var ignored = pages.intercept(project, PageFixture.POPOVER);
        }

        pages.apply(creating, silent);
        pages.rebuild();
    }

    @AfterAll
    static void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @BeforeEach
    void clear() {
        stage.clear();
        for (String project : List.of(creating, silent)) {
            stage.site().forward("/muster/" + project + ".js", stage.server().address());
        }

        for (String path : List.of("/v1/decisions", "/v1/displays", "/v1/visitors", "/muster/debugger.js")) {
            stage.site().forward(path, stage.server().address());
        }
    }

    private static String tag(String project) {
        return "<script src='/muster/" + project + ".js' async></script>";
    }

    private static List<String> contacts(String reference) {
        return database.jdbc()
                .sql("SELECT CONCAT_WS(' ', first_name, last_name, email, language, embedded) FROM contact"
                        + " WHERE directory_id = ? AND ext_ref = ?")
                .params(pages.directory().id(), reference)
                .query(String.class)
                .list();
    }

    private static void awaitContact(String reference, String values) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(contacts(reference)).containsExactly(values));
    }

    @Test
    void anUnknownVisitorBecomesAContactWhetherAnythingIsDisplayedOrNot() {
        stage.open(counting()
                + "<script>QSI = {config: {externalReference: 'V-1', contact: {firstName: 'Ada', lastName: 'Ray',"
                + " email: 'ada@example.org', language: 'en', data: {plan: 'gold', visits: 3}}}}</script>"
                + tag(creating));
        stage.awaitDecisions(1);

        assertThat(browser.count("[data-muster-intercept]"))
                .as("unknown when it was asked")
                .isZero();
        awaitContact("V-1", "Ada Ray ada@example.org en {\"plan\":\"gold\",\"visits\":\"3\"}");
        // Evaluators know it soon, without a rebuild.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            var ignored = browser.open(stage.site().origin() + "/");
            stage.awaitDecisions(1);
            return browser.count(DIALOG) == 1;
        });
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aVisitorIsSentOnceASession() {
        stage.open(counting() + visitor("V-2") + tag(creating));
        awaitContact("V-2", "");
        browser.waitFor("sessionStorage.getItem('muster-visitor " + creating + "')");
        for (int i = 0; i < 2; i++) {
            var ignored = browser.open(stage.site().origin() + "/");
            stage.awaitDecisions(1);
        }

        assertThat(stage.site().asked("POST /v1/visitors")).hasSize(1);
    }

    @Test
    void nobodyIsSentByAProjectThatCreatesNobodyNorWithoutAReference() {
        stage.open(counting() + visitor("V-3") + tag(silent));
        stage.awaitDecisions(1);
        stage.open(counting() + visitor("unknown") + tag(creating));
        stage.awaitDecisions(1);
        stage.open(counting() + tag(creating));
        stage.awaitDecisions(1);

        assertThat(stage.site().asked("POST /v1/visitors")).isEmpty();
    }

    @Test
    void doNotTrackStopsCreationOnly() {
        pages.contact("V-4");
        pages.rebuild();
        String asks = "<script>Object.defineProperty(navigator, 'doNotTrack', {value: '1'})</script>";
        stage.open(counting() + asks + visitor("V-5") + tag(creating));
        stage.awaitDecisions(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            stage.open(counting() + asks + visitor("V-4") + tag(creating));
            stage.awaitDecisions(1);
            return browser.count(DIALOG) == 1;
        });

        pages.awaitTouchpoints("shown web");
        assertThat(stage.site().asked("POST /v1/visitors")).isEmpty();
        assertThat(contacts("V-5")).isEmpty();
    }

    @Test
    void twoVisitorsAtOnceMakeOneContact() {
        String frames = "<iframe src=/one></iframe>".repeat(6);
        stage.site().page("/one", html(counting() + visitor("V-6") + tag(creating), ""));
        stage.open("", frames);

        awaitContact("V-6", "");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> stage.site().asked("GET /one").size() == 6);
        // A frame that is slow finds that the visitor was sent already.
        assertThat(stage.site().asked("POST /v1/visitors").size()).isBetween(1, 6);
        assertThat(contacts("V-6")).hasSize(1);
    }

    @Test
    void theDebuggerSaysWhatCameOfIt() {
        String token =
                pages.projects().debugToken(creating, Duration.ofHours(1)).token();
        for (List<String> one : List.of(
                List.of("{externalReference: 'V-7'}", "CREATED"),
                List.of("{externalReference: 'V-7'}", "EXISTS"),
                List.of(
                        "{externalReference: 'V-8', contact: {data: {plan: 'x'.repeat(60)}}}",
                        "REFUSED, PAIR_TOO_LONG"),
                List.of("{externalReference: 'V-9', contact: {email: 'no address'}}", "REFUSED, EMAIL_INVALID"))) {
            stage.site()
                    .page(
                            "/",
                            html(
                                    counting() + "<script>QSI = {config: " + one.getFirst() + "}</script>"
                                            + tag(creating),
                                    ""));
            var ignored = browser.open(stage.site().origin() + "/?muster_debug=" + token);
            browser.waitFor(
                    "document.querySelector('[data-muster-debugger]')?.textContent.includes('" + one.getLast() + "')");
        }

        assertThat(contacts("V-8")).isEmpty();
        assertThat(contacts("V-9")).isEmpty();
    }
}
