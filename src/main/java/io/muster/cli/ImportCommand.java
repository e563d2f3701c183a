package io.muster.cli;

import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.runs.RunRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
            "         touchpoint.time touchpoint.survey touchpoint.intercept touchpoint.project touchpoint.display",
            "         touchpoint.session touchpoint.key contactId action ignore",
            "",
            "Examples:",
            "  muster import contacts.csv --directory Customers",
            "  muster import crm.csv --directory Customers --list Newsletter --map 'E-Mail=email' --map Id=extRef",
            "  muster import contacts.csv --directory Customers --dry-run --json"
        })
final class ImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private UploadedFile file;

    @Mixin
    private ContactImportOptions options;

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
                file.options().columns(Target::parse),
                options.unmapped().orElse(Mapping.Unmapped.EMBED),
                List.of(),
                Map.of(),
                null,
                List.of());
        ImportSpec spec = file.spec(
                mapping,
                options.mode().orElse(ImportMode.UPSERT),
                options.list().orElseGet(ListTarget.None::new));
        return spec.with(spec.mode(), options.limits(spec.limits()), spec.dryRun());
    }
}
