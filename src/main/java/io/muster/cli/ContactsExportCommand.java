package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster contacts export}. */
@Command(
        name = "export",
        description = "Write the contacts of a directory, or of a list, in the order of their numbers, as they are at"
                + " one moment. Values are exact: a spreadsheet may take one for a formula.",
        footer = {
            "",
            "Examples:",
            "  muster contacts export --directory Customers --format csv > customers.csv",
            "  muster contacts export --directory Customers --list Newsletter --format jsonl --output news.jsonl"
        })
final class ContactsExportCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Option(names = "--list", paramLabel = "LIST", description = "Only those on this list, by id or name.")
    private @Nullable String list;

    @Mixin
    private ExportFormat format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write into this file, replaced only when all is written. Default: standard output.")
    private @Nullable Path file;

    ContactsExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Format wanted = format.wanted();
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Directory found = directory.find(context);
            MailingList members =
                    list == null ? null : context.get(MailingLists.class).find(found.number(), list);
            ContactExport export = context.get(ContactExport.class);
            if (file == null) {
                export.write(found.number(), members, wanted, terminal.answer());
            } else {
                write(file, out -> export.write(found.number(), members, wanted, out));
            }
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write the contacts to " + (file == null ? "standard output" : file) + ": " + reason(e)
                            + ". Check where they go.",
                    e);
        }
    }

    /** Writes contacts and says how many. */
    private interface Writing {
        long to(OutputStream out) throws IOException;
    }

    private void write(Path target, Writing writing) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (Files.isDirectory(target) || folder == null || !Files.isDirectory(folder)) {
            throw Refusal.usage("Cannot write the contacts to " + target
                    + ": its folder does not exist or it is a folder itself. Name a file in an existing folder.");
        }

        // Temporary files are made readable for their owner only; contacts are personal data.
        Path part = Files.createTempFile(folder, ".export-", ".part");
        try {
            long written;
            try (OutputStream out = Files.newOutputStream(part)) {
                written = writing.to(out);
            }

            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            terminal.notes().println("Wrote %d contacts to %s.".formatted(written, target));
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
