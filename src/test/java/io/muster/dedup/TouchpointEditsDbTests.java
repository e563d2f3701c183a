package io.muster.dedup;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.TouchpointEdits.Added;
import io.muster.dedup.TouchpointEdits.Addition;
import io.muster.dedup.TouchpointEdits.Difference;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Touchpoint;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.store.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class TouchpointEditsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final MovableClock clock = new MovableClock();
    private JdbcClient jdbc;
    private ContactEdits edits;
    private TouchpointEdits touchpoints;
    private DirectoryFixture directory;
    private long ada;

    @BeforeEach
    void createContact() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        ada = contact("A1");
    }

    @AfterEach
    void checkInvariant() {
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private long contact(String reference) {
        return edits.upsert(directory.id(), record("extRef", reference)) instanceof Created created
                ? created.number()
                : -1;
    }

    private Added add(long number, long happenedAt, @Nullable String key) {
        return touchpoints.add(
                directory.id(),
                number,
                new Addition(
                        new TouchpointParts(
                                TouchpointChannel.EMAIL, TouchpointKind.INVITE, "SV_1", null, null, null, null),
                        happenedAt,
                        "manual",
                        key));
    }

    @Test
    void recordsATouchpointAndLeavesTheContactAsItIs() {
        clock.set(9_000);

        assertThat(add(ada, 5_000, null)).isEqualTo(new Added.Recorded(ada));

        assertThat(new Timeline(jdbc).touchpoints(directory.id(), ada, Timeline.Place.START, 10))
                .extracting(Timeline.Keyed::event)
                .containsExactly(new Touchpoint(
                        "email", "invite", 5_000, "SV_1", null, null, null, null, "manual", null, null, 9_000));
        assertThat(directory.contact(ada)).containsEntry("modified_at", 1_000L).containsEntry("version", 1);
    }

    @Test
    void theSameKeyTwiceHasOneEffectWhoeverItIsSaidOf() {
        long bo = contact("A2");

        assertThat(add(ada, 5_000, "k1")).isEqualTo(new Added.Recorded(ada));
        assertThat(add(ada, 5_000, "k1")).isEqualTo(new Added.Known(ada, Difference.NONE));
        assertThat(add(ada, 6_000, "k1")).isEqualTo(new Added.Known(ada, Difference.SOME));
        assertThat(add(bo, 5_000, "k1")).isEqualTo(new Added.Known(ada, Difference.SOME));
        assertThat(directory.count("touchpoint")).isEqualTo(1);
    }

    @Test
    void withoutAKeyTheContentAndTimeAreTheKey() {
        long bo = contact("A2");

        assertThat(add(ada, 5_000, null)).isEqualTo(new Added.Recorded(ada));
        assertThat(add(ada, 5_000, null)).isEqualTo(new Added.Known(ada, Difference.NONE));
        assertThat(add(ada, 5_001, null)).isEqualTo(new Added.Recorded(ada));
        assertThat(add(bo, 5_000, null)).isEqualTo(new Added.Recorded(bo));
        assertThat(directory.count("touchpoint")).isEqualTo(3);
    }

    @Test
    void anUnknownContactGetsNone() {
        edits.delete(directory.id(), ada);

        assertThat(add(ada, 5_000, "k1")).isEqualTo(new Added.Absent());
        assertThat(directory.count("touchpoint_claim")).isZero();
    }

    @Test
    void aMergedContactStillLeadsToItsSurvivor() {
        long bo = contact("A2");
        edits.update(directory.id(), ada, change("email", "a@example.org"));
        edits.update(directory.id(), bo, change("email", "a@example.org"));
        var merge = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids())
                .start(directory.id(), MergeScope.ACTIVE_RULES);
        assertThat(merge.mergeNext(10)).hasSize(1);

        assertThat(add(bo, 5_000, "k1")).isEqualTo(new Added.Recorded(ada));
    }

    @Test
    void manyAtOnceRecordAKeyOnce() throws Exception {
        List<Callable<Added>> work = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String key = "k" + i % 3;
            work.add(() -> add(ada, 5_000, key));
        }

        List<Added> results = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            for (Future<Added> done : pool.invokeAll(work)) {
                results.add(done.get());
            }
        }

        assertThat(results).filteredOn(Added.Recorded.class::isInstance).hasSize(3);
        assertThat(directory.count("touchpoint")).isEqualTo(3);
    }
}
