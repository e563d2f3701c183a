package io.muster.automation.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.muster.automation.Jobs;
import io.muster.automation.jobfile.JobFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
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
        return ids(catalog);
    }

    private List<String> errors() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** As kubelet lays out and exchanges the files of a ConfigMap: names lead through {@code ..data} to a folder of a time. */
    @Test
    void seesAConfigMapThatIsExchanged() throws IOException {
        Path mounted = Files.createDirectory(parent.resolve("mounted"));
        configMap(mounted, "..2026_11_30_01", Map.of("nightly", "", "hourly", ""));
        JobCatalog exchanged = new JobCatalog(new JobFiles(mounted), loaded -> List.of(), seen -> {});
        exchanged.refresh();
        assertThat(ids(exchanged)).containsExactly("hourly", "nightly");
        String before = exchanged.all().stream().toList().getLast().fingerprint();

        configMap(mounted, "..2026_11_30_02", Map.of("nightly", "description: changed", "weekly", ""));
        exchanged.refresh();

        assertThat(ids(exchanged)).containsExactly("nightly", "weekly");
        assertThat(exchanged.all()).noneMatch(loaded -> loaded.fingerprint().equals(before));
        assertThat(exchanged.isWhole()).isTrue();
        assertThat(errors()).isEmpty();
    }

    private static void configMap(Path mounted, String time, Map<String, String> jobs) throws IOException {
        Path content = Files.createDirectory(mounted.resolve(time));
        for (Map.Entry<String, String> job : jobs.entrySet()) {
            Files.writeString(content.resolve(job.getKey() + ".yaml"), Jobs.text(job.getKey(), job.getValue()));
        }

        Path next = Files.createSymbolicLink(mounted.resolve("..data_tmp"), Path.of(time));
        Files.move(
                next, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (Stream<Path> names = Files.list(mounted)) {
            for (Path name :
                    names.filter(one -> one.toString().endsWith(".yaml")).toList()) {
                if (!Files.exists(name)) {
                    Files.delete(name);
                }
            }
        }

        for (String id : jobs.keySet()) {
            Path name = mounted.resolve(id + ".yaml");
            if (!Files.isSymbolicLink(name)) {
                Files.createSymbolicLink(name, Path.of("..data", id + ".yaml"));
            }
        }
    }

    private static List<String> ids(JobCatalog catalog) {
        return catalog.all().stream().map(loaded -> loaded.job().id()).toList();
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
