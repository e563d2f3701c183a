package io.muster.cli;

import io.muster.app.AppConfiguration;
import io.muster.directory.Actor;
import io.muster.support.Refusal;
import java.io.IOException;

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

    /** Asks a service of the application. */
    final <S> void ask(Class<S> service, Question<S> question) {
        try (AppContext context = AppContext.open(terminal, AppConfiguration.class)) {
            question.put(context.get(service));
        } catch (IOException e) {
            throw Refusal.failed(
                            "ANSWER_UNWRITABLE",
                            "Cannot write the answer: %s. Check where it goes.".formatted(e.getMessage()))
                    .causedBy(e);
        }
    }
}
