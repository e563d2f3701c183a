package io.muster.runs;

import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.FormulaGuard;
import io.muster.extract.csv.RecordWriter;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.load.Rejects;
import io.muster.load.Rejects.Reject;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the rejected rows of a run. As CSV in the input's own charset and delimiter with the reason columns in front,
 * every cell exactly as it was; as JSON lines in UTF-8, where malformed bytes stand as lone surrogates U+DC80 to U+DCFF.
 */
public final class RejectDownload {

    private final RunService runs;
    private final Rejects rejects;
    private final JsonMapper json;

    /** How rejects are written. */
    public enum Format {
        /** Exactly as they were. */
        CSV,
        /** As UTF-8 with commas, and an apostrophe before what a spreadsheet would take for a formula. */
        SPREADSHEET,
        /** As objects. */
        JSONL
    }

    private static final Dialect SPREADSHEET = new Dialect("UTF-8", true, ',', Dialect.LineEnd.CRLF);

    RejectDownload(RunService runs, Rejects rejects, JsonMapper json) {
        this.runs = runs;
        this.rejects = rejects;
        this.json = json;
    }

    /** Writes all rejects of a run in file order; does not close the stream. */
    public void write(String id, Format format, OutputStream out) {
        Run run = runs.show(id);
        if (run.kind() != RunKind.CONTACT_IMPORT) {
            throw Refusal.invalid(
                            "NO_REJECTS",
                            "Cannot write the rejects of run " + run.id() + ": it is a "
                                    + run.kind().key() + " and reads no rows of a file.")
                    .with("run", run.id());
        }

        if (!run.isWhole()) {
            throw Refusal.conflict(
                            "RUN_PRUNED",
                            "Cannot write the rejects of run " + run.id()
                                    + ": it ended so long ago that they are not kept any more.")
                    .with("run", run.id());
        }

        String report = run.report();
        if (report == null) {
            throw Refusal.conflict(
                            "RUN_NOT_READ",
                            "Cannot write the rejects of run " + run.id() + ": its file has not been read to the end.")
                    .with("run", run.id());
        }

        try {
            ImportReport read = json.readValue(report, ImportReport.class);
            Consumer<Reject> sink = switch (format) {
                case CSV -> csv(read.header(), read.dialect(), UnaryOperator.identity(), out);
                case SPREADSHEET -> csv(read.header(), SPREADSHEET, FormulaGuard::harmless, out);
                case JSONL -> reject -> writeLine(reject, read.header(), out);
            };
            rejects.forEach(run.number(), sink);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Consumer<Reject> csv(
            List<String> header, Dialect dialect, UnaryOperator<String> form, OutputStream out) throws IOException {
        // Reasons of an earlier download are replaced by the new ones.
        List<Integer> data = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            if (!ImportReport.REASON_COLUMNS.contains(header.get(i))) {
                data.add(i);
            }
        }

        int dropped = header.size() - data.size();
        RecordWriter writer = new RecordWriter(out, dialect);
        List<String> first = new ArrayList<>(ImportReport.REASON_COLUMNS);
        data.forEach(column -> first.add(form.apply(header.get(column))));
        writer.write(first);
        writer.flush();
        return reject -> {
            String field = reject.field();
            List<String> record = new ArrayList<>(List.of(
                    Long.toString(reject.row()),
                    Long.toString(reject.line()),
                    field == null ? "" : form.apply(field),
                    reject.code(),
                    form.apply(reject.reason())));
            List<String> cells = reject.cells();
            Stream<String> kept = dropped == 0 || cells.size() < header.size()
                    ? cells.stream()
                    : data.stream().map(cells::get);
            kept.map(form).forEach(record::add);
            try {
                writer.write(record);
                writer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private void writeLine(Reject reject, List<String> header, OutputStream out) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("row", reject.row());
        line.put("line", reject.line());
        line.put("field", reject.field());
        line.put("code", reject.code());
        line.put("reason", reject.reason());
        line.put("header", header);
        line.put("cells", reject.cells());
        try {
            out.write(Rejects.JSON.writeValueAsString(line).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
