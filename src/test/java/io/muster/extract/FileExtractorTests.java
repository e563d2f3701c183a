package io.muster.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.FileRecords;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSink;
import io.muster.extract.source.FileChoice;
import io.muster.extract.source.FolderSource;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileExtractorTests {

    @TempDir
    Path folder;

    private Path inbox;

    @BeforeEach
    void makeInbox() throws IOException {
        inbox = Files.createDirectories(folder.resolve("inbox"));
    }

    @Test
    void readsTheNewestFileThatMatches() throws IOException {
        file("a.csv", "id,name\n1,Old\n", 1);
        file("b.csv", "id,name\n2,New\n3,Newer\n", 2);
        file("c.txt", "id,name\n4,Other\n", 3);

        assertThat(extract()).containsExactly("columns [id, name]", "record [2, New]", "record [3, Newer]");
    }

    @Test
    void refusesRecordsThatAreNotWellFormed() throws IOException {
        file("a.csv", "id,name\n1\n2,Good\n", 1);

        assertThat(extract())
                .containsExactly(
                        "columns [id, name]",
                        "refused 1 RAGGED_ROW The row has 1 cells, but the header has 2.",
                        "record [2, Good]");
    }

    @Test
    void saysThatThereIsNoFile() {
        assertThatThrownBy(this::extract)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("none that matches is there and complete");
    }

    private void file(String name, String content, long second) throws IOException {
        Path file = Files.writeString(inbox.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000 + second)));
    }

    private List<String> extract() {
        FileRecords spec =
                new FileRecords(new FolderSource(inbox), FileChoice.matching("*.csv"), FileFormat.detected());
        List<String> seen = new ArrayList<>();
        try (RecordExtractor extractor =
                new OutsideRecords(FileSources.ofProcess(Clock.systemUTC())).open(spec, folder)) {
            var ignored = extractor.extract(new RecordSink() {
                @Override
                public void columns(List<String> names) {
                    seen.add("columns " + names);
                }

                @Override
                public void record(List<String> values) {
                    seen.add("record " + values);
                }

                @Override
                public void refused(String raw, String reason) {
                    seen.add("refused " + raw + " " + reason);
                }
            });
        }
        return seen;
    }
}
