package io.muster.cli;

import io.muster.app.AppConfiguration;
import io.muster.app.RunningConfiguration;
import io.muster.app.SnapshotService;
import io.muster.directory.Actor;
import io.muster.support.Refusal;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Base of groups of commands that ask the application; a command of a group is an annotated method. */
abstract class AppCommands {

    private final Terminal terminal;

    /** Something asked of a service. */
    @FunctionalInterface
    interface Question<S> {

        /** Asks and prints the answer. */
        void put(S service) throws IOException;
    }

    AppCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    final Terminal terminal() {
        return terminal;
    }

    /** The person at the command line. */
    final Actor person() {
        return Actor.commandLine(System.getProperty("user.name", "unknown"));
    }

    /**
     * What was changed of projects.
     *
     * @param projects those that it is to be in force of; null for all
     * @param answer prints it, once that is so
     */
    record Changed(@Nullable Collection<String> projects, Runnable answer) {}

    /** Changes what is in force of projects, publishes that, and only then answers. */
    final <S> void change(Class<S> service, Function<S, Changed> change) {
        try (AppContext context = AppContext.open(terminal, RunningConfiguration.class)) {
            Changed changed = change.apply(context.get(service));
            SnapshotService snapshots = context.get(SnapshotService.class);
            Collection<String> projects = changed.projects();
            var ignored = new RunSession(terminal).foreground(context, progress -> {
                if (projects == null) {
                    snapshots.publishAllChanges(person(), progress);
                } else {
                    snapshots.publishChanges(person(), projects, progress);
                }

                return changed;
            });
            changed.answer().run();
            if (projects != null) {
                snapshots.pinned(projects).forEach(this::tellOfPin);
            }
        }
    }

    private void tellOfPin(SnapshotService.Version used) {
        terminal.notes()
                .printf(
                        "Note: evaluators go on with version %s of %s, which is pinned; only switches act at once."
                                + " Have them use what was published now with: muster snapshot unpin %2$s%n",
                        used.version(), used.project());
    }

    private static Refusal unwritable(IOException e) {
        return Refusal.failed(
                        "ANSWER_UNWRITABLE",
                        "Cannot write the answer: %s. Check where it goes.".formatted(e.getMessage()))
                .causedBy(e);
    }

    /** The answer of a service of the application. */
    final <S, T> T answer(Class<S> service, Function<S, T> question) {
        try (AppContext context = AppContext.open(terminal, AppConfiguration.class)) {
            return question.apply(context.get(service));
        }
    }

    /** Asks a service of the application. */
    final <S> void ask(Class<S> service, Question<S> question) {
        try (AppContext context = AppContext.open(terminal, AppConfiguration.class)) {
            question.put(context.get(service));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }
}
