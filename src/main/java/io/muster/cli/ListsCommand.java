package io.muster.cli;

import io.muster.app.ListService;
import io.muster.app.ListView;
import io.muster.app.Page;
import io.muster.directory.store.ContactExport.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster lists}. */
@Command(
        name = "lists",
        description = "Create mailing lists, look at them, rename and delete them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster lists create Newsletter --directory Customers",
            "  muster lists list --directory Customers"
        })
final class ListsCommand extends AppCommands {

    private static final Listing<ListView> LISTS = new Listing<ListView>(
                    "No lists yet. Create one with: muster lists create NAME --directory DIRECTORY")
            .column("ID", ListView::id)
            .column("NAME", ListView::name)
            .column("MEMBERS", ListView::members)
            .column("UNSUBSCRIBED", ListView::unsubscribed);

    ListsCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "create",
            description = "Create a mailing list.",
            footer = {"", "Examples:", "  muster lists create Newsletter --directory Customers --json"})
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the directory.") String name,
            @Mixin DirectoryOption directory,
            @Mixin Output output) {
        ask(ListService.class, lists -> {
            ListView made = lists.create(person(), directory.name(), name);
            output.print(made, () -> "Created the list %s (%s).".formatted(made.name(), made.id()));
        });
    }

    @Command(
            name = "list",
            description = "List the mailing lists of a directory by name.",
            footer = {"", "Examples:", "  muster lists list --directory Customers"})
    void list(@Mixin DirectoryOption directory, @Mixin Paging paging, @Mixin Output output) {
        ask(ListService.class, lists -> {
            Page<ListView> page = lists.list(directory.name(), paging.after(), paging.most());
            output.print(page.items(), () -> LISTS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "show",
            description = "Show a mailing list and how large it is.",
            footer = {"", "Examples:", "  muster lists show Newsletter --directory Customers --json"})
    void show(
            @Parameters(paramLabel = "LIST", description = "The list, by id or name.") String list,
            @Mixin DirectoryOption directory,
            @Mixin Output output) {
        ask(ListService.class, lists -> {
            ListView shown = lists.show(directory.name(), list);
            output.print(
                    shown,
                    () -> new TextTable("ID", shown.id())
                            .row("NAME", shown.name())
                            .row("DIRECTORY", shown.directory())
                            .row("CREATED", shown.created())
                            .row("MEMBERS", shown.members())
                            .row("UNSUBSCRIBED", shown.unsubscribed())
                            .toString());
        });
    }

    @Command(
            name = "members",
            description = "Write who is on a mailing list, with the opt-out and the embedded data of the membership"
                    + " itself. The contacts' own values are what 'contacts export --list' writes.",
            footer = {
                "",
                "Examples:",
                "  muster lists members Newsletter --directory Customers > newsletter.csv",
                "  muster lists members Newsletter --directory Customers --format jsonl"
            })
    void members(
            @Parameters(paramLabel = "LIST", description = "The list, by id or name.") String list,
            @Mixin DirectoryOption directory,
            @Mixin ExportFormat format) {
        Format wanted = format.wanted();
        ask(
                ListService.class,
                lists ->
                        lists.members(directory.name(), list, wanted, terminal().answer()));
    }

    @Command(
            name = "rename",
            description = "Give a mailing list another name. Conditions and job files that name it by its id go on as"
                    + " they are.",
            footer = {"", "Examples:", "  muster lists rename Newsletter Letters --directory Customers"})
    void rename(
            @Parameters(index = "0", paramLabel = "LIST", description = "The list, by id or name.") String list,
            @Parameters(index = "1", paramLabel = "NAME", description = "Its new name, unique in the directory.")
                    String name,
            @Mixin DirectoryOption directory,
            @Mixin Output output) {
        ask(ListService.class, lists -> {
            ListView after = lists.rename(person(), directory.name(), list, name);
            output.print(after, () -> "The list is now called %s (%s).".formatted(after.name(), after.id()));
        });
    }

    @Command(
            name = "delete",
            description = "Delete a mailing list with its memberships; its contacts stay in the directory. A list that"
                    + " the condition of a segment names stays.",
            footer = {
                "",
                "Examples:",
                "  muster lists delete Newsletter --directory Customers --preview",
                "  muster lists delete Newsletter --directory Customers"
            })
    void delete(
            @Parameters(paramLabel = "LIST", description = "The list, by id or name.") String list,
            @Mixin DirectoryOption directory,
            @Mixin TakingAway takingAway,
            @Mixin Output output) {
        ask(ListService.class, lists -> {
            ListView there = lists.show(directory.name(), list);
            if (takingAway.isPreview()) {
                output.print(
                        new Preview(there),
                        () -> "Would delete the list %s (%s) with %d members."
                                .formatted(there.name(), there.id(), there.members()));
                return;
            }

            takingAway.confirm("Delete the list %s with %d members?".formatted(there.name(), there.members()));
            ListView gone = lists.delete(person(), directory.name(), list);
            output.print(new Deleted(gone), () -> "Deleted the list %s (%s).".formatted(gone.name(), gone.id()));
        });
    }

    private record Preview(ListView wouldDelete) {}

    private record Deleted(ListView deleted) {}
}
