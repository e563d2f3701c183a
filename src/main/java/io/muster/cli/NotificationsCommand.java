package io.muster.cli;

import io.muster.app.NotificationService;
import io.muster.app.RunningConfiguration;
import io.muster.automation.notify.Notifications;
import io.muster.automation.notify.StuckNotification;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster notifications}. */
@Command(
        name = "notifications",
        description = "Show notifications that have not arrived, try them again or drop them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster notifications list",
            "  muster notifications retry --all",
            "  muster notifications drop 17 18"
        })
final class NotificationsCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Listing<StuckNotification> STUCK = new Listing<StuckNotification>(
                    "Every notification has arrived, or waits for its first attempt.")
            .column("ID", StuckNotification::id)
            .column("AUTOMATION", StuckNotification::automation)
            .column("BY", StuckNotification::channel)
            .column("TO", StuckNotification::destination)
            .column("STATE", StuckNotification::state)
            .column("ATTEMPTS", StuckNotification::attempts)
            .column("SINCE", StuckNotification::created)
            .column("LAST ERROR", StuckNotification::lastError);

    private final Terminal terminal;

    NotificationsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The notifications that are meant: named ones, or all that have not arrived. */
    static final class Chosen {

        @Parameters(paramLabel = "ID", arity = "0..*", description = "Notifications, by their numbers.")
        private @Nullable List<Long> named;

        @Option(names = "--all", description = "All that have not arrived; at most 100 at once.")
        private boolean all;

        List<Long> of(NotificationService service) {
            boolean none = named == null || named.isEmpty();
            if (none != all) {
                throw Refusal.usage(
                        none
                                ? "Cannot choose notifications: none is named. Give their numbers, or --all."
                                : "Cannot choose notifications: give either their numbers or --all.");
            }

            return named == null || none
                    ? service.stuck().stream().map(StuckNotification::id).toList()
                    : named;
        }
    }

    private record Answer(List<Long> notifications) {}

    @Command(
            name = "list",
            description =
                    "List notifications that failed at least once and have not arrived, newest first, at most 100.",
            footer = {"", "Examples:", "  muster notifications list --json"})
    void list(@Mixin Output output) {
        ask(context -> {
            List<StuckNotification> stuck =
                    context.get(NotificationService.class).stuck();
            output.print(stuck, () -> STUCK.text(stuck));
        });
    }

    @Command(
            name = "retry",
            description = "Try notifications again at once, with all their attempts before them.",
            footer = {"", "Examples:", "  muster notifications retry --all"})
    void retry(@Mixin Chosen chosen, @Mixin Output output) {
        ask(context -> {
            NotificationService service = context.get(NotificationService.class);
            List<Long> ids = chosen.of(service);
            service.retry(ids, RunSession.person());
            int delivered = context.get(Notifications.class).deliverDue(PATIENCE);
            output.print(
                    new Answer(ids),
                    () -> "Tried %d notifications again; %d that were due have arrived."
                            .formatted(ids.size(), delivered));
        });
    }

    @Command(
            name = "drop",
            description = "Give notifications up: they are not tried any more.",
            footer = {"", "Examples:", "  muster notifications drop 17", "  muster notifications drop --all --preview"})
    void drop(@Mixin Chosen chosen, @Mixin TakingAway takingAway, @Mixin Output output) {
        ask(context -> {
            NotificationService service = context.get(NotificationService.class);
            List<Long> ids = chosen.of(service);
            if (takingAway.isPreview()) {
                output.print(new Answer(ids), () -> "Would drop %d notifications: %s.".formatted(ids.size(), ids));
                return;
            }

            takingAway.confirm("Drop %d notifications?".formatted(ids.size()));
            service.drop(ids, RunSession.person());
            output.print(new Answer(ids), () -> "Dropped %d notifications.".formatted(ids.size()));
        });
    }

    private void ask(Consumer<AppContext> work) {
        try (AppContext context = AppContext.open(terminal, RunningConfiguration.class)) {
            work.accept(context);
        }
    }
}
