package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.jobs.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Warnings of runs in the log, which operators of a server read. */
class WarningLogJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    /** A process that nobody watches. */
    @Configuration(proxyBeanMethods = false)
    @Import({RunsConfiguration.class, WarningLogConfiguration.class})
    static class Unwatched {}

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(WarningLog.class);
    private ImportFixture imports;
    private DirectoryFixture directory;

    @BeforeEach
    void start() {
        imports = new ImportFixture(database, folder, Unwatched.class);
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        imports.close();
    }

    private List<String> warned() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private Run load(String content) {
        return imports.load(imports.file(content), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
    }

    @Test
    void namesColumnsAndNoValues() {
        Run run = load("ExternalDataReference,,Colour\n1,x,secret-red\n");

        assertThat(warned())
                .containsExactly(
                        "run=" + run.id() + " automation=- Column 2 has no name and is left out.",
                        "run=" + run.id() + " automation=- New embedded data: Colour.");
    }

    @Test
    void isSilentWhereNothingIsToBeSaid() {
        load("ExternalDataReference\n1\n");

        assertThat(log.list).isEmpty();
    }

    @Test
    void aMergeAfterTheImportThatFailedIsAmongThem() {
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\"}");
        database.jdbc().sql("RENAME TABLE keep_apart TO keep_apart_away").update();
        Run run;
        try {
            run = load("ExternalDataReference\n1\n");
        } finally {
            database.jdbc().sql("RENAME TABLE keep_apart_away TO keep_apart").update();
        }

        assertThat(warned())
                .singleElement()
                .asString()
                .startsWith("run=" + run.id()
                        + " automation=- Cannot merge the duplicates of the directory after this run: ");
    }
}
