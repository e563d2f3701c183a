package io.muster.cli;

import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs commands as a person would type them, in this process and on the demo's state. */
final class DemoShell {

    private final StateFolder home;
    private final PrintWriter notes;
    private final DemoPage page;
    private final BooleanSupplier stopped;

    /** @param stopped whether the demo was asked to stop */
    DemoShell(StateFolder home, PrintWriter notes, DemoPage page, BooleanSupplier stopped) {
        this.stopped = stopped;
        this.home = home;
        this.notes = notes;
        this.page = page;
    }

    /** Shows a command, runs it and shows its answer. */
    void show(String... args) {
        page.command(typed(args));
        page.answer(answer(args));
    }

    /** Runs a command without showing it; a refusal when it fails. */
    String answer(String... args) {
        return answer(0, args);
    }

    /** Runs a command that is to report a failure; a refusal when it does not. */
    String failing(String... args) {
        return answer(1, args);
    }

    private String answer(int expected, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return answer(new Terminal(out, new Noted(), home), out, expected, args);
    }

    /** The same with what the command reads from standard input. */
    String answer(Reader input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return answer(new Terminal(out, new Noted(), home).withPerson(new BufferedReader(input)), out, 0, args);
    }

    private String answer(Terminal terminal, ByteArrayOutputStream out, int expected, String... args) {
        if (stopped.getAsBoolean()) {
            throw Refusal.failed("Cannot finish the demo: it was asked to stop. Start it again; it begins afresh.");
        }

        int exit = Cli.run(terminal, args);
        String text = out.toString(StandardCharsets.UTF_8);
        if (exit != expected) {
            throw Refusal.failed("Cannot go on with the demo: '%s' ended with exit code %d%s. See above."
                    .formatted(typed(args), exit, text.isBlank() ? "" : " (" + text.strip() + ")"));
        }

        return text;
    }

    /** The words of a command as they are typed. */
    static String typed(String... args) {
        return Stream.concat(Stream.of("muster"), Arrays.stream(args))
                .map(word -> word.matches("[\\w./:,=@%+-]+") ? word : "'" + word + "'")
                .collect(Collectors.joining(" "));
    }

    /** The first lines of an answer, and how many were left out. */
    static String head(String text, int lines) {
        List<String> all = text.lines().toList();
        return all.stream().limit(lines).collect(Collectors.joining("\n"))
                + (all.size() > lines ? "\n… and %d more".formatted(all.size() - lines) : "");
    }

    /** Notes and progress of the commands go where the demo's own go. */
    private final class Noted extends OutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            line.write(b);
        }

        @Override
        public void flush() {
            notes.print(line.toString(StandardCharsets.UTF_8));
            notes.flush();
            line.reset();
        }
    }
}
