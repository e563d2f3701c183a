package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EventBatch;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits.Addition;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.Reading;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.support.PublicId;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster touchpoints delete}: what came from pages in a span of time is taken back, and nothing else. */
class TouchpointsDeleteDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Instant ATTACK = Instant.parse("2026-11-20T08:00:00Z");
    private static final String FROM = "2026-11-20T08:00";
    private static final String TO = "2026-11-20T09:00";

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private DirectoryFixture directory;
    private String shop;
    private String other;
    private String intercept;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void make() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(jdbc, "extRef");
        String pool = TestDatabase.IDS.directory(directory.id());
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        for (int i = 1; i <= 4; i++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A-" + i));
        }

        shop = project(pool);
        other = project(pool);
        intercept = muster("intercepts", "create", "Welcome", "--project", shop, "--json")
                .json()
                .get("id")
                .asString();
    }

    private String project(String pool) {
        return muster("projects", "create", "Shop " + System.nanoTime(), "--directory", pool, "--json")
                .json()
                .get("id")
                .asString();
    }

    @AfterEach
    void forget() {
        jdbc.sql("DELETE FROM intercept").update();
        jdbc.sql("DELETE FROM project").update();
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ended delete(String... options) {
        List<String> all = new ArrayList<>(
                List.of("touchpoints", "delete", "--project", shop, "--from", FROM, "--to", TO, "--json"));
        all.addAll(Arrays.asList(options));
        return muster(all.toArray(String[]::new));
    }

    private void touchpoint(
            long contact,
            String key,
            TouchpointKind kind,
            String source,
            @Nullable String project,
            @Nullable String shown,
            Instant at,
            Instant recorded) {
        clock.set(recorded.toEpochMilli());
        new TransactionTemplate(database.transactions())
                .executeWithoutResult(status -> new EventBatch(jdbc, clock)
                        .record(
                                directory.id(),
                                List.of(new EventBatch.Item(
                                        contact,
                                        null,
                                        new EventBatch.Touchpoint(new Addition(
                                                new TouchpointParts(
                                                        TouchpointChannel.WEB, kind, null, shown, project, null, null),
                                                at.toEpochMilli(),
                                                source,
                                                key))))));
    }

    private void shown(long contact, String key, Instant at, Instant recorded) {
        touchpoint(contact, key, TouchpointKind.SHOWN, "pages", shop, intercept, at, recorded);
    }

    private List<String> left() {
        return jdbc.sql("SELECT caller_id FROM touchpoint WHERE directory_id = ? ORDER BY caller_id")
                .param(directory.id())
                .query(String.class)
                .list();
    }

    @Test
    void takesBackWhatHappenedOrCameInTheSpan() {
        Instant during = ATTACK.plusSeconds(60);
        Instant before = ATTACK.minusSeconds(86_400);
        Instant after = ATTACK.plusSeconds(7_200);
        shown(1, "happened and came", during, during);
        shown(1, "came, says it happened before", before, during);
        shown(2, "happened, came after", during, after);
        shown(1, "first moment", ATTACK, ATTACK);
        shown(1, "stays: first moment after", ATTACK.plusSeconds(3_600), ATTACK.plusSeconds(3_600));
        shown(3, "stays: before", before, before);
        touchpoint(2, "click", TouchpointKind.CLICKED, "pages", shop, intercept, during, during);
        touchpoint(1, "stays: other project", TouchpointKind.SHOWN, "pages", other, intercept, during, during);
        touchpoint(1, "stays: other source", TouchpointKind.SHOWN, "shop", shop, intercept, during, during);
        touchpoint(1, "stays: reported", TouchpointKind.SENT, "reports", null, null, during, during);

        assertThat(delete("--preview").out())
                .isEqualTo("{\"wouldDelete\":{\"displays\":4,\"clicks\":1,\"contacts\":2,\"responses\":0}}\n");
        assertThat(left()).hasSize(10);
        assertThat(delete("--yes").out())
                .isEqualTo("{\"deleted\":{\"displays\":4,\"clicks\":1,\"contacts\":2,\"responses\":0}}\n");

        assertThat(left())
                .containsExactly(
                        "stays: before",
                        "stays: first moment after",
                        "stays: other project",
                        "stays: other source",
                        "stays: reported");
        assertThat(directory.count("touchpoint_claim")).isEqualTo(5);
        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(delete("--yes").out())
                .isEqualTo("{\"deleted\":{\"displays\":0,\"clicks\":0,\"contacts\":0,\"responses\":0}}\n");
        JsonNode audit = muster("audit", "--action", "touchpoint.delete", "--subject", shop, "--json")
                .json()
                .get("lines");
        assertThat(audit).as("one line for what was done").hasSize(1);
        assertThat(audit.get(0).get("detail").toString())
                .isEqualTo("{\"from\":\"2026-11-20T08:00:00Z\",\"to\":\"2026-11-20T09:00:00Z\"}");
    }

    @Test
    void takesBackThoseOfAnIntercept() {
        shown(1, "gone", ATTACK, ATTACK);
        touchpoint(1, "stays", TouchpointKind.SHOWN, "pages", shop, "SI_000000000000001", ATTACK, ATTACK);

        assertThat(delete("--yes", "--intercept", intercept)
                        .json()
                        .at("/deleted/displays")
                        .asInt())
                .isEqualTo(1);
        assertThat(left()).containsExactly("stays");
    }

    @Test
    void takesBackMoreThanABlock() {
        List<EventBatch.Item> many = new ArrayList<>();
        clock.set(ATTACK.toEpochMilli());
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        for (int i = 5; i <= 520; i++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A-" + i));
        }

        for (int i = 0; i < 3_000; i++) {
            many.add(new EventBatch.Item(
                    i < 1_500 ? 1L : 1L + i % 520,
                    null,
                    new EventBatch.Touchpoint(new Addition(
                            new TouchpointParts(
                                    TouchpointChannel.WEB, TouchpointKind.SHOWN, null, intercept, shop, "d" + i, null),
                            ATTACK.toEpochMilli(),
                            "pages",
                            shop + "/d" + i))));
        }

        new TransactionTemplate(database.transactions())
                .executeWithoutResult(status -> new EventBatch(jdbc, clock).record(directory.id(), many));

        assertThat(delete("--yes").out())
                .isEqualTo("{\"deleted\":{\"displays\":3000,\"clicks\":0,\"contacts\":520,\"responses\":0}}\n");
        assertThat(directory.count("touchpoint")).isZero();
        assertThat(directory.count("touchpoint_claim")).isZero();
        assertThat(muster("audit", "--action", "touchpoint.delete", "--subject", shop, "--json")
                        .json()
                        .get("lines"))
                .hasSize(1);
    }

    @Test
    void nextEligibleTimesAreComputedAnewAndTheChangeStreamNamesTheContacts() {
        String pool = TestDatabase.IDS.directory(directory.id());
        assertThat(muster("frequency", "add", "--directory", pool, "--max", "1", "--per", "3650d", "--json")
                        .exit())
                .isZero();
        shown(2, "stays", ATTACK.minusSeconds(600), ATTACK.minusSeconds(600));
        shown(1, "d1", ATTACK, ATTACK);
        shown(2, "d2", ATTACK, ATTACK);
        FrequencyUpkeep upkeep = new FrequencyUpkeep(database.dataSource(), Clock.systemUTC(), database.ids());
        upkeep.run(directory.id());
        ChangeReader reader =
                new ChangeReader("test", EnumSet.allOf(ChangeKind.class), jdbc, database.transactions(), clock);
        new TransactionTemplate(database.transactions()).executeWithoutResult(status -> reader.start(directory.id()));
        assertThat(eligible("A-1")).isFalse();

        assertThat(delete("--yes").exit()).isZero();

        assertThat(eligible("A-1")).isTrue();
        assertThat(eligible("A-2")).as("of what stays").isFalse();
        assertThat(upkeep.verify(directory.id()).differing()).isZero();
        Reading.Next next = (Reading.Next) reader.poll(directory.id(), 10);
        assertThat(next.contacts().numbers().toArray()).containsExactly(1L, 2L);
        assertThat(next.contacts().of(1)).containsExactlyInAnyOrder(ChangeKind.TOUCHPOINTS, ChangeKind.ELIGIBILITY);
    }

    private boolean eligible(String reference) {
        String pool = TestDatabase.IDS.directory(directory.id());
        return muster("frequency", "explain", "--directory", pool, "--ref", reference, "--json")
                .json()
                .get("eligible")
                .asBoolean();
    }

    @Test
    void saysHowManyResponsesOfThatTimeAreNotVerified() {
        shown(1, "d1", ATTACK, ATTACK);
        jdbc.sql(
                        "INSERT INTO response (project_id, response_id, intercept_id, happened_at, recorded_at, verified, answers,"
                                + " embedded) VALUES (?, 'r1', 1, ?, 0, 0, '{}', '{}'), (?, 'r2', 1, ?, 0, 1, '{}', '{}')")
                .params(number(), ATTACK.toEpochMilli(), number(), ATTACK.toEpochMilli())
                .update();

        assertThat(delete("--preview").json().at("/wouldDelete/responses").asInt())
                .isEqualTo(1);
        Ended deleted = muster("touchpoints", "delete", "--project", shop, "--from", FROM, "--to", TO, "--yes");
        assertThat(deleted.out())
                .isEqualTo(
                        "Deleted 1 displays and 0 clicks of 1 contacts. Of that time there are 1 responses that are not"
                                + " verified; muster responses delete takes them back.\n");
        jdbc.sql("DELETE FROM response").update();
    }

    private long number() {
        return database.ids().read(PublicId.PROJECT, shop).orElseThrow();
    }

    @Test
    void refusesWhatMakesNoSense() {
        shown(1, "d1", ATTACK, ATTACK);
        assertThat(muster("touchpoints", "delete", "--project", shop, "--from", TO, "--to", FROM)
                        .err())
                .contains("Cannot delete what came in that time: it ends before it begins, or as it begins.");
        assertThat(muster("touchpoints", "delete", "--project", shop, "--from", FROM)
                        .exit())
                .isEqualTo(2);
        assertThat(muster("touchpoints", "delete", "--project", "Nowhere", "--from", FROM, "--to", TO)
                        .err())
                .contains("Cannot use the project 'Nowhere'");
        assertThat(left()).hasSize(1);
    }

    @Test
    void thoseOfADeletedProjectAreTakenBackByItsId() {
        shown(1, "d1", ATTACK, ATTACK);
        assertThat(muster("projects", "delete", shop, "--yes").exit()).isZero();

        assertThat(delete("--yes").json().at("/deleted/displays").asInt()).isEqualTo(1);
        assertThat(left()).isEmpty();
    }
}
