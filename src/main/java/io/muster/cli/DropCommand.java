package io.muster.cli;

import io.muster.app.FileDropService;
import io.muster.app.FileDropService.FileView;
import io.muster.app.FileDropService.Put;
import io.muster.app.FileDropService.Target;
import io.muster.app.Page;
import io.muster.app.RunningConfiguration;
import io.muster.extract.drop.DroppedFile.State;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster drop}: files that were sent for automations. */
@Command(
        name = "drop",
        description = {
            "Files that were sent for automations whose source is the file drop.",
            "",
            "Callers send them to POST /automations-file-service/automations/AU_…/files; put does it from the shell."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster drop automations",
            "  muster drop list nightly-drop --state archived",
            "  muster drop put nightly-drop contacts.csv"
        })
final class DropCommand {

    private static final Listing<FileView> FILES = new Listing<FileView>("No files.")
            .column("FILE", FileView::id)
            .column("NAME", FileView::name)
            .column("SIZE", file -> Long.toString(file.size()))
            .column("STATE", FileView::state)
            .column("UPLOADED", file -> file.uploaded().toString())
            .column("RUN", file -> Objects.requireNonNullElse(file.runId(), "-"));

    private static final Listing<Target> TARGETS = new Listing<Target>("No job file has the source drop.")
            .column("AUTOMATION", Target::id)
            .column("NAME", Target::name);

    private final Terminal terminal;

    DropCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    private void ask(Consumer<FileDropService> question) {
        try (AppContext context = AppContext.open(terminal, RunningConfiguration.class)) {
            question.accept(context.get(FileDropService.class));
        }
    }

    @Command(
            name = "automations",
            description = "List the automations that take files.",
            footer = {"", "Examples:", "  muster drop automations --json"})
    void automations(@Mixin Output output) {
        ask(drop -> {
            List<Target> targets = drop.automations();
            output.print(targets, () -> TARGETS.text(targets));
        });
    }

    @Command(
            name = "list",
            description = "List the files of an automation in the order in which they came.",
            footer = {
                "",
                "Examples:",
                "  muster drop list nightly-drop",
                "  muster drop list nightly-drop --state failed --json"
            })
    void list(
            @Parameters(paramLabel = "AUTOMATION", description = "AU_…, or the id in the job file.") String automation,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "Only waiting, processing, archived or failed ones.")
                    @Nullable
                    String state,
            @Mixin Paging paging,
            @Mixin Output output) {
        ask(drop -> {
            if (state != null) {
                Page<FileView> page = drop.list(automation, state(state), paging.after(), paging.most());
                output.print(page.items(), () -> FILES.text(page.items()));
                paging.note(page);
                return;
            }

            List<FileView> all = Stream.of(State.values())
                    .flatMap(one -> drop.list(automation, one, paging.after(), paging.most()).items().stream())
                    .sorted(Comparator.comparing(FileView::uploaded).thenComparing(FileView::id))
                    .limit(paging.most())
                    .toList();
            output.print(all, () -> FILES.text(all));
        });
    }

    private static State state(String text) {
        return Stream.of(State.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> Refusal.usage("Cannot list files: '" + text
                        + "' is no state of a file. Write waiting, processing, archived or failed."));
    }

    @Command(
            name = "show",
            description = "Show a file.",
            footer = {"", "Examples:", "  muster drop show nightly-drop AFL_… --json"})
    void show(
            @Parameters(paramLabel = "AUTOMATION", description = "AU_…, or the id in the job file.") String automation,
            @Parameters(paramLabel = "FILE", description = "The file, AFL_….") String file,
            @Mixin Output output) {
        ask(drop -> {
            FileView found = drop.show(automation, file);
            output.print(
                    found,
                    () -> FILES.text(List.of(found)) + "sha256 " + found.sha256() + ", sent by " + found.uploader()
                            + ", on " + found.host() + "\n");
        });
    }

    private record PutAnswer(
            String id,
            String name,
            boolean repeated,
            @Nullable String replaced) {}

    @Command(
            name = "put",
            description = {
                "Send a file for an automation. A waiting file of this name is replaced, unless it has the same content:"
                        + " then it is the same file."
            },
            footer = {"", "Examples:", "  muster drop put nightly-drop contacts.csv"})
    void put(
            @Parameters(paramLabel = "AUTOMATION", description = "AU_…, or the id in the job file.") String automation,
            @Parameters(paramLabel = "FILE", description = "A file on this machine.") Path file,
            @Mixin Output output) {
        ask(drop -> {
            if (!Files.isRegularFile(file)) {
                throw Refusal.usage("Cannot send " + file + ": there is no such file. Name a readable file.");
            }

            try (InputStream in = Files.newInputStream(file)) {
                Put put = drop.put(
                        RunSession.person(), automation, file.getFileName().toString(), in, Files.size(file));
                PutAnswer answer = new PutAnswer(put.file().id(), put.file().name(), put.repeated(), put.replaced());
                output.print(
                        answer,
                        () -> "%s is %s%s."
                                .formatted(
                                        answer.id(),
                                        answer.repeated() ? "waiting already" : "waiting",
                                        answer.replaced() == null ? "" : ", and replaces " + answer.replaced()));
            } catch (IOException e) {
                throw Refusal.failed("Cannot read " + file + ": " + e.getMessage() + ". Check the file.", e);
            }
        });
    }

    private record Deleted(String deleted) {}

    @Command(
            name = "delete",
            description = "Delete a file, unless a run works on it. What a run has imported of it stays.",
            footer = {"", "Examples:", "  muster drop delete nightly-drop AFL_… --yes"})
    void delete(
            @Parameters(paramLabel = "AUTOMATION", description = "AU_…, or the id in the job file.") String automation,
            @Parameters(paramLabel = "FILE", description = "The file, AFL_….") String file,
            @Mixin TakingAway takingAway,
            @Mixin Output output) {
        ask(drop -> {
            FileView found = drop.show(automation, file);
            if (takingAway.isPreview()) {
                output.print(found, () -> "Would delete:\n" + FILES.text(List.of(found)));
                return;
            }

            takingAway.confirm("Delete %s?".formatted(found.name()));
            FileView deleted = drop.delete(RunSession.person(), automation, file);
            output.print(new Deleted(deleted.id()), () -> "Deleted " + deleted.id() + ".");
        });
    }
}
