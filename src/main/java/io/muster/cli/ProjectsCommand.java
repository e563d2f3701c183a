package io.muster.cli;

import io.muster.app.EventCountService;
import io.muster.app.Page;
import io.muster.app.ProjectDeletions;
import io.muster.app.ProjectFiles;
import io.muster.app.ProjectFiles.Imported;
import io.muster.app.ProjectInput;
import io.muster.app.ProjectService;
import io.muster.app.ProjectService.Signing;
import io.muster.app.ProjectService.Token;
import io.muster.app.ProjectView;
import io.muster.app.RunningConfiguration;
import io.muster.frequency.rules.Period;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster projects}. */
@Command(
        name = "projects",
        description = {
            "Write the projects (sites) that show intercepts, link them to a directory, put them in force.",
            "",
            "What is set is a draft until it is applied; pause and resume take effect at once."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster projects create Shop --directory Customers --origin https://shop.example.com",
            "  muster projects apply Shop",
            "  muster projects show Shop"
        })
final class ProjectsCommand extends AppCommands {

    private static final Listing<ProjectView> PROJECTS = new Listing<ProjectView>(
                    "No projects yet. Create one with: muster projects create NAME --directory DIRECTORY")
            .column("ID", ProjectView::id)
            .column("NAME", ProjectView::name)
            .column("DIRECTORY", ProjectView::directory)
            .column("VERSION", ProjectView::version)
            .column("STATE", ProjectsCommand::state)
            .column("NOT IN FORCE YET", view -> InterceptsCommand.keys(view.changes()));

    private static final Listing<EventCountService.Count> COUNTS = new Listing<EventCountService.Count>(
                    "No events in these days.")
            .column("DAY", EventCountService.Count::day)
            .column("INTERCEPT", EventCountService.Count::intercept)
            .column("NAME", EventCountService.Count::name)
            .column("KIND", EventCountService.Count::kind)
            .column("OUTCOME", EventCountService.Count::outcome)
            .column("EVENTS", EventCountService.Count::events);

    ProjectsCommand(Terminal terminal) {
        super(terminal);
    }

    /** The project that a command is about, to be mixed in. */
    static final class One {

        @Parameters(paramLabel = "PROJECT", description = "The project, by id or name.")
        private String project;
    }

    /** The settings of a project, to be mixed in. The word none takes all values of a list away. */
    static final class Options {

        @Option(
                names = "--origin",
                paramLabel = "URL",
                description = "A web origin that may read answers; may be given several times. Default: all.")
        private @Nullable List<String> origins;

        @Option(
                names = "--auto-create",
                paramLabel = "on|off",
                description = "Whether unknown visitors become contacts. Default: off.")
        private @Nullable Switch autoCreate;

        @Option(
                names = "--reference",
                paramLabel = "PLACE",
                description =
                        "Where the page finds the reference: cookie:NAME, attribute:SELECTOR@NAME, expression:a.b.c;"
                                + " may be given several times.")
        private @Nullable List<String> references;

        @Option(
                names = "--attach",
                paramLabel = "NAME",
                description = "Embedded data that responses take along; may be given several times. Default: all.")
        private @Nullable List<String> attach;

        private ProjectInput input(@Nullable String name) {
            return new ProjectInput(name, origins, autoCreate == null ? null : autoCreate.isOn(), references, attach);
        }
    }

