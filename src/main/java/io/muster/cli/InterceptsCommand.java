package io.muster.cli;

import io.muster.app.InterceptView;
import io.muster.app.ProjectService;
import io.muster.intercept.Difference;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster intercepts}. */
@Command(
        name = "intercepts",
        description = {
            "Write invitations on websites and in applications, put them in force, switch them on and off.",
            "",
            "What is set is a draft until it is applied; activate and deactivate take effect at once."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster intercepts create Welcome --project Shop --survey SV_1 --creative welcome.yaml",
            "  muster intercepts activate SI_1a2B3c4D5e6F7g8",
            "  muster intercepts list --project Shop"
        })
final class InterceptsCommand extends AppCommands {

    private static final Listing<InterceptView> INTERCEPTS = new Listing<InterceptView>("No intercepts.")
            .column("ID", InterceptView::id)
            .column("NAME", InterceptView::name)
            .column("STATE", InterceptsCommand::state)
            .column("SURVEY", InterceptView::survey)
            .column("NOT IN FORCE YET", view -> keys(view.changes()));

    InterceptsCommand(Terminal terminal) {
        super(terminal);
    }

    /** Some intercepts, to be mixed in. */
    static final class Some {

        @Parameters(arity = "1..*", paramLabel = "INTERCEPT", description = "Their ids, SI_….")
        private List<String> ids = List.of();
    }

