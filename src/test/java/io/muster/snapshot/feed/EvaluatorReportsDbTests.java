package io.muster.snapshot.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.MovableClock;
import io.muster.snapshot.feed.EvaluatorReport.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is kept of what evaluators say of themselves. */
class EvaluatorReportsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String SAID = """
        {"name":"web-1:8081","snapshots":[{"project":"ZN_1a2B3c4D5e6F7g8","version":"20261115T100000000Z-1a2b3c4d","age":90}],
         "projects":1,"requestsPerSecond":120,"refusals":3,"refusedSnapshots":0,"stale":false,"behind":%s,"ends":%s}
        """;

    private final MovableClock clock = new MovableClock();
    private final EvaluatorRows rows = new EvaluatorRows(database.jdbc(), clock);
    private final EvaluatorReports reports = new EvaluatorReports(rows);

    @BeforeEach
    void forget() {
        database.jdbc().sql("DELETE FROM evaluator_report").update();
    }

    @AfterEach
    void close() {
        reports.close();
    }

    private void says(boolean behind, boolean ends) {
        reports.heard(SAID.formatted(behind, ends));
        reports.write();
    }

    private void pass(Duration time) {
        clock.set(clock.millis() + time.toMillis());
    }

    @Test
    void theLastReportOfEachIsKept() {
        says(false, false);
        says(true, false);
        assertThat(rows.all())
                .containsExactly(new EvaluatorReport(
                        "web-1:8081",
                        clock.instant(),
                        false,
                        List.of(new Snapshot("ZN_1a2B3c4D5e6F7g8", "20261115T100000000Z-1a2b3c4d", 90)),
                        1,
                        120,
                        3,
                        0,
                        false,
                        true,
                        clock.instant()));
    }

    @Test
    void isWrittenByItself() {
        reports.heard(SAID.formatted(false, false));
        await().atMost(Duration.ofSeconds(20)).until(() -> rows.all().size() == 1);
    }

    @Test
    void itIsToldSinceWhenOneIsBehind() {
        says(true, false);
        Instant since = clock.instant();
        pass(Duration.ofMinutes(1));
        says(true, false);
        assertThat(rows.all())
                .singleElement()
                .extracting(EvaluatorReport::behindSince)
                .isEqualTo(since);
        says(false, false);
        assertThat(rows.all())
                .singleElement()
                .extracting(EvaluatorReport::behindSince)
                .isNull();
    }

    @Test
    void oneThatIsNotHeardIsSilentAndThenForgotten() {
        says(false, false);
        pass(Duration.ofMinutes(6));
        assertThat(rows.all())
                .singleElement()
                .extracting(EvaluatorReport::silent)
                .isEqualTo(true);
        pass(Duration.ofDays(7));
        rows.prune();
        assertThat(rows.all()).isEmpty();
    }

    @Test
    void oneThatWasStoppedIsForgottenAtOnce() {
        says(false, false);
        says(false, true);
        assertThat(rows.all()).isEmpty();
    }

    @Test
    void whatIsNoReportIsPassedOver() {
        reports.heard(null);
        reports.heard("");
        reports.heard("{}");
        reports.heard("{\"name\":\"x y\",\"snapshots\":[]}");
        reports.heard("{\"name\":\"" + "x".repeat(101) + "\",\"snapshots\":[]}");
        reports.heard("{\"name\":7,\"snapshots\":[]}");
        reports.heard("{\"name\":\"x\",\"snapshots\":[{\"project\":\"<b>\",\"version\":\"v\",\"age\":1}]}");
        reports.write();
        assertThat(rows.all()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("x");
            assertThat(one.snapshots()).isEmpty();
        });
    }
}
