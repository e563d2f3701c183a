package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.web.console.SentStatements.Sent;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often pages of the console ask the database: what says so are the statements that reach the driver, over a console with
 * something on every page. Those that keep the session are the same for every page and are not counted, nor are the bounds of
 * transactions.
 */
class StatementsPerPageTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int MOST = 8;

    /**
     * Pages that ask more often, by what their addresses are like.
     *
     * @param most how often
     */
    private record Busy(Pattern address, int most) {}

    private static final List<Busy> EXCEPTIONS = List.of(
            // All that is known of a person, each kind from its own tables.
            new Busy(Pattern.compile("/directories/\\w+/contacts/CID_\\w+(\\?.*)?"), 22),
            // From contact to contact, as far as shared keys lead.
            new Busy(Pattern.compile("/directories/\\w+/duplicates/CID_\\w+"), 13),
            new Busy(Pattern.compile("/directories/\\w+/segments/SG_\\w+"), 9),
            // What waits for somebody anywhere.
            new Busy(Pattern.compile("/overview"), 20),
            // The preview undoes the run, and takes that back.
            new Busy(Pattern.compile("/runs/RN_\\w+/undo"), Integer.MAX_VALUE));

    @TempDir
    private static Path home;

    private static FullConsole console;
    private static final Map<String, List<Sent>> SENT = new LinkedHashMap<>();

    @BeforeAll
    static void crawl() throws Exception {
        console = new FullConsole(database, database.url() + "&" + SentStatements.PARAMETER, home);
        try (ConsoleClient lena = console.signedIn(List.of(), "administer")) {
            var ignored = LinkedPages.crawl(address -> {
                // What is read once for all is no matter of the first page.
                HttpResponse<String> page = lena.get(address);
                if (LinkedPages.isHtml(page)) {
                    SentStatements.take();
                    page = lena.get(address);
                    SENT.put(address, SentStatements.take());
                }

                return page;
            });
        }
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    private static int most(String address) {
        return EXCEPTIONS.stream()
                .filter(exception -> exception.address().matcher(address).matches())
                .mapToInt(Busy::most)
                .findFirst()
                .orElse(MOST);
    }

    private static List<String> own(List<Sent> sent) {
        return sent.stream().filter(one -> !one.ofSession()).map(Sent::sql).toList();
    }

    @Test
    void noPageAsksOften() {
        Map<String, String> often = new TreeMap<>();
        SENT.forEach((address, sent) -> {
            List<String> own = own(sent);
            if (own.size() > most(address)) {
                often.put(
                        address,
                        own.size()
                                + own.stream()
                                        .map(sql -> "\n    " + sql.replaceAll("\\s+", " "))
                                        .collect(Collectors.joining("", "", "\n")));
            }
        });
        assertThat(SENT).hasSizeGreaterThan(60);
        assertThat(often).isEmpty();
    }
}
