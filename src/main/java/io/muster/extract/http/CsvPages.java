package io.muster.extract.http;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.FileRefused;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.csv.RowProblem;
import io.muster.extract.record.MemberPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pages of CSV, each with a header; a page of nothing has no records. */
record CsvPages(FileFormat format) implements Pages {

    private static final String NAME = "page.csv";

    @Override
    public Content check(Path page, @Nullable MemberPath next) throws IOException, PageBroken {
        if (Files.size(page) == 0) {
            return new Content(0, null);
        }
        long records = 0;
        try (RecordReader reader = RecordReader.open(page, NAME, format)) {
            if (!reader.duplicateColumns().isEmpty()) {
                throw new PageBroken("the answer has two columns "
                        + reader.duplicateColumns().getFirst());
            }
            while (reader.next() != null) {
                records++;
            }
        } catch (FileRefused e) {
            String reason = e.getMessage().replaceFirst("^Cannot read [^:]*: ", "");
            throw new PageBroken("the answer is broken: " + reason.split("[.] ", 2)[0]);
        }
        return new Content(records, null);
    }

    @Override
    public void take(Path page, Taker taker) throws IOException {
        if (Files.size(page) == 0) {
            return;
        }
        try (RecordReader reader = RecordReader.open(page, NAME, format)) {
            List<String> header = reader.header();
            taker.columns(header);
            for (FileRecord record = reader.next(); record != null; record = reader.next()) {
                hand(record, header, taker);
            }
        }
    }

    private static void hand(FileRecord record, List<String> header, Taker taker) {
        RowProblem problem = record.problem();
        if (problem != null) {
            taker.refused(
                    JsonRecord.printable(String.join(",", record.cells())), problem.code() + " " + problem.message());
            return;
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; !record.blank() && i < record.cells().size(); i++) {
            values.put(header.get(i), record.cells().get(i));
        }
        taker.record(values);
    }
}
