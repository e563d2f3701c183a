package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.app.EligibilityRequest;
import io.muster.app.EligibilityRunView;
import io.muster.app.EligibilityRuns;
import io.muster.app.EligibilityView;
import io.muster.app.FrequencyQuestion;
import io.muster.app.FrequencyRuleService;
import io.muster.app.NewFrequencyRule;
import io.muster.app.RunningConfiguration;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.RunLedger;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Who of a list may be contacted, as a run. */
class EligibilityRunJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path folder;

    private static ImportFixture beans;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;
    private String id;
    private EligibilityRuns runs;

    @BeforeAll
    static void open() {
        beans = new ImportFixture(database, folder, RunningConfiguration.class);
    }

    @AfterAll
    static void close() {
        beans.close();
    }

    @BeforeEach
    void makeAList() {
        directory = DirectoryFixture.create(jdbc, "extRef");
        id = TestDatabase.IDS.directory(directory.id());
        runs = beans.bean(EligibilityRuns.class);
        int list = directory.addList("News");
        for (long number = 1; number <= 3; number++) {
            jdbc.sql(
                            "INSERT INTO contact (directory_id, number, ext_ref, unsubscribed, created_at, modified_at, version)"
                                    + " VALUES (?, ?, ?, ?, 0, 0, 1)")
                    .params(directory.id(), number, "R-" + number, number == 3 ? 1 : 0)
                    .update();
            jdbc.sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, joined_at)"
                            + " VALUES (?, ?, ?, 0, 0)")
                    .params(directory.id(), list, number)
                    .update();
        }

        beans.bean(FrequencyRuleService.class)
                .add(TESTER, id, new NewFrequencyRule("1", "30d", null, null, false, null, null));
    }

    private EligibilityRequest request(@Nullable String list, @Nullable String reserve) {
        return new EligibilityRequest(
                TESTER, id, null, list, null, new FrequencyQuestion("email", "SV_1", null), reserve);
    }

    private EligibilityRunView ended(String run) {
        var ignored =
                beans.bean(RunService.class).await(beans.bean(RunService.class).show(run));
        return runs.show(run);
    }

    private String csv(String run) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        runs.write(run, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void saysWhoMayBeContactedAndReservesThemOnce() throws IOException {
        String run = runs.start(request("News", "1h"));

        assertThat(ended(run))
                .isEqualTo(new EligibilityRunView(run, "COMPLETED", 1, 2L, 1L, new EligibilityView.Reasons(0, 1, 0)));
        assertThat(csv(run))
                .isEqualTo(
                        "contactId,extRef,eligible,reason,rule,nextEligible\r\n%s,R-1,true,,,\r\n%s,R-2,true,,,\r\n%s,R-3,false,OPTED_OUT,,\r\n"
                                .formatted(contact(1), contact(2), contact(3)));
        assertThat(directory.count("frequency_reservation")).isEqualTo(2);
        assertThat(runs.directoryOf(run)).isEqualTo(id);

        String second = runs.start(request("News", "1h"));
        assertThat(ended(second).reasons()).isEqualTo(new EligibilityView.Reasons(2, 1, 0));
        assertThat(directory.count("frequency_reservation")).isEqualTo(2);
    }

    private String contact(long number) {
        return TestDatabase.IDS.contact(directory.id(), number);
    }

    @Test
    void refusesWhatCannotBeAsked() {
        assertRefused(() -> runs.start(request(null, null)), "INVALID");
        assertRefused(() -> runs.start(request("Nobody", null)), "UNKNOWN_LIST");
        assertRefused(() -> runs.start(request("News", "soon")), "INVALID_PERIOD");
        assertRefused(() -> runs.show("RN_000000000000000"), "UNKNOWN_RUN");
    }

    private static void assertRefused(Runnable asking, String code) {
        assertThatThrownBy(asking::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void itsLinesArePrunedWithTheValuesOfRuns() throws IOException {
        String run = runs.start(request("News", null));
        assertThat(ended(run).eligible()).isEqualTo(2);

        int pruned = new RunHistory(
                        jdbc,
                        beans.bean(TransactionTemplate.class),
                        beans.bean(RunLedger.class),
                        beans.bean(Spool.class),
                        Clock.systemUTC(),
                        database.ids())
                .pruneValues(Instant.now().plusSeconds(60), 10);

        assertThat(pruned).isPositive();
        assertThat(jdbc.sql("SELECT COUNT(*) FROM eligibility_block")
                        .query(Long.class)
                        .single())
                .isZero();
        assertRefused(() -> runs.check(run), "RESULT_PRUNED");
        assertThat(runs.show(run).eligible()).isEqualTo(2);
    }
}
