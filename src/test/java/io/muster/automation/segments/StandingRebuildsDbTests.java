package io.muster.automation.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.server.JobSchedules;
import io.muster.database.TestDatabase;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class StandingRebuildsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final Directories directories = new Directories(jdbc, transactions, clock, database.ids());
    private final Segments segments =
            new Segments(jdbc, transactions, new MailingLists(jdbc, clock, database.ids()), clock, database.ids());

    private StandingRebuilds standing(@Nullable String setting) {
        return new StandingRebuilds(segments, new Settings(name -> setting));
    }

    private LoadedJob file(Directory directory, String more) throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), """
            kind: segment-rebuild
            id: own
            name: Own
            directory: %s
            """.formatted(directory.name()) + more);
        return new JobFiles(folder).load(file);
    }

    @Test
    void directoriesWithSegmentsThatNoJobFileCoversAreRebuiltDaily() throws IOException {
        directories.create("Empty", ZoneId.of("UTC"), directory -> {});
        Directory berlin = directories.create("Berlin", ZoneId.of("Europe/Berlin"), directory -> {});
        segments.create(berlin, "German", "{field: language, is: de}", SizeGuard.usual(), Actor.system("tester"));

        List<LoadedJob> jobs = standing(null).beside(List.of());
        assertThat(jobs).singleElement().satisfies(job -> {
            SegmentRebuildJob rebuild = (SegmentRebuildJob) job.job();
            assertThat(rebuild.directory()).isEqualTo(berlin.id());
            assertThat(JobSchedules.next(rebuild, Instant.parse("2026-11-22T12:00:00Z")))
                    .get()
                    .satisfies(firing -> assertThat(firing.at()).isEqualTo("2026-11-23T02:00:00Z"));
        });
        assertThat(standing("30 5 * * *").beside(List.of()))
                .singleElement()
                .satisfies(job -> assertThat(JobSchedules.next(job.job(), Instant.parse("2026-11-22T12:00:00Z")))
                        .get()
                        .satisfies(firing -> assertThat(firing.at()).isEqualTo("2026-11-23T04:30:00Z")));
        assertThat(standing("off").beside(List.of())).isEmpty();

        String daily = "schedules: [{cron: \"0 4 * * *\"}]\n";
        assertThat(standing(null).beside(List.of(file(berlin, daily)))).isEmpty();
        assertThat(standing(null).beside(List.of(file(berlin, "")))).hasSize(1);
        assertThat(standing(null).beside(List.of(file(berlin, daily + "enabled: false\n"))))
                .hasSize(1);
        assertThat(standing(null).beside(List.of(file(berlin, daily + "segments: [German]\n"))))
                .hasSize(1);
    }

    @Test
    void refusesASettingThatIsNoCronExpression() {
        assertThatThrownBy(() -> standing("daily"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use the setting muster.segments.daily-rebuild (MUSTER_SEGMENTS_DAILY_REBUILD):"
                        + " 'daily' is no cron expression."
                        + " Write for example 0 3 * * *, or off.");
    }
}
