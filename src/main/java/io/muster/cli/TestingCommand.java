package io.muster.cli;

import io.muster.app.TestingService;
import io.muster.app.TestingService.Counters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster testing}. */
@Command(
        name = "testing",
        description = "Test intercepts: reset and restore what is counted of a contact, and keep contacts for tests.",
        subcommands = TestingContactsCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster testing reset --directory Customers --ref C-1042",
            "  muster testing restore --directory Customers --ref C-1042",
            "  muster testing contacts list --directory Customers"
        })
final class TestingCommand extends AppCommands {

    TestingCommand(Terminal terminal) {
        super(terminal);
    }

    /** The contact that a command is about, to be mixed in. */
    static final class Reference {

        @Option(
                names = "--ref",
                paramLabel = "REFERENCE",
                required = true,
                description = "Its external reference; references taken over by merges count.")
        private String reference;

        String text() {
            return reference;
        }
    }

    @Command(
            name = "reset",
            description = {
                "Count nothing of a contact for its frequency that is known now: it is eligible again at once.",
                "",
                "Its touchpoints stay, and count again after restore. What is recorded from now on counts."
            },
            footer = {"", "Examples:", "  muster testing reset --directory Customers --ref C-1042 --json"})
    void reset(@Mixin DirectoryOption directory, @Mixin Reference contact, @Mixin Output output) {
        ask(TestingService.class, testing -> {
            Counters reset = testing.reset(person(), directory.name(), contact.text());
            output.print(
                    reset,
                    () -> "Reset the counters of %s: %s not count until they are restored."
                            .formatted(reset.contactId(), touchpoints(reset.touchpoints(), "does", "do")));
        });
    }

    @Command(
            name = "restore",
            description = "Count everything of a contact again, as if its counters had never been reset.",
            footer = {"", "Examples:", "  muster testing restore --directory Customers --ref C-1042 --json"})
    void restore(@Mixin DirectoryOption directory, @Mixin Reference contact, @Mixin Output output) {
        ask(TestingService.class, testing -> {
            Counters restored = testing.restore(person(), directory.name(), contact.text());
            output.print(
                    restored,
                    () -> restored.changed()
                            ? "Restored the counters of %s: %s again."
                                    .formatted(
                                            restored.contactId(),
                                            touchpoints(restored.touchpoints(), "counts", "count"))
                            : "The counters of %s were not reset.".formatted(restored.contactId()));
        });
    }

    private static String touchpoints(long number, String one, String several) {
        return number == 1 ? "1 touchpoint " + one : number + " touchpoints " + several;
    }
}
