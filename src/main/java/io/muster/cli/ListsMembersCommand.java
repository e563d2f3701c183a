package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.MemberExport;
import io.muster.support.Refusal;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster lists members}. */
@Command(
        name = "members",
        description = "Write who is on a mailing list, with the opt-out and the embedded data of the membership itself."
                + " The contacts' own values are what 'contacts export --list' writes.",
        footer = {
            "",
            "Examples:",
            "  muster lists members Newsletter --directory Customers > newsletter.csv",
            "  muster lists members Newsletter --directory Customers --format jsonl"
        })
final class ListsMembersCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "The list, by id or name.")
    private String list;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private ExportFormat format;

    ListsMembersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Format wanted = format.wanted();
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Directory found = directory.find(context);
            context.get(MemberExport.class)
                    .write(context.get(MailingLists.class).find(found.number(), list), wanted, terminal.answer());
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write the members to standard output: " + e.getMessage() + ". Check where they go.", e);
        }
    }
}
