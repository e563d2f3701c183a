package io.muster.extract.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of the corpus gives the records, problems and refusals that {@code corpus.tsv} promises. */
class CorpusTests {

    private static final Path CORPUS = Path.of("src/test/resources/extract");

    static Stream<Arguments> files() throws IOException {
        return Files.readAllLines(CORPUS.resolve("corpus.tsv"), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .map(columns -> Arguments.of(columns[0], columns[1], columns[2]));
    }

    @ParameterizedTest(name = "{0} as {1}")
    @MethodSource("files")
    void givesTheRecordsAndRefusalsPromised(String file, String charset, String expected) {
        FileFormat format = FileFormat.of(charset.equals("-") ? null : charset, null);

        String outcome = outcome(CORPUS.resolve("corpus").resolve(file), file, format);

        if (expected.startsWith("refused ")) {
            String[] parts = expected.split(": ", 2);
            assertThat(outcome).startsWith(parts[0] + ":").contains(parts.length == 2 ? parts[1] : "");
        } else {
            assertThat(outcome).isEqualTo(expected);
        }
    }

    @org.junit.jupiter.api.Test
    void listsEveryFileOfTheCorpus() throws IOException {
        try (Stream<Path> present = Files.list(CORPUS.resolve("corpus"))) {
            assertThat(present.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            files().map(arguments -> (String) arguments.get()[0])
                                    .toList());
        }
    }

    private static String outcome(Path path, String file, FileFormat format) {
        List<String> outcome = new ArrayList<>();
        try (RecordReader reader = RecordReader.open(path, file, format)) {
            for (FileRecord record = reader.next(); record != null; record = reader.next()) {
                outcome.add(record.row() + "@" + record.line() + verdict(record));
            }
            assertThat(reader.bytesRead()).isLessThanOrEqualTo(reader.totalBytes());
        } catch (FileRefused e) {
            return "refused " + e.code() + ": " + e.getMessage();
        }
        return String.join(" ", outcome);
    }

    private static String verdict(FileRecord record) {
        if (record.blank()) {
            return ":blank";
        }
        RowProblem problem = record.problem();
        if (problem == null) {
            return "";
        }
        return ":" + problem.code() + (problem.column() == null ? "" : "(" + problem.column() + ")");
    }
}
