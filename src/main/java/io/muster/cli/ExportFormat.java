package io.muster.cli;

import io.muster.directory.store.ContactExport.Format;
import io.muster.support.Refusal;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option {@code --format} of what writes many contacts. */
final class ExportFormat {

    @Option(
            names = "--format",
            paramLabel = "csv|jsonl",
            defaultValue = "csv",
            description = "How to write them. Default: ${DEFAULT-VALUE}.")
    private String format;

    Format wanted() {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "csv" -> Format.CSV;
            case "jsonl" -> Format.JSONL;
            default ->
                throw Refusal.usage("Cannot export as '" + format + "': there is no such format. Use csv or jsonl.");
        };
    }
}
