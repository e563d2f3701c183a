package io.muster.extract.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.extract.FileSources;
import io.muster.extract.source.Choice;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileChoice;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.FolderSource;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.StopSignal;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFileSourceTests {

    @TempDir
    Path temp;

    private Path inbound;
    private FileSource source;

    @BeforeEach
    void open() throws IOException {
        inbound = Files.createDirectory(temp.resolve("inbound"));
        source = open(inbound);
    }

    @Test
    void fetchesAndArchivesWithoutOverwriting() throws IOException {
        Path target = temp.resolve("spool/1");
        for (String content : List.of("one", "two", "six")) {
            Files.writeString(inbound.resolve("a.csv"), content);
            SourceFile file = source.list().getFirst();
            source.fetch(file, target);
            assertThat(target).hasContent(content);
            source.archive(file, "done");
        }

        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(inbound.resolve("done/a.csv")).hasContent("one");
        assertThat(inbound.resolve("done/a.20260301T020000Z.csv")).hasContent("two");
        assertThat(inbound.resolve("done/a.20260301T020000Z.2.csv")).hasContent("six");
        assertThat(source.list()).isEmpty();
    }

    @Test
    void tellsGoneFromChanged() throws IOException {
        Path file = Files.writeString(inbound.resolve("a.csv"), "one");
        SourceFile listed = source.list().getFirst();
        Files.writeString(file, "changed");
        assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.fetch(listed, temp.resolve("spool/1")));
        assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.archive(listed, "done"));
        assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.delete(listed));

        SourceFile current = source.list().getFirst();
        source.delete(current);
        assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.delete(current));
        assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.archive(current, "done"));
        assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.fetch(current, temp.resolve("spool/1")));
        assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.read(current, 100));
        assertThat(inbound.resolve("done")).doesNotExist();
    }

    @Test
    void knowsAFileAgainByTheMilliseconds() throws IOException {
        Path file = Files.writeString(inbound.resolve("a.csv"), "one");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-01T02:00:00.123456789Z")));
        // What the ledger of deliveries keeps of it.
        SourceFile kept = new SourceFile(file.toString(), 3, Instant.parse("2026-03-01T02:00:00.123Z"));

        source.fetch(kept, temp.resolve("spool/1"));

        assertThat(source.list()).containsExactly(kept);
        assertThat(temp.resolve("spool/1")).hasContent("one");
    }

    @Test
    void namesAMissingFolder() {
        Path missing = temp.resolve("nowhere");
        assertThatThrownBy(() -> open(missing).list())
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot list the files in %s: there is no such folder. Create it, or correct the job file."
                        .formatted(missing));
    }

    @Test
    void passesOverDanglingLinksAndFolders() throws IOException {
        Files.createSymbolicLink(inbound.resolve("dangling.csv"), temp.resolve("nowhere"));
        Files.createDirectory(inbound.resolve("folder.csv"));

        assertThat(source.list()).isEmpty();
        assertThat(source.exists("folder.csv")).isTrue();
        assertThat(source.exists("a\0b")).isFalse();
    }

    @Test
    void leavesAFileAloneThatIsStillBeingWritten() throws IOException {
        Files.writeString(inbound.resolve("a.csv"), "one");
        FileChoice choice = new FileChoice(
                "*.csv", null, null, null, FileChoice.Take.ALL, List.of(), Duration.ofSeconds(30), null, null);
        List<Duration> waits = new ArrayList<>();

        Choice growing = new FileSelection(time -> {
                    waits.add(time);
                    write(inbound.resolve("a.csv"), "one and two");
                })
                .choose(source, choice, file -> false);
        Choice stable = new FileSelection(waits::add).choose(source, choice, file -> false);

        assertThat(growing.take()).isEmpty();
        assertThat(growing.passedOver().getFirst().reason()).isEqualTo(Choice.Reason.GROWING);
        assertThat(stable.take()).hasSize(1);
        assertThat(waits).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static FileSource open(Path folder) {
        return new FileSources(
                        Map.of(),
                        time -> {},
                        InstantSource.fixed(Instant.parse("2026-03-01T02:00:00Z")),
                        new Random(1),
                        new StopSignal(),
                        drop -> {
                            throw new UnsupportedOperationException();
                        })
                .open(new FolderSource(folder));
    }
}
