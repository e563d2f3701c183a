package io.muster.cli;

import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.runs.RunRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster transactions import}. */
@Command(
        name = "import",
        description = {
            "Import transactions from a CSV or TSV file.",
            "",
            "Each row names a contact of the directory, by contactId or by the fields of its identity rules, and one"
                    + " transaction. Contacts keep their fields; a row whose contact is unknown is rejected. Headers"
                    + " that are a target's name map by themselves, as do those of an upload; every other column"
                    + " becomes a field of the transaction. The same id of a source, or without one the same content"
                    + " again, is recorded once."
        },
        footer = {
            "",
            "Targets: contactId firstName lastName email phone extRef language embedded.NAME",
            "         id date transaction.field.NAME ignore",
            "",
            "Examples:",
            "  muster transactions import orders.csv --directory Customers --map 'Customer=extRef' --map 'Order=id'"
        })
final class TransactionsImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private UploadedFile file;

    @Option(names = "--ignore-unmapped", description = "Leave out columns that are not mapped.")
    private boolean ignoreUnmapped;

    @Mixin
    private Output output;

    TransactionsImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        EventMapping targets = EventMapping.ofTransactions();
        ImportSpec spec = file.spec(
                targets.mapping(
                        file.options().columns(targets::parse),
                        ignoreUnmapped ? Mapping.Unmapped.IGNORE : Mapping.Unmapped.TRANSACTION,
                        List.of()),
                ImportMode.EVENTS_ONLY,
                new ListTarget.None());
        return new RunSession(terminal)
                .one(
                        output,
                        (runs, progress) -> runs.start(
                                        new RunRequest.ImportFile(file.path(), spec), RunSession.person(), progress)
                                .run());
    }
}
