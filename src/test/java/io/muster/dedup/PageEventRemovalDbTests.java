package io.muster.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.EventBatch.Item;
import io.muster.dedup.PageEventRemoval.Act;
import io.muster.dedup.TouchpointEdits.Addition;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.store.AuditSubject;
import io.muster.load.NewResponse;
import io.muster.load.PageEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** What came from pages is taken back: cut off at every statement, and beside all that writes. */
class PageEventRemovalDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final long PROJECT = 77;
    private static final String PUBLIC = "ZN_000000000000077";
    private static final PageEvents.Touchpoints TOUCHPOINTS = new PageEvents.Touchpoints(PUBLIC, null, 1_000, 2_000);
    private static final PageEvents.Responses RESPONSES = new PageEvents.Responses(PROJECT, null, 1_000, 2_000, true);
    private static final Act ACT = new Act(Actor.commandLine("tester"), AuditSubject.INSTALLATION, Map.of());

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private DirectoryFixture directory;

    @BeforeEach
    void forgetOthers() {
        for (String table : List.of("touchpoint", "touchpoint_claim", "response", "audit")) {
            jdbc.sql("DELETE FROM " + table).update();
        }

        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        for (int i = 1; i <= 6; i++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A-" + i));
            edits.update(directory.id(), i, DirectoryFixture.change("email", i % 2 + "@example.org"));
        }
    }

    private static PageEventRemoval removal(DataSource source) {
        PlatformTransactionManager manager = new JdbcTransactionManager(source);
        return new PageEventRemoval(JdbcClient.create(source), manager, new MovableClock());
    }

    /** A display and a response. */
    private List<Item> came(String reference, String id, long at) {
        return List.of(
                new Item(
                        null,
                        reference,
                        new EventBatch.Touchpoint(new Addition(
                                new TouchpointParts(
                                        TouchpointChannel.WEB, TouchpointKind.SHOWN, null, null, PUBLIC, id, null),
                                at,
                                "pages",
                                id))),
                new Item(
                        null,
                        reference,
                        new EventBatch.Response(new NewResponse(PROJECT, id, 1, null, at, true, "{}", List.of()))));
    }

    private void record(List<Item> items) {
        var ignored = new LockRetry(database.transactions())
                .inTransaction(status -> new EventBatch(jdbc, clock).record(directory.id(), items));
    }

    private void fill(long at) {
        clock.set(at);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            items.addAll(came("A-" + (1 + i % 6), "at" + at + "-" + i, at));
        }

        record(items);
    }

    private long audited() {
        return jdbc.sql("SELECT COUNT(*) FROM audit WHERE action IN ('touchpoint.delete', 'response.delete')")
                .query(Long.class)
                .single();
    }

    @Test
    void cutOffAtAnyStatementTheSameCommandDoesTheRest() {
        fill(5_000);
        boolean failed = true;
        for (int statement = 1; failed; statement++) {
            fill(1_500);
            FailingDataSource failing = new FailingDataSource(database.dataSource(), statement);
            try {
                remove(removal(failing));
            } catch (RuntimeException e) {
                assertThat(e).as("at statement %d", statement).hasStackTraceContaining("killed");
            }

            failed = failing.hasFailed();
            long left = directory.count("touchpoint") + directory.count("response") - 48;
            assertThat(left == 48 || audited() > 0)
                    .as("what is deleted has a line")
                    .isTrue();
            remove(removal(database.dataSource()));

            assertThat(directory.count("touchpoint")).isEqualTo(24);
            assertThat(directory.count("touchpoint_claim")).isEqualTo(24);
            assertThat(directory.count("response")).isEqualTo(24);
            new IdentityInvariant(jdbc).holds(directory.id());
            jdbc.sql("DELETE FROM audit").update();
        }
    }

    private void remove(PageEventRemoval removal) {
        var ignored = removal.remove(Set.of(directory.id()), TOUCHPOINTS, ACT);
        removal.remove(RESPONSES, ACT);
    }

    @Test
    void besideDisplaysAndMergesNothingElseIsLost() throws Exception {
        fill(5_000);
        fill(1_500);
        clock.set(5_000);
        Duplicates duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            work.add(() -> {
                remove(removal(database.dataSource()));
                return 0;
            });
        }

        for (int thread = 0; thread < 3; thread++) {
            int mine = thread;
            work.add(() -> {
                for (int i = 0; i < 20; i++) {
                    record(came("A-" + (1 + i % 5), "late" + mine + "-" + i, 5_000));
                }

                return 0;
            });
        }

        work.add(() -> duplicates
                .start(directory.id(), MergeScope.ACTIVE_RULES)
                .mergeNext(10)
                .size());
        try (ExecutorService pool = Executors.newFixedThreadPool(work.size())) {
            for (Future<Integer> done : pool.invokeAll(work)) {
                done.get();
            }
        }

        remove(removal(database.dataSource()));
        assertThat(directory.count("touchpoint")).isEqualTo(24 + 60);
        assertThat(directory.count("touchpoint_claim")).isEqualTo(24 + 60);
        assertThat(directory.count("response")).isEqualTo(24 + 60);
        new IdentityInvariant(jdbc).holds(directory.id());
    }
}
