package io.muster.cli;

import io.muster.app.AppConfiguration;
import io.muster.app.RunningConfiguration;
import io.muster.app.SnapshotService;
import io.muster.directory.Actor;
import io.muster.support.Refusal;
import java.io.IOException;
import java.util.List;

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

    /** Something asked of a service, and what of the projects is to be published after that. */
    @FunctionalInterface
    interface InForce<S> {

        /** Changes something, prints the answer, and names the projects; none stands for all. */
        List<String> make(S service) throws IOException;
    }

    /** Changes what is in force of projects and publishes that before the command ends. */
    final <S> void change(Class<S> service, InForce<S> change) {
        try (AppContext context = AppContext.open(terminal, RunningConfiguration.class)) {
            List<String> projects = change.make(context.get(service));
            SnapshotService snapshots = context.get(SnapshotService.class);
            var ignored = new RunSession(terminal).foreground(context, progress -> {
                if (projects.isEmpty()) {
                    snapshots.publishAllChanges(person(), progress);
                } else {
                    projects.stream()
                            .distinct()
                            .forEach(project -> snapshots.publishChanges(person(), project, progress));
                }

                return projects;
            });
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static Refusal unwritable(IOException e) {
        return Refusal.failed(
                        "ANSWER_UNWRITABLE",
                        "Cannot write the answer: %s. Check where it goes.".formatted(e.getMessage()))
                .causedBy(e);
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
