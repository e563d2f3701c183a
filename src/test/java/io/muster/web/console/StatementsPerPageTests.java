package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.web.console.SentStatements.Sent;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
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
            // All that is known of a person, each kind in tables of its own.
            new Busy(Pattern.compile("/directories/\\w+/contacts/CID_\\w+(\\?.*)?"), 25),
            // What may wait for somebody, each kind read by itself, so that the others are shown when one cannot be
            // read.
            new Busy(Pattern.compile("/overview"), 12),
            // Judges the members by all that was sent to them, once for each use; it is asked for when the segment is
            // shown.
            new Busy(Pattern.compile("/directories/\\w+/segments/SG_\\w+/reach"), 21),
            // Undoes the run, and takes that back: as often as the run has blocks.
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
                HttpResponse<String> page = noted(lena, address);
                if (LinkedPages.isHtml(page)) {
                    for (Element part : Jsoup.parse(page.body()).select("[data-part], [data-poll]")) {
                        String own = part.hasAttr("data-part") ? part.attr("data-part") : part.attr("data-poll");
                        assertThat(noted(lena, own, "X-Muster-Part", "1").statusCode())
                                .as(own)
                                .isEqualTo(200);
                    }
                }

                return page;
            });
        }
    }

    /** Asks twice: what is read once for all is no matter of the first page. */
    private static HttpResponse<String> noted(ConsoleClient client, String address, String... headers)
            throws Exception {
        HttpResponse<String> page = client.get(address, headers);
        if (LinkedPages.isHtml(page)) {
            SentStatements.take();
            page = client.get(address, headers);
            SENT.put(address, SentStatements.take());
        }

        return page;
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

    /** Tables that grow with contacts, with what happens to them, and with runs. */
    private static final Set<String> GROWING = Set.of(
            "audit",
            "claim",
            "claim_shadow",
            "contact",
            "contact_alias",
            "contact_merge",
            "contact_merge_image",
            "contact_transaction",
            "content_claim",
            "delivery",
            "frequency_reservation",
            "frequency_reset",
            "import_draft",
            "keep_apart",
            "list_member",
            "notification",
            "response",
            "run",
            "run_block",
            "run_heartbeat",
            "run_import",
            "run_journal",
            "run_reject",
            "run_survey",
            "run_undo_block",
            "run_undo_kept",
            "segment_block",
            "segment_change",
            "segment_members",
            "segment_publication",
            "test_contact",
            "touchpoint");

    private static final Pattern NAMED = Pattern.compile("(?i)\\b(?:FROM|JOIN)\\s+(\\w+)(?:\\s+(?:AS\\s+)?(\\w+))?");
    private static final Pattern VALUE = Pattern.compile("x'[0-9a-f]*'|'(?:[^'\\\\]|\\\\.|'')*'|-?\\b\\d+\\b");

    /**
     * With few rows the server may read a whole table although an index would do, so that only that counts: whether one would. An
     * index alone gives the order of a list that ends soon.
     */
    private static boolean readsAll(ResultSet plan, String sql) throws SQLException {
        String type = plan.getString("type");
        return plan.getString("possible_keys") == null
                && ("ALL".equals(type) || "index".equals(type))
                && !sql.contains("LIMIT");
    }

    @Test
    void noStatementReadsAllOfATableThatGrows() {
        Map<String, String> samples = new LinkedHashMap<>();
        SENT.values()
                .forEach(sent -> own(sent).stream()
                        .filter(sql -> sql.matches("(?s)\\(*SELECT\\b.*"))
                        .forEach(sql -> samples.putIfAbsent(VALUE.matcher(sql).replaceAll("?"), sql)));
        Set<String> whole = new TreeSet<>();
        for (String sql : samples.values()) {
            Map<String, String> tables = new HashMap<>();
            NAMED.matcher(sql).results().forEach(name -> {
                tables.put(name.group(1), name.group(1));
                tables.put(String.valueOf(name.group(2)), name.group(1));
            });
            database.jdbc().sql("EXPLAIN FORMAT=TRADITIONAL " + sql).query(plan -> {
                String table = String.valueOf(tables.get(String.valueOf(plan.getString("table"))));
                if (GROWING.contains(table) && readsAll(plan, sql)) {
                    whole.add(table + ": " + sql);
                }
            });
        }

        assertThat(samples).hasSizeGreaterThan(60);
        assertThat(whole).isEmpty();
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
        assertThat(SENT.keySet()).anyMatch(address -> address.endsWith("/sample"));
        assertThat(often).isEmpty();
    }
}
