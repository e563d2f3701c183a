package io.muster.automation.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.muster.automation.Jobs;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Which jobs a server runs while their folder comes and goes. */
class JobCatalogTests {

    @TempDir
    private Path parent;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(JobCatalog.class);
    private Path folder;
    private JobCatalog catalog;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(parent.resolve("jobs"));
        write("nightly", "");
        write("hourly", "");
        catalog = new JobCatalog(new JobFiles(folder), loaded -> List.of(), seen -> {});
        catalog.refresh();
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private void write(String id, String more) throws IOException {
        Files.writeString(folder.resolve(id + ".yaml"), Jobs.text(id, more));
    }

    private List<String> ids() {
        return catalog.all().stream().map(LoadedJob::job).map(job -> job.id()).toList();
    }

    private List<String> errors() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void keepsItsJobsWhileTheirFolderIsAwayAndSaysSoOnce() throws IOException {
        Path aside = Files.move(folder, parent.resolve("aside"));

        catalog.refresh();
        catalog.refresh();

        String reason = "Cannot read the job files in " + folder
                + ": the folder is not there, or cannot be reached. Mount it again, or set MUSTER_JOBS to where it is.";
        assertThat(ids()).containsExactly("hourly", "nightly");
        assertThat(catalog.isWhole()).isFalse();
        assertThat(catalog.away()).contains(reason);
        assertThat(errors()).containsExactly(reason + " Until then the 2 jobs read before go on running.");

        Files.move(aside, folder);
        Files.delete(folder.resolve("hourly.yaml"));
        catalog.refresh();
        assertThat(ids()).containsExactly("nightly");
        assertThat(catalog.isWhole()).isTrue();
        assertThat(catalog.away()).isEmpty();
        assertThat(errors()).hasSize(1);
    }

    @Test
    void keepsItsJobsWhileAnEmptyFolderIsInThePlaceOfTheirs() throws IOException {
        Path aside = Files.move(folder, parent.resolve("aside"));
        Files.createDirectory(folder);

        catalog.refresh();

        assertThat(ids()).containsExactly("hourly", "nightly");
        assertThat(catalog.away())
                .contains("Cannot read the job files in " + folder
                        + ": it is an empty folder, and not the one that held them. Mount theirs again; if they are"
                        + " gone for good, restart the server.");
        Files.delete(folder);
        Files.move(aside, folder);
        catalog.refresh();
        assertThat(catalog.isWhole()).isTrue();
    }

    @Test
    void aFolderThatIsEmptiedTakesItsJobsAway() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        catalog.refresh();

        assertThat(ids()).isEmpty();
        assertThat(catalog.isWhole()).isTrue();
    }

    @Test
    void alsoKeepsTheLastGoodVersionOfABrokenFile() throws IOException {
        write("nightly", "schedules: [{cron: 'whenever'}]\n");
        catalog.refresh();
        assertThat(errors()).hasSize(1);
        Files.move(folder, parent.resolve("aside"));

        catalog.refresh();
        catalog.refresh();

        assertThat(ids()).containsExactly("hourly", "nightly");
        assertThat(errors()).hasSize(2);
    }
}
