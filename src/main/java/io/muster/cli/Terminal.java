package io.muster.cli;

import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a command talks to: standard output for its answer, standard error for notes and progress, both UTF-8 whatever the
 * locale; the state folder; the signals that ask it to stop.
 */
final class Terminal {

    private final AnswerStream answer;
    private final PrintWriter text;
    private final PrintWriter notes;
    private final StateFolder home;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile int exit;
    private boolean verbose;
    private @Nullable BufferedReader person;

    Terminal(OutputStream out, OutputStream err, StateFolder home) {
        this.answer = new AnswerStream(out);
        this.text = new PrintWriter(new OutputStreamWriter(answer, StandardCharsets.UTF_8), false) {
            @Override
            public void println() {
                // The same line end everywhere: answers are read by programs.
                write('\n');
            }
        };
        this.notes = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
        this.home = home;
    }

    /** The terminal of this process; the state folder is {@code MUSTER_HOME}, else {@code .muster} in the working folder. */
    static Terminal ofProcess() {
        String home = System.getenv("MUSTER_HOME");
        return new Terminal(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                new StateFolder(Path.of(home == null || home.isBlank() ? ".muster" : home)));
    }

    /** Standard output for bytes, buffered. A reader that went away ends the command silently. */
    OutputStream answer() {
        text.flush();
        return answer;
    }

    /** Standard output for text. */
    PrintWriter text() {
        return text;
    }

    /** Prints the answer as one line of JSON; records keep the order of their components. */
    void json(Object value) {
        JsonMapper mapper = Json.mapper();
        text.println(mapper.writeValueAsString(value));
    }

    /** Standard error: notes and progress for a person. */
    PrintWriter notes() {
        return notes;
    }

    /** Whether a person watches standard error, so that progress may redraw its line. */
    boolean isWatched() {
        return Boolean.getBoolean("muster.terminal");
    }

    /** Lets this reader stand for the person at the terminal, where there is none. */
    Terminal withPerson(BufferedReader reader) {
        person = reader;
        return this;
    }

    /** Whether the person at the terminal answers yes; without a person there, nothing is asked and the answer is yes. */
    @SuppressWarnings("SystemConsoleNull") // Without a terminal, Java 25 gives null as Java before 22 did.
    boolean isConfirmed(String question) {
        BufferedReader reader = person;
        Console console = System.console();
        if (reader == null && console != null && console.isTerminal()) {
            reader = new BufferedReader(console.reader());
        }

        if (reader == null) {
            return true;
        }

        notes.print(question + " [y/N] ");
        notes.flush();
        try {
            String answer = reader.readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw AnswerStream.failure(e);
        }
    }

    /**
     * A secret that the person at the terminal writes twice without seeing it; without a terminal one line of standard input.
     *
     * @param what names it, such as {@code Password}
     */
    @SuppressWarnings("SystemConsoleNull") // Without a terminal, Java 25 gives null as Java before 22 did.
    String secret(String what) {
        Console console = System.console();
        if (person == null && console != null && console.isTerminal()) {
            char[] first = console.readPassword("%s: ", what);
            char[] second = console.readPassword("%s again: ", what);
            if (first == null || !Arrays.equals(first, second)) {
                throw Refusal.usage("Cannot use this: the two that were written are not the same. Write it again.");
            }

            return new String(first);
        }

        try {
            BufferedReader reader = person == null
                    ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    : person;
            String line = reader.readLine();
            if (line == null) {
                throw Refusal.usage("Cannot go on: standard input has no line. Give the "
                        + what.toLowerCase(Locale.ROOT) + " as one line of it.");
            }

            return line;
        } catch (IOException e) {
            throw Refusal.failed("Cannot read standard input: " + e.getMessage() + ". Give one line of it.", e);
        }
    }

    /** The state folder. */
    StateFolder home() {
        return home;
    }

    void beVerbose() {
        verbose = true;
    }

    boolean isVerbose() {
        return verbose;
    }

    void flush() {
        text.flush();
        try {
            answer.flush();
        } catch (IOException e) {
            throw AnswerStream.failure(e);
        }

        notes.flush();
    }

    /**
     * Calls the action when the process is asked to stop (Ctrl-C, SIGTERM), and lets the command go on for at most this long:
     * it has to notice, finish in order and return. Stop the listening by closing what is returned.
     */
    StopListening onStop(Runnable action, Duration patience) {
        Thread hook = new Thread(() -> {
            action.run();
            try {
                if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    notes.println("muster: the work did not stop within %d s".formatted(patience.toSeconds()));
                    return;
                }

                // The command has ended in order: its own exit code counts, not the signal's.
                Runtime.getRuntime().halt(exit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is already stopping and waits for this command to return.
                return;
            }
        };
    }

    /** The command has returned and its answer is written. */
    void finished(int code) {
        exit = code;
        finished.countDown();
    }

    /** Ends {@link #onStop}. */
    @FunctionalInterface
    interface StopListening extends AutoCloseable {
        @Override
        void close();
    }

    /** The reader of standard output has closed it; nothing is left to be said. */
    static final class ReaderGoneException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ReaderGoneException(IOException cause) {
            super(cause);
        }
    }

    /** Standard output that does not swallow errors, as PrintStream and PrintWriter do. */
    private static final class AnswerStream extends OutputStream {

        private static final int BUFFER = 1 << 16;

        private final OutputStream target;

        private AnswerStream(OutputStream out) {
            this.target = new BufferedOutputStream(out, BUFFER);
        }

        @Override
        public void write(int b) {
            try {
                target.write(b);
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            try {
                target.write(bytes, from, length);
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                target.flush();
            } catch (IOException e) {
                throw failure(e);
            }
        }

        static RuntimeException failure(IOException e) {
            String reason = String.valueOf(e.getMessage());
            return reason.contains("Broken pipe") || reason.contains("Connection reset")
                    ? new ReaderGoneException(e)
                    : Refusal.failed(
                            "Cannot write the answer to standard output: %s. Check where it goes.".formatted(reason),
                            e);
        }
    }
}
