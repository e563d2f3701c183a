package io.muster.web.console.page;

import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.FormulaGuard;
import io.muster.extract.csv.RecordWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.springframework.http.HttpHeaders;

/**
 * A list as a file, written record by record as it is read, so that its length does not matter. Two forms: every value exactly as
 * it is, or made safe for a spreadsheet, where what would be taken for a formula has an apostrophe in front.
 */
public final class CsvDownload {

    private static final Dialect DIALECT = new Dialect("UTF-8", true, ',', Dialect.LineEnd.CRLF);

    private CsvDownload() {}

    /** Where the records go. */
    @FunctionalInterface
    public interface Source {

        /** Hands over every record, in order. */
        void writeTo(Consumer<List<String>> records);
    }

    /**
     * Answers with a file.
     *
     * @param name of the file, without its ending: small letters, digits, hyphens
     * @param spreadsheet whether it is made safe for a spreadsheet; its name says so
     */
    public static void write(
            HttpServletResponse response, String name, boolean spreadsheet, List<String> header, Source source)
            throws IOException {
        response.setContentType("text/csv;charset=utf-8");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                "attachment; filename=\"%s%s.csv\"".formatted(name, spreadsheet ? "-spreadsheet" : ""));
        UnaryOperator<String> form = spreadsheet ? FormulaGuard::harmless : UnaryOperator.identity();
        RecordWriter writer = new RecordWriter(response.getOutputStream(), DIALECT);
        writer.write(header.stream().map(form).toList());
        try {
            source.writeTo(record -> {
                try {
                    writer.write(record.stream().map(form).toList());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            // The reader went away: nothing of the server has failed.
            throw e.getCause();
        }

        writer.flush();
    }
}