    @Command(
            name = "create",
            description = "Create a project. Nothing of it is in force until it is applied.",
            footer = {"", "Examples:", "  muster projects create Shop --directory Customers --json"})
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the installation.") String name,
            @Option(
                            names = {"-d", "--directory"},
                            paramLabel = "DIRECTORY",
                            description = "The directory it is linked to, by id or name. Default: none.")
                    @Nullable
                    String directory,
            @Mixin Options options,
            @Mixin Output output) {
        ask(ProjectService.class, projects -> {
            ProjectView made = projects.create(person(), directory, options.input(name));
            output.print(made, () -> "Created the project %s (%s).".formatted(made.name(), made.id()));
        });
    }

    @Command(
            name = "list",
            description = "List the projects by name.",
            footer = {"", "Examples:", "  muster projects list"})
    void list(@Mixin Paging paging, @Mixin Output output) {
        ask(ProjectService.class, projects -> {
            Page<ProjectView> page = projects.list(paging.after(), paging.most());
            output.print(page.items(), () -> PROJECTS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "show",
            description = "Show a project with its intercepts, and what of it is not in force yet.",
            footer = {"", "Examples:", "  muster projects show Shop --json"})
    void show(@Mixin One one, @Mixin Output output) {
        ask(ProjectService.class, projects -> {
            ProjectView shown = projects.show(one.project);
            output.print(shown, () -> text(shown));
        });
    }

    @Command(
            name = "update",
            description = "Change the draft of a project. The word none takes all values of a list away.",
            footer = {"", "Examples:", "  muster projects update Shop --origin https://shop.example.com"})
    void update(
            @Mixin One one,
            @Option(names = "--name", paramLabel = "NAME", description = "Another name, at once.") @Nullable
                    String name,
            @Mixin Options options,
            @Mixin Output output) {
        ask(
                ProjectService.class,
                projects -> printDraft(output, projects.change(person(), one.project, options.input(name))));
    }

    @Command(
            name = "link",
            description =
                    "Link a project, and all its intercepts, to one directory. It needs an identity rule of extRef alone.",
            footer = {"", "Examples:", "  muster projects link Shop --directory Customers"})
    void link(@Mixin One one, @Mixin DirectoryOption directory, @Mixin Output output) {
        ask(
                ProjectService.class,
                projects -> printDraft(output, projects.link(person(), one.project, directory.name())));
    }

    @Command(
            name = "unlink",
            description = "Unlink a project from its directory.",
            footer = {"", "Examples:", "  muster projects unlink Shop"})
    void unlink(@Mixin One one, @Mixin Output output) {
        ask(ProjectService.class, projects -> printDraft(output, projects.unlink(person(), one.project)));
    }

    @Command(
            name = "apply",
            description = "Put the draft of a project and those of all its intercepts in force.",
            footer = {"", "Examples:", "  muster projects apply Shop"})
    void apply(@Mixin One one, @Mixin Output output) {
        change(ProjectService.class, projects -> {
            ProjectView applied = projects.apply(person(), one.project);
            return new Changed(
                    List.of(applied.id()),
                    () -> output.print(
                            applied,
                            () -> "%s (%s) is in force, version %d."
                                    .formatted(applied.name(), applied.id(), applied.version())));
        });
    }

    @Command(
            name = "pause",
            description = "Switch a project off, or all of them, at once.",
            footer = {"", "Examples:", "  muster projects pause Shop", "  muster projects pause --all"})
    void pause(@Mixin Switched switched, @Mixin Output output) {
        turn(switched, true, output);
    }

    @Command(
            name = "resume",
            description = "Switch a project on again, or the module as a whole, at once.",
            footer = {"", "Examples:", "  muster projects resume Shop", "  muster projects resume --all"})
    void resume(@Mixin Switched switched, @Mixin Output output) {
        turn(switched, false, output);
    }

    /** What is switched, to be mixed in. */
    static final class Switched {

        @Parameters(arity = "0..1", paramLabel = "PROJECT", description = "The project, by id or name.")
        private @Nullable String project;

        @Option(names = "--all", description = "The whole module, whatever each project says.")
        private boolean all;
    }

    /** What switching the module answers. */
    private record Module(boolean allPaused) {}

    private void turn(Switched switched, boolean paused, Output output) {
        String project = switched.project;
        if (switched.all == (project != null)) {
            throw Refusal.invalid(
                    "INVALID", "Cannot switch: it is not clear what. Give a project, or --all for the whole module.");
        }

        change(ProjectService.class, projects -> {
            if (project == null) {
                projects.pauseAll(person(), paused);
                return new Changed(
                        null,
                        () -> output.print(
                                new Module(paused),
                                () -> paused
                                        ? "All projects are switched off."
                                        : "The module is on; each project is as it was."));
            } else {
                ProjectView after = projects.pause(person(), project, paused);
                return new Changed(
                        List.of(after.id()),
                        () -> output.print(
                                after, () -> "%s (%s) is %s.".formatted(after.name(), after.id(), state(after))));
            }
        });
    }

    @Command(
            name = "delete",
            description = {
                "Delete a project with its intercepts, none of which may be active.",
                "Evaluators know it no more when the command ends."
            },
            footer = {
                "",
                "Examples:",
                "  muster projects delete Shop --preview",
                "  muster projects delete Shop --yes --json"
            })
    void delete(@Mixin One one, @Mixin TakingAway takingAway, @Mixin Output output) {
        try (AppContext context = AppContext.open(terminal(), RunningConfiguration.class)) {
            ProjectDeletions deletions = context.get(ProjectDeletions.class);
            ProjectView before = deletions.preview(one.project);
            String words = "the project %s (%s) with %d intercepts"
                    .formatted(before.name(), before.id(), before.intercepts().size());
            if (takingAway.isPreview()) {
                output.print(new Preview(before), () -> "Would delete " + words + ".");
                return;
            }

            takingAway.confirm("Delete " + words + "?");
            ProjectView gone = deletions.delete(person(), one.project);
            output.print(gone, () -> "Deleted " + words + ".");
        }
    }

    /** What would be gone. */
    private record Preview(ProjectView wouldDelete) {}

    @Command(
            name = "signing",
            description =
                    "Ask for signed references, or do so no longer, once the project is applied. Prints the secret.",
            footer = {"", "Examples:", "  muster projects signing Shop on --json"})
    void signing(
            @Mixin One one,
            @Parameters(index = "1", paramLabel = "on|off", description = "Whether references must be signed.")
                    Switch must,
            @Mixin Output output) {
        ask(ProjectService.class, projects -> {
            Signing signing = projects.sign(person(), one.project, must.isOn());
            output.print(
                    signing,
                    () -> signing.secret() == null
                            ? "References need no signature, once the project is applied."
                            : "References must be signed, once the project is applied, with the secret\n"
                                    + signing.secret());
        });
    }

    @Command(
            name = "events",
            description = {
                "Count what came of the intercepts of a project: displays (shown), clicks and responses, a line"
                        + " for each day and outcome.",
                "",
                "Outcomes: recorded (on a contact's timeline), repeated (it was already), unknown (no such contact, or no"
                        + " valid signature), no-reference, unlinked (nothing is kept of the person), not-in-force."
            },
            footer = {"", "Examples:", "  muster projects events Shop", "  muster projects events Shop --days 7 --json"
            })
    void events(
            @Mixin One one,
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "30",
                            description = "How many days, today (in UTC) included. Default: ${DEFAULT-VALUE}.")
                    int days,
            @Mixin Output output) {
        ask(EventCountService.class, events -> {
            List<EventCountService.Count> counts = events.of(one.project, days);
            output.print(counts, () -> COUNTS.text(counts));
        });
    }

    @Command(
            name = "debug-token",
            description = "Make a token that lets decisions of a project say their reasons.",
            footer = {"", "Examples:", "  muster projects debug-token Shop --for 8h --json"})
    void debugToken(
            @Mixin One one,
            @Option(
                            names = "--for",
                            paramLabel = "PERIOD",
                            defaultValue = "8h",
                            description = "How long it lasts, from 1s to 30d. Default: ${DEFAULT-VALUE}.")
                    String time,
            @Mixin Output output) {
        ask(ProjectService.class, projects -> {
            Token token = projects.debugToken(
                    one.project, Duration.ofMillis(Period.of(time).millis()));
            output.print(token, () -> {
                terminal()
                        .notes()
                        .printf(
                                "It ends at %s. Open a page with ?muster_debug=TOKEN, or keep this as a bookmark and press it there:%n%s%n",
                                token.expires(), token.bookmarklet());
                return token.token();
            });
        });
    }

    @Command(
            name = "export",
            description = "Write the draft of a project with its intercepts as YAML to standard output.",
            footer = {"", "Examples:", "  muster projects export Shop > shop.yaml"})
    void export(@Mixin One one) {
        ask(ProjectFiles.class, files -> terminal().text().print(files.write(one.project)));
    }

    @Command(
            name = "import",
            description =
                    "Make a YAML file the draft of the project of its name, which is created where there is none.",
            footer = {"", "Examples:", "  muster projects import shop.yaml"})
    void read(
            @Parameters(paramLabel = "FILE", description = "The file; - for standard input.") Path file,
            @Mixin Output output) {
        String text = ConditionFile.read(file);
        ask(ProjectFiles.class, files -> {
            Imported imported = files.read(person(), text);
            output.print(
                    imported,
                    () ->
                            "%s the project %s (%s) with %d intercepts as a draft. Put it in force with: muster projects apply %3$s"
                                            .formatted(
                                                    imported.created() ? "Created" : "Changed",
                                                    imported.name(),
                                                    imported.id(),
                                                    imported.intercepts().size())
                                    + (imported.untouched().isEmpty()
                                            ? ""
                                            : "\nNot in the file and left as they are: "
                                                    + String.join(", ", imported.untouched()) + "."));
        });
    }

    @Command(
            name = "schema",
            description = "Print the JSON Schema of project files, for editors.",
            footer = {"", "Examples:", "  muster projects schema > project-file.schema.json"})
    void schema() {
        terminal().text().print(ProjectFiles.schema());
    }

    private void printDraft(Output output, ProjectView view) {
        output.print(
                view,
                () -> "Changed the draft of %s (%s). Put it in force with: muster projects apply %2$s"
                        .formatted(view.name(), view.id()));
    }

    private static String text(ProjectView view) {
        StringBuilder text = new StringBuilder(new TextTable("ID", view.id())
                .row("NAME", view.name())
                .row("DIRECTORY", view.directory())
                .row("STATE", state(view))
                .row("VERSION", view.version())
                .row("APPLIED", view.applied())
                .row("ORIGINS", String.join(" ", view.origins()))
                .row("AUTO-CREATE", view.autoCreate() ? "on" : "off")
                .row("REFERENCES", String.join(" ", view.references()))
                .row("ATTACH", String.join(" ", view.attach()))
                .row("SIGNING", view.signing() ? "on" : "off")
                .row("SCRIPT", view.script().address())
                .row("FIXED VERSION", view.script().versioned())
                .row("INTEGRITY", view.script().integrity())
                .toString());
        text.append(InterceptsCommand.differences(view.changes()));
        view.intercepts()
                .forEach(intercept -> text.append("intercept %s (%s)%s%n"
                        .formatted(
                                intercept.name(),
                                intercept.id(),
                                intercept.changes().isEmpty()
                                        ? ""
                                        : "; not in force yet: " + InterceptsCommand.keys(intercept.changes()))));
        return text.toString();
    }

    private static String state(ProjectView view) {
        return view.allPaused()
                ? "off with the whole module"
                : view.paused() ? "paused" : view.version() == 0 ? "never applied" : "on";
    }
}
