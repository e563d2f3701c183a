package io.muster.cli;

import io.muster.cli.Terminal.ReaderGoneException;
import io.muster.database.Outage;
import io.muster.support.Refusal;
import io.muster.support.Visible;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever ends a command into one line on standard error and an exit code. */
final class Failures {

    static final int FAILED = 1;
    static final int USAGE = 2;
    /** What a shell reports for a program ended by SIGPIPE. */
    static final int READER_GONE = 141;

    private static final int DEEPEST = 50;

    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Arguments that picocli could not make sense of. */
    int onWrongUse(ParameterException e) {
        Optional<Refusal> refusal = find(e, Refusal.class);
        if (refusal.isPresent()) {
            return report(name(e.getCommandLine()), refusal.get());
        }

        String name = name(e.getCommandLine());
        say("Cannot run %s: %s See '%s --help'.".formatted(name, sentenceEnd(reason(e)), name));
        return USAGE;
    }

    /** An exception out of a command. */
    int onFailure(Exception e, CommandLine command) {
        return e instanceof ParameterException wrong ? onWrongUse(wrong) : report(name(command), e);
    }

    /** Says why the command ended and gives its exit code. */
    int report(String command, Throwable e) {
        if (find(e, ReaderGoneException.class).isPresent()) {
            return READER_GONE;
        }

        flushAnswer();
        Optional<Refusal> refusal = find(e, Refusal.class);
        if (refusal.isPresent()) {
            say(oneLine(Advice.text(refusal.get())));
            trace(e);
            return isWrongUse(refusal.get()) ? USAGE : FAILED;
        }

        String where = log(command, e);
        if (Outage.isOutage(e)) {
            say("Cannot finish %s: %s. Check that it runs, then repeat the command; %s."
                    .formatted(command, Outage.REASON, where));
        } else {
            say("Cannot finish %s: unexpected %s (%s). This is a fault in Muster; %s."
                    .formatted(
                            command,
                            e.getClass().getSimpleName(),
                            withoutEnd(oneLine(String.valueOf(e.getMessage()))),
                            where));
        }

        trace(e);
        return FAILED;
    }

    // What a command had printed before it failed belongs in front of the reason.
    private void flushAnswer() {
        try {
            terminal.flush();
        } catch (ReaderGoneException | Refusal e) {
            trace(e);
        }
    }

    private void say(String line) {
        terminal.notes().println(Visible.text(line));
        terminal.notes().flush();
    }

    private void trace(Throwable e) {
        if (terminal.isVerbose()) {
            e.printStackTrace(terminal.notes());
            terminal.notes().flush();
        }
    }

    /** Appends the stack trace to the day's log; logging itself may not have been set up, or be what failed. */
    private String log(String command, Throwable e) {
        StringWriter entry = new StringWriter();
        PrintWriter writer = new PrintWriter(entry);
        writer.printf("%s ERROR %d %s%n", Instant.now(), ProcessHandle.current().pid(), command);
        e.printStackTrace(writer);
        writer.flush();
        try {
            Path file =
                    terminal.home().folder("logs").resolve("muster.%s.log".formatted(LocalDate.now(ZoneOffset.UTC)));
            Files.writeString(
                    file,
                    entry.toString(),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return "the stack trace is in " + file;
        } catch (IOException | Refusal unwritable) {
            return "run it again with --verbose for the stack trace, as the log cannot be written (%s)"
                    .formatted(oneLine(String.valueOf(unwritable.getMessage())));
        }
    }

    private static boolean isWrongUse(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.INVALID || refusal.kind() == Refusal.Kind.NOT_FOUND;
    }

    private static String reason(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return withoutEnd(oneLine(uncapitalised(said(e))));
        }

        String first = unmatched.getUnmatched().getFirst();
        boolean group = !e.getCommandLine().getSubcommands().isEmpty();
        String kind = unmatched.isUnknownOption() ? "option" : group ? "command" : "argument";
        return "there is no %s '%s'%s"
                .formatted(
                        kind,
                        first,
                        meant(first, unmatched.getSuggestions())
                                .map(meant -> ", did you mean '" + meant + "'?")
                                .orElse(""));
    }

    /** Picocli looks at pairs of letters wherever they are; few people mistype the first letter of a word. */
    private static Optional<String> meant(String typed, List<String> suggestions) {
        return suggestions.stream()
                .filter(one -> typed.charAt(0) == one.charAt(0))
                .findFirst()
                .or(() -> suggestions.stream().findFirst());
    }

    /** Without the word that picocli puts in front of what concerns a group of options. */
    private static String said(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("Error: ") ? message.substring("Error: ".length()) : message;
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    private static <T extends Throwable> Optional<T> find(Throwable e, Class<T> type) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
                .limit(DEEPEST)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String sentenceEnd(String text) {
        return text.endsWith("?") ? text : text + ".";
    }

    private static String withoutEnd(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static String uncapitalised(String text) {
        return text.length() > 1 && Character.isLowerCase(text.charAt(1))
                ? Character.toLowerCase(text.charAt(0)) + text.substring(1)
                : text;
    }
}
