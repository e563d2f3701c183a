package io.muster.cli;

import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.runs.RunRequest;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster import}. */
@Command(
        name = "import",
        description = {
            "Import a CSV or TSV file into a directory.",
            "",
            "The headers FirstName, LastName, Email, Phone, ExternalDataReference, Language and Unsubscribed map by"
                    + " themselves; every other column becomes embedded data unless --map or --ignore-unmapped says"
                    + " otherwise. Each import is a new delivery; the same file again changes nothing."
        },
        footer = {
            "",
            "Targets: firstName lastName email phone extRef language unsubscribed embedded.NAME list.NAME",
            "         transaction.id transaction.date transaction.field.NAME touchpoint.channel touchpoint.kind",
            "         touchpoint.time touchpoint.survey touchpoint.intercept touchpoint.key contactId ignore",
            "",
            "Examples:",
            "  muster import contacts.csv --directory Customers",
            "  muster import crm.csv --directory Customers --list Newsletter --map 'E-Mail=email' --map Id=extRef",
            "  muster import contacts.csv --directory Customers --dry-run --json"
        })
final class ImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ImportFile file;

    @Option(
            names = {"-l", "--list"},
            paramLabel = "LIST",
            description = "The list that the contacts join, by id or name.")
    private @Nullable String list;

    @Option(names = "--new-list", paramLabel = "NAME", description = "Make a list of that name for the contacts.")
    private @Nullable String newList;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "upsert",
            description = "upsert (default), create-only or update-only: rows the mode does not want are skipped;"
                    + " events-only: contacts never change, rows of unknown ones are rejected.")
    private String mode;

    @Option(names = "--ignore-unmapped", description = "Leave out columns that are not mapped.")
    private boolean ignoreUnmapped;

    @Mixin
    private Output output;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ImportSpec spec = spec();
        return new RunSession(terminal)
                .one(
                        output,
                        (runs, progress) -> runs.start(
                                        new RunRequest.ImportFile(file.path(), spec), RunSession.person(), progress)
                                .run());
    }

    private ImportSpec spec() {
        Mapping mapping = new Mapping(
                file.columns(Target::parse),
                ignoreUnmapped ? Mapping.Unmapped.IGNORE : Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of());
        return file.spec(mapping, importMode(), listTarget());
    }

    private ListTarget listTarget() {
        if (list != null && newList != null) {
            throw Refusal.usage("Cannot use --list and --new-list together. Choose one.");
        }

        return list != null
                ? new ListTarget.Existing(list)
                : newList != null ? new ListTarget.NewPerRun(newList) : new ListTarget.None();
    }

    private ImportMode importMode() {
        return switch (mode) {
            case "upsert" -> ImportMode.UPSERT;
            case "create-only" -> ImportMode.CREATE_ONLY;
            case "update-only" -> ImportMode.UPDATE_ONLY;
            case "events-only" -> ImportMode.EVENTS_ONLY;
            default ->
                throw Refusal.usage("Cannot import in the mode '" + mode
                        + "'. Use upsert, create-only, update-only or events-only.");
        };
    }
}
