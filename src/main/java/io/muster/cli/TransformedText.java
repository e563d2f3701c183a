package io.muster.cli;

import io.muster.extract.transform.Transforms;
import io.muster.jobs.contactimport.Sample;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows before and after each transform, as a trial of a job shows them. */
final class TransformedText {

    private TransformedText() {}

    static Map<String, Object> json(Sample.Row row) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("row", row.row());
        keys.put("before", row.before());
        keys.put(
                "transforms",
                row.transforms().stream().map(TransformedText::json).toList());
        return keys;
    }

    private static Map<String, Object> json(Transforms.Trace trace) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("do", trace.transform());
        Transforms.Outcome.Rejected rejected = trace.rejected();
        if (rejected != null) {
            keys.put("rejected", rejected);
        } else if (trace.skipped()) {
            keys.put("skipped", true);
        } else {
            keys.put("after", trace.changed());
        }

        return keys;
    }

    static String text(Sample.Row row) {
        StringBuilder text = new StringBuilder("row %d%n".formatted(row.row()));
        row.before().forEach((column, value) -> text.append(line("  ", column, value)));
        for (Transforms.Trace trace : row.transforms()) {
            Transforms.Outcome.Rejected rejected = trace.rejected();
            text.append("  %s%s%n"
                    .formatted(
                            trace.transform(),
                            rejected != null
                                    ? ": rejected, " + rejected.column() + ": " + rejected.reason()
                                    : trace.skipped()
                                            ? ": the row is skipped"
                                            : trace.changed().isEmpty() ? ": nothing changes" : ""));
            trace.changed().forEach((column, value) -> text.append(line("    ", column, value)));
        }

        return text.toString();
    }

    private static String line(String indent, String column, String value) {
        return "%s%s: %s%n".formatted(indent, printable(column), printable(value));
    }

    /** What comes from a file must not steer the terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
