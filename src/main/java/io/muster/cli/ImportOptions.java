package io.muster.cli;

import io.muster.directory.FieldRules;
import io.muster.directory.Regions;
import io.muster.directory.Verdict;
import io.muster.extract.csv.FileFormat;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.RepeatedEvent;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the file of an import is read and loaded, to be mixed in. */
final class ImportOptions {

    @Option(
            names = "--map",
            paramLabel = "COLUMN=TARGET",
            description = "Where the values of a column go; may be given several times.")
    private List<String> maps = List.of();

    @Option(names = "--charset", paramLabel = "CHARSET", description = "For example windows-1252; default: UTF-8.")
    private @Nullable String charset;

    @Option(
            names = "--delimiter",
            paramLabel = "CHARACTER",
            description = "What separates cells, or the word tab; default: a tab in .tsv files, else a comma.")
    private @Nullable String delimiter;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Where phone numbers without + are from, for example US.")
    private @Nullable String region;

    @Option(
            names = "--max-rejected",
            paramLabel = "LIMIT",
            description = "Load nothing when more rows are rejected, for example 5%% or 100.")
    private @Nullable String maxRejected;

    @Option(
            names = "--source-name",
            paramLabel = "NAME",
            description =
                    "The source that the rows speak for: older rows of a source never replace what newer ones said.")
    private @Nullable String sourceName;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "The system that transactions and touchpoints come from: their ids are unique in it."
                    + " Default: manual.")
    private @Nullable String source;

    @Option(
            names = "--amend",
            description = "Let a transaction or touchpoint whose id is recorded already replace that one when it is"
                    + " newer. Without it the first stays, and the run warns.")
    private boolean amend;

    @Option(names = "--dry-run", description = "Tell what would happen and change nothing.")
    private boolean dryRun;

    /** What a new import is told. */
    ImportSpec spec(String directory, Mapping mapping, ImportMode mode, ListTarget list) {
        return new ImportSpec(
                        directory,
                        list,
                        mode,
                        mapping,
                        Map.of(),
                        null,
                        region == null ? null : Regions.checked(region),
                        Map.of(),
                        ImportSpec.OptOut.NEVER_LIFT,
                        limits(ImportLimits.none()),
                        FileFormat.of(charset, character()),
                        events(ImportEvents.USUAL),
                        dryRun)
                .from(source());
    }

    /** The same settings but for what is given here. */
    ImportSpec over(ImportSpec before) {
        Map<String, Target> columns = new LinkedHashMap<>(before.mapping().columns());
        columns.putAll(columns(Target::parse));
        FileFormat read = before.format();
        Character separator = character();
        return before.with(
                        before.mapping().with(columns, before.mapping().unmapped()),
                        new FileFormat(
                                charset == null ? read.charset() : charset,
                                separator == null ? read.delimiter() : separator,
                                read.maxBytes(),
                                read.maxRatio(),
                                read.maxRecordChars()),
                        region == null ? before.region() : Regions.checked(region))
                .with(before.mode(), limits(before.limits()), dryRun || before.dryRun())
                .with(events(before.events()))
                .from(source() == null ? before.sourceName() : source());
    }

    private @Nullable String source() {
        return sourceName == null || sourceName.isBlank() ? null : sourceName.strip();
    }

    private ImportEvents events(ImportEvents before) {
        String own = eventSource();
        return new ImportEvents(own == null ? before.source() : own, amend ? RepeatedEvent.AMEND : before.repeated());
    }

    private @Nullable String eventSource() {
        if (source == null) {
            return null;
        }

        return switch (new FieldRules(null).judgeEventSource(source)) {
            case Verdict.Valid valid -> valid.value();
            case Verdict.Invalid invalid ->
                throw Refusal.usage("Cannot use --source '" + source + "'. " + invalid.reason());
            case Verdict.Blank ignored -> throw Refusal.usage("Cannot use --source: it is blank. Name the system.");
        };
    }

    /** The targets of --map, each read by {@code target}. */
    Map<String, Target> columns(Function<String, Target> target) {
        Map<String, Target> columns = new LinkedHashMap<>();
        for (String map : maps) {
            int at = map.lastIndexOf('=');
            if (at < 1) {
                throw Refusal.usage("Cannot use --map '" + map
                        + "': it has no target. Write COLUMN=TARGET, for example 'E-Mail=email'.");
            }

            String column = map.substring(0, at).strip();
            if (columns.put(column, target.apply(map.substring(at + 1).strip())) != null) {
                throw Refusal.usage("Cannot map the column '" + column + "' twice. Give --map once for each column.");
            }
        }

        return columns;
    }

    private @Nullable Character character() {
        if (delimiter == null) {
            return null;
        }

        if (delimiter.equals("tab") || delimiter.equals("\\t")) {
            return '\t';
        }

        if (delimiter.length() != 1) {
            throw Refusal.usage(
                    "Cannot separate cells by '" + delimiter + "': it is not one character. Use , ; | or tab.");
        }

        return delimiter.charAt(0);
    }

    private ImportLimits limits(ImportLimits before) {
        String text = maxRejected;
        if (text == null) {
            return before;
        }

        try {
            return before.rejecting(text);
        } catch (IllegalArgumentException e) {
            throw wrongLimit(text);
        }
    }

    private static Refusal wrongLimit(String text) {
        return Refusal.usage(
                "Cannot use --max-rejected '" + text + "'. Give a share from 0% to 100%, or a number of rows.");
    }
}