    @Command(
            name = "create",
            description = "Create an intercept. It is inactive, and nothing of it is in force.",
            footer = {
                "",
                "Examples:",
                "  muster intercepts create Welcome --project Shop --survey SV_1 --target gold.yaml --json"
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the project.") String name,
            @Option(names = "--project", paramLabel = "PROJECT", required = true, description = "By id or name.")
                    String project,
            @Mixin InterceptOptions options,
            @Mixin Output output) {
        ask(ProjectService.class, projects -> {
            InterceptView made = projects.create(person(), project, options.input(name));
            warn(made);
            output.print(
                    made, () -> "Created the intercept %s (%s). It is inactive.".formatted(made.name(), made.id()));
        });
    }

    @Command(
            name = "list",
            description = "List the intercepts of a project, the oldest first, or those of the ids.",
            footer = {"", "Examples:", "  muster intercepts list --project Shop"})
    void list(
            @Parameters(arity = "0..*", paramLabel = "INTERCEPT", description = "Their ids, SI_….") @Nullable
                    List<String> ids,
            @Option(names = "--project", paramLabel = "PROJECT", description = "By id or name.") @Nullable
                    String project,
            @Mixin Output output) {
        if (project == null && (ids == null || ids.isEmpty())) {
            throw Refusal.invalid(
                    "INVALID", "Cannot list intercepts: it is not said which. Give --project, or their ids.");
        }

        ask(ProjectService.class, projects -> {
            List<InterceptView> found = new ArrayList<>();
            if (project != null) {
                found.addAll(projects.intercepts(project));
            }

            if (ids != null) {
                ids.stream().map(projects::intercept).forEach(found::add);
            }

            output.print(found, () -> INTERCEPTS.text(found));
        });
    }

    @Command(
            name = "show",
            description = "Show intercepts: their drafts, and what of them is not in force yet.",
            footer = {"", "Examples:", "  muster intercepts show SI_1a2B3c4D5e6F7g8 --json"})
    void show(@Mixin Some some, @Mixin Output output) {
        ask(
                ProjectService.class,
                projects ->
                        print(output, some.ids.stream().map(projects::intercept).toList(), view -> text(view)));
    }

    @Command(
            name = "update",
            description = "Change the drafts of intercepts. The word none takes a setting away.",
            footer = {"", "Examples:", "  muster intercepts update SI_1a2B3c4D5e6F7g8 --sample 25 --target none"})
    void update(
            @Mixin Some some,
            @Option(names = "--name", paramLabel = "NAME", description = "Another name, at once.") @Nullable
                    String name,
            @Mixin InterceptOptions options,
            @Mixin Output output) {
        ask(
                ProjectService.class,
                projects -> print(
                        output,
                        projects.change(person(), some.ids, options.input(name)),
                        view -> "Changed the draft of %s (%s). Put it in force with: muster intercepts apply %2$s"
                                .formatted(view.name(), view.id())));
    }

    @Command(
            name = "activate",
            description = "Switch intercepts on, at once. One that was never applied is applied with that.",
            footer = {"", "Examples:", "  muster intercepts activate SI_1a2B3c4D5e6F7g8"})
    void activate(@Mixin Some some, @Mixin Output output) {
        change(
                ProjectService.class,
                projects -> changed(
                        output,
                        projects.activate(person(), some.ids, true),
                        view -> "%s (%s) is active.".formatted(view.name(), view.id())));
    }

    @Command(
            name = "deactivate",
            description = "Switch intercepts off, at once.",
            footer = {"", "Examples:", "  muster intercepts deactivate SI_1a2B3c4D5e6F7g8"})
    void deactivate(@Mixin Some some, @Mixin Output output) {
        change(
                ProjectService.class,
                projects -> changed(
                        output,
                        projects.activate(person(), some.ids, false),
                        view -> "%s (%s) is inactive.".formatted(view.name(), view.id())));
    }

    @Command(
            name = "apply",
            description = "Put the drafts of intercepts in force.",
            footer = {"", "Examples:", "  muster intercepts apply SI_1a2B3c4D5e6F7g8"})
    void apply(@Mixin Some some, @Mixin Output output) {
        change(
                ProjectService.class,
                projects -> changed(
                        output,
                        projects.applyIntercepts(person(), some.ids),
                        view -> "%s (%s) is in force.".formatted(view.name(), view.id())));
    }

    @Command(
            name = "delete",
            description = "Delete intercepts that are not active. Evaluators know them no more when the command ends.",
            footer = {
                "",
                "Examples:",
                "  muster intercepts delete SI_1a2B3c4D5e6F7g8 --preview",
                "  muster intercepts delete SI_1a2B3c4D5e6F7g8 --yes --json"
            })
    void delete(@Mixin Some some, @Mixin TakingAway takingAway, @Mixin Output output) {
        if (takingAway.isPreview()) {
            ask(ProjectService.class, projects -> {
                List<InterceptView> wouldDelete = projects.deletable(some.ids);
                output.print(new Preview(wouldDelete), () -> lines("Would delete", wouldDelete));
            });
            return;
        }

        change(ProjectService.class, projects -> {
            takingAway.confirm(lines("Delete", projects.deletable(some.ids)) + "?");
            List<InterceptView> gone = projects.delete(person(), some.ids);
            return new Changed(
                    gone.stream().map(InterceptView::project).toList(),
                    () -> output.print(one(gone), () -> lines("Deleted", gone)));
        });
    }

    /** What would be gone. */
    private record Preview(List<InterceptView> wouldDelete) {}

    private static String lines(String doing, List<InterceptView> views) {
        return views.stream()
                .map(view -> "%s the intercept %s (%s)".formatted(doing, view.name(), view.id()))
                .collect(Collectors.joining("\n"));
    }

    private static Object one(List<InterceptView> views) {
        return views.size() == 1 ? views.getFirst() : views;
    }

    private Changed changed(Output output, List<InterceptView> views, Function<InterceptView, String> text) {
        return new Changed(views.stream().map(InterceptView::project).toList(), () -> print(output, views, text));
    }

    /** One answer for one id, a list for several. */
    private void print(Output output, List<InterceptView> views, Function<InterceptView, String> text) {
        views.forEach(this::warn);
        output.print(one(views), () -> views.stream().map(text).collect(Collectors.joining("\n")));
    }

    private void warn(InterceptView view) {
        view.warnings().forEach(warning -> terminal().notes().println("Warning: " + warning));
    }

    private static String text(InterceptView view) {
        TextTable table = new TextTable("ID", view.id())
                .row("NAME", view.name())
                .row("PROJECT", view.project())
                .row("STATE", state(view))
                .row("SURVEY", view.survey())
                .row("TARGET", view.target())
                .row("PAGE", view.page())
                .row("LINK", view.link() == null ? "as the project" : view.link())
                .row("DIRECTORY", view.directory())
                .row("FREQUENCY", view.frequency() ? "on" : "off")
                .row("LIST-BASED", view.listBased() ? "yes" : "no")
                .row("STARTS", view.starts())
                .row("ENDS", view.ends())
                .row("SAMPLE", view.sample().toPlainString() + " %")
                .row("HOLD-OUT", view.holdOut().toPlainString() + " %")
                .row("WHEN UNKNOWN", view.whenUnknown())
                .row("WHEN UNAVAILABLE", view.whenUnavailable());
        return table + differences(view.changes());
    }

    /** What applying would change, a line each. */
    static String differences(List<Difference> changes) {
        return changes.stream()
                .map(change -> "not in force yet: %s: %s → %s%n"
                        .formatted(
                                change.key(),
                                change.applied() == null ? "-" : change.applied(),
                                change.draft() == null ? "-" : change.draft()))
                .collect(Collectors.joining());
    }

    private static String state(InterceptView view) {
        return view.active() ? "active" : view.applied() ? "inactive" : "never applied";
    }

    static String keys(List<Difference> changes) {
        return changes.stream().map(Difference::key).collect(Collectors.joining(", "));
    }
}
