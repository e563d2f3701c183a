package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CliTests {

    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal() {
        return new Terminal(out, err, new StateFolder(home));
    }

    private int run(String... args) {
        return Cli.run(terminal(), args);
    }

    private String answer() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String notes() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void answersOnStandardOutputOnly() {
        assertThat(run("version", "--json")).isZero();

        assertThat(answer()).matches("\\{\"muster\":\"\\S+\",\"java\":\"25\\S*\"}\n");
        assertThat(notes()).isEmpty();
    }

    @Test
    void saysItsVersionWhenAskedByAnOption() {
        assertThat(run("--version")).isZero();

        assertThat(answer()).matches("Muster \\S+ on Java 25\\S*\n");
        assertThat(notes()).isEmpty();
    }

    @Test
    void alignsWideCharactersAndEmojiAndMarksInTables() {
        assertThat(new TextTable("NAME", "N")
                        .row("李小龍", 1)
                        .row("❤️👩‍👩‍👧", 2)
                        .row("e\u0301", 3)
                        .row("ｶﾅ", 4)
                        .toString())
                .isEqualTo("NAME    N\n李小龍  1\n❤️👩‍👩‍👧    2\ne\u0301       3\nｶﾅ      4\n");
    }

    @Test
    void helpsOnEveryLevelWithoutTouchingTheStateFolder() throws IOException {
        assertThat(run("--help")).isZero();
        assertThat(run("version", "--help")).isZero();

        assertThat(answer()).contains("Usage: muster", "Usage: muster version", "Examples:");
        assertThat(answer()).doesNotContain("train");
        assertThat(notes()).isEmpty();
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void everyCommandSaysWhatItIsFor() {
        everyCommand(Cli.commandLine(terminal(), new Failures(terminal())));
    }

    private static void everyCommand(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        assertThat(command.getUsageMessage()).as("help of %s", name).contains("--help");
        if (!command.getCommandSpec().usageMessage().hidden()) {
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as("description of %s", name)
                    .isNotEmpty();
            // Help teaches: whoever sees it has a line to copy, which names this very command.
            assertThat(command.getUsageMessage()).as("help of %s", name).contains("Examples:\n", "  " + name);
        }

        command.getSubcommands().values().forEach(CliTests::everyCommand);
    }

    @Test
    void namesWhatIsWrongWithTheArgumentsInOneLine() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("versoin")).isEqualTo(2);
        assertThat(run("version", "--jsn")).isEqualTo(2);
        assertThat(run("version", "extra")).isEqualTo(2);

        assertThat(answer()).isEmpty();
        assertThat(notes()).isEqualTo("""
            Cannot run muster: no command given. See 'muster --help'.
            Cannot run muster: there is no command 'versoin', did you mean 'version'? See 'muster --help'.
            Cannot run muster version: there is no option '--jsn', did you mean '--json'? See 'muster version --help'.
            Cannot run muster version: there is no argument 'extra'. See 'muster version --help'.
            """);
    }

    @Test
    void showsARefusalAsItIsWhereverItComesFrom() {
        Failures failures = new Failures(terminal());

        assertThat(failures.report("muster x", new IllegalStateException(Refusal.failed("Cannot do x: y. Do z."))))
                .isEqualTo(1);
        assertThat(failures.report("muster x", Refusal.usage("Cannot do x:\n  y. Do z.")))
                .isEqualTo(2);
        assertThat(notes()).isEqualTo("Cannot do x: y. Do z.\nCannot do x: y. Do z.\n");
    }

    @Test
    void keepsTheStackTraceOfTheUnexpectedInTheLog() throws IOException {
        int exit = new Failures(terminal()).report("muster x", new IllegalStateException("what\nnow"));

        assertThat(exit).isEqualTo(1);
        assertThat(notes())
                .startsWith("Cannot finish muster x: unexpected IllegalStateException (what now). This is a fault in"
                        + " Muster; the stack trace is in "
                        + home.resolve("logs"))
                .hasLineCount(1);
        try (Stream<Path> logs = Files.list(home.resolve("logs"))) {
            assertThat(logs.map(CliTests::text))
                    .singleElement()
                    .asString()
                    .contains("ERROR", "muster x", "at io.muster.cli.CliTests");
        }
    }

    @Test
    void blamesTheDatabaseWhenItsConnectionIsLost() {
        SQLException lost = new SQLException("Communications link failure", "08S01");

        assertThat(new Failures(terminal()).report("muster x", new IllegalStateException(lost)))
                .isEqualTo(1);
        assertThat(notes())
                .startsWith(
                        "Cannot finish muster x: the database was lost or does not answer. Check that it runs, then repeat the"
                                + " command; ");
    }

    @Test
    void showsStackTracesWhenAskedTo() {
        Terminal terminal = terminal();
        terminal.beVerbose();

        new Failures(terminal).report("muster x", Refusal.failed("Cannot do x: y. Do z."));

        assertThat(notes()).startsWith("Cannot do x: y. Do z.\n").contains("at io.muster.cli.CliTests");
    }

    @Test
    void endsSilentlyWhenNobodyReadsTheAnswer() {
        Terminal terminal = new Terminal(failing("Broken pipe"), err, new StateFolder(home));

        assertThat(Cli.run(terminal, "version")).isEqualTo(141);
        assertThat(notes()).isEmpty();
    }

    @Test
    void saysWhenTheAnswerCannotBeWritten() {
        Terminal terminal = new Terminal(failing("No space left on device"), err, new StateFolder(home));

        assertThat(Cli.run(terminal, "version")).isEqualTo(1);
        assertThat(notes())
                .isEqualTo(
                        "Cannot write the answer to standard output: No space left on device. Check where it goes.\n");
    }

    @Test
    void writesUtf8WhateverTheLocale() throws IOException {
        Terminal terminal = terminal();
        terminal.text().print("Łódź ");
        terminal.answer().write("東京".getBytes(StandardCharsets.UTF_8));
        terminal.flush();

        assertThat(answer()).isEqualTo("Łódź 東京");
    }

    @Test
    void alignsTables() {
        assertThat(new TextTable("NAME", "ROWS")
                        .row("customers", 12)
                        .row("é", 3)
                        .toString())
                .isEqualTo("""
                    NAME       ROWS
                    customers  12
                    é          3
                    """);
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
