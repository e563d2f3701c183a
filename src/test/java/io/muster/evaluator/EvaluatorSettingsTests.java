package io.muster.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.evaluator.EvaluatorSettings.Address;
import io.muster.support.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an evaluator is started: options, variables, usual values, and what is refused. */
class EvaluatorSettingsTests {

    private static final Map<String, String> HOME = Map.of("MUSTER_HOME", "/home/muster");

    @TempDir
    private Path folder;

    @Test
    void hasUsualValues() {
        EvaluatorSettings settings = EvaluatorSettings.of(List.of(), HOME::get);

        assertThat(settings.listen()).isEqualTo(new Address("127.0.0.1", 8081, true));
        assertThat(settings.metrics()).isEqualTo(new Address("127.0.0.1", 9464, false));
        assertThat(settings.snapshots()).isEqualTo(Path.of("/home/muster/snapshots"));
        assertThat(settings.server()).isEmpty();
        assertThat(settings.staleAfter()).isEqualTo(Duration.ofHours(26));
        assertThat(settings.maxRequests()).isEqualTo(4_096);
    }

    @Test
    void optionsWinOverVariables() {
        Map<String, String> environment = Map.of(
                "MUSTER_HOME", "/home/muster",
                "MUSTER_EVALUATOR_PORT", "7000",
                "MUSTER_EVALUATOR_HOST", "0.0.0.0",
                "MUSTER_SNAPSHOTS", "/var/snapshots",
                "MUSTER_EVALUATOR_STALE_AFTER", "90s",
                "MUSTER_METRICS_PORT", "7001",
                "MUSTER_EVALUATOR_MAX_REQUESTS", "12");
        EvaluatorSettings variables = EvaluatorSettings.of(List.of(), environment::get);
        assertThat(variables.listen()).isEqualTo(new Address("0.0.0.0", 7000, true));
        assertThat(variables.metrics()).isEqualTo(new Address("127.0.0.1", 7001, true));
        assertThat(variables.snapshots()).isEqualTo(Path.of("/var/snapshots"));
        assertThat(variables.staleAfter()).isEqualTo(Duration.ofSeconds(90));
        assertThat(variables.maxRequests()).isEqualTo(12);

        EvaluatorSettings options =
                EvaluatorSettings.of(List.of("--port=0", "--snapshots", "/a", "--stale-after", "1s"), environment::get);
        assertThat(options.listen().port()).isZero();
        assertThat(options.snapshots()).isEqualTo(Path.of("/a"));
        assertThat(options.staleAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void withAServerItKeepsItsOwnCopy() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "abc\n");
        EvaluatorSettings settings = EvaluatorSettings.of(
                List.of("--server", "https://muster.example.org/", "--token-file", token.toString()), HOME::get);

        assertThat(settings.snapshots()).isEqualTo(Path.of("/home/muster/evaluator/snapshots"));
        assertThat(settings.server()).hasValueSatisfying(source -> {
            assertThat(source.address()).hasToString("https://muster.example.org");
            assertThat(source.token()).isEqualTo("abc");
            assertThat(source.toString()).doesNotContain("abc");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--prot 8081 | '--prot' is not known. Run muster evaluator --help.",
                "--port | --port needs a value. Run muster evaluator --help.",
                "--port 1 --port 2 | --port is given twice. Give it once.",
                "--server https://a.example | --server needs a token. Give its file with --token-file.",
                "--server a --token-file b | 'a' is no address of a server. Write for example"
                        + " https://muster.example.org.",
                "--server https://a.example --token-file /nowhere | the token file /nowhere cannot be read."
                        + " Give a file Muster may read.",
                "--server https://a.example --snapshots b | --snapshots and --server exclude each other. Give one of"
                        + " them."
            })
    void refusesWrongUse(String arguments, String reason) {
        assertThatThrownBy(() -> EvaluatorSettings.of(Arrays.asList(arguments.split(" ", -1)), HOME::get))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot start the evaluator: " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--port 65536 | muster.evaluator.port (MUSTER_EVALUATOR_PORT): '65536' is no number from 0 to 65535."
                        + " Write for example 8081.",
                "--port x | muster.evaluator.port (MUSTER_EVALUATOR_PORT): 'x' is no number from 0 to 65535."
                        + " Write for example 8081.",
                "--stale-after 0s | muster.evaluator.stale-after (MUSTER_EVALUATOR_STALE_AFTER): '0s' is no length of"
                        + " time of 1s or more. Write for example 26h.",
                "--stale-after soon | muster.evaluator.stale-after (MUSTER_EVALUATOR_STALE_AFTER): 'soon' is no length"
                        + " of time of 1s or more. Write for example 26h."
            })
    void refusesWrongValues(String arguments, String reason) {
        assertThatThrownBy(() -> EvaluatorSettings.of(Arrays.asList(arguments.split(" ", -1)), HOME::get))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use the setting " + reason);
    }

    @Test
    void wrongUseEndsWithTwoAndHelpWithZero() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(run(out, err, "--nonsense")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "muster evaluator: Cannot start the evaluator: '--nonsense' is not known. Run muster evaluator"
                                + " --help.\n");
        assertThat(run(out, err, "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: muster evaluator ");
    }

    private static int run(ByteArrayOutputStream out, ByteArrayOutputStream err, String... arguments) {
        return Evaluator.run(
                List.of(arguments),
                HOME::get,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
