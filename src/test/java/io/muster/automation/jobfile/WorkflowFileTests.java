package io.muster.automation.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.extract.combine.Combination;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.transform.Transform;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.fileout.FileOutSpec;
import io.muster.support.document.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Job files of workflows: what is read, and what is refused with its place. */
class WorkflowFileTests {

    private static final String HEAD = """
        kind: workflow
        id: flow
        name: Flow
        tasks:
        """;

    private static final String LOAD = """
          - do: load
            extract:
              - {name: shop, type: files, source: {type: folder, folder: in}}
        """;

    private static final String CONTACTS = """
            into: {type: contacts, target: {directory: Customers}}
        """;

    private final Problems problems = new Problems();

    private Optional<JobFile> read(String text) {
        return new JobFileReader().read(text.getBytes(StandardCharsets.UTF_8), problems);
    }

    private List<String> problems(String text) {
        var ignored = read(text);
        return problems.sorted().stream()
                .map(problem -> problem.path() + ": " + problem.reason().replaceFirst("\\.$", ""))
                .toList();
    }

    @Test
    void readsTheLeastThatIsNeeded() {
        WorkflowJob job = (WorkflowJob) read(HEAD + LOAD + CONTACTS).orElseThrow();

        assertThat(problems.sorted()).isEmpty();
        assertThat(job.enabled()).isTrue();
        assertThat(job.kinds()).containsExactly("contacts");
        assertThat(job.driver()).isPresent();
    }

    @Test
    void sharesTheKeysOfImports() {
        WorkflowJob job = (WorkflowJob) read(HEAD + LOAD + """
                    afterwards: {action: delete}
                    transform:
                      - {do: map, column: Tier, values: {1: gold}, or-else: none}
                    into:
                      type: contacts
                      target: {directory: Customers, list: Newsletter}
                      mode: update-only
                      mapping: {columns: {Mail: email}}
                      limits: {min-rows: 3}
                """).orElseThrow();
        WorkflowTask.Load load = (WorkflowTask.Load) job.tasks().getFirst();
        ImportSpec spec = ((Loader.IntoDirectory) load.into()).toImportSpec(FileFormat.detected());

        assertThat(spec.mode()).isEqualTo(ImportMode.UPDATE_ONLY);
        assertThat(spec.limits().minRows()).isEqualTo(3);
        assertThat(load.transform()).containsExactly(new Transform.ValueMap("Tier", Map.of("1", "gold"), "none"));
    }

    @Test
    void readsAJoinAndAFile() {
        WorkflowJob job = (WorkflowJob) read(HEAD + LOAD + """
                      - {name: crm, type: files, source: {type: folder, folder: crm}, files: {pattern: "*.csv"}}
                    combine: {by: join, key: id, other-key: No, keep: inner, repeated: last}
                    into:
                      type: file
                      directory: Customers
                      to: {type: folder, folder: out}
                      name: joined-{date}.jsonl
                      format: json-lines
                """).orElseThrow();
        WorkflowTask.Load load = (WorkflowTask.Load) job.tasks().getFirst();

        assertThat(problems.sorted()).isEmpty();
        assertThat(load.combine())
                .isEqualTo(
                        new Combination.Join("id", "No", Combination.Join.Keep.INNER, Combination.Join.Repeated.LAST));
        assertThat(((Loader.File) load.into()).format()).isEqualTo(FileOutSpec.Format.JSON_LINES);
        assertThat(job.driver()).as("a file is written from the newest ones").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tasks: [] | tasks: must hold a task",
                "tasks: [{do: fly}] | tasks[0].do: must be one of load, rebuild, not 'fly'",
                "tasks: [{do: rebuild, directory: A, mode: incremental, segments: [B]}]"
                        + " | tasks[0].segments: has no effect with mode incremental, which refreshes all. Remove one of them",
                "tasks: [{do: load, extract: [], into: {type: list, target: {directory: A, list: B}, columns: {a: email}}}]"
                        + " | tasks[0].extract: must name an extractor",
            })
    void refusesTasksThatCannotBeDone(String tasks, String problem) {
        assertThat(problems("kind: workflow\nid: flow\nname: Flow\n" + tasks)).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type: contacts, target: {directory: A}, mode: events-only"
                        + " | mapping: records nothing in mode events-only. Map a column to transaction.date or touchpoint.time",
                "type: contacts | target: is missing. Add it, see docs/job-files.md",
                "type: list, target: {directory: A}, columns: {a: email}"
                        + " | target: must name the list. Add list or new-list",
                "type: list, target: {directory: A, list: B}, columns: {a: transaction.id}"
                        + " | columns.a: goes to transaction.id, which a membership does not have. Use the loader contacts",
                "type: touchpoints, directory: A, mapping: {columns: {a: extRef}}"
                        + " | mapping: records nothing in mode events-only. Map a column to transaction.date or touchpoint.time",
                "type: file, directory: A, to: {type: folder, folder: out}, name: all.csv"
                        + " | name: is the same for every run, but no file is overwritten. Add {date}, {time} or {run}",
                "type: file, directory: A, to: {type: folder, folder: out}, name: '../all-{date}.csv'"
                        + " | name: must be a name without a path that does not begin with a dot",
                "type: file, directory: A, to: {type: drop}, name: 'all-{date}.csv'"
                        + " | to: cannot be written to. Use sftp or folder",
            })
    void refusesLoadersThatCannotLoad(String into, String problem) {
        assertThat(problems(HEAD + LOAD + "    into: {" + into + "}\n")).contains("tasks[0].into." + problem);
    }

    @Test
    void refusesExtractorsThatDoNotGoTogether() {
        assertThat(problems(HEAD + LOAD + "      - {name: shop, type: files, source: {type: drop}}\n" + CONTACTS))
                .containsExactlyInAnyOrder(
                        "tasks[0].extract[1].name: is that of tasks[0].extract[0] as well. Name each extractor otherwise",
                        "tasks[0].extract[1].source: can be drop only where the files drive the workflow: in the first"
                                + " extractor of a first task that loads into a directory",
                        "tasks[0]: has several extractors, but does not say how they go together. Add combine, by union or"
                                + " join");
    }

    @Test
    void refusesWhatHasNoEffect() {
        assertThat(problems(HEAD + LOAD + "    combine: {by: union}\n" + CONTACTS + LOAD.replace("shop", "more")
                        + "    afterwards: {action: delete}\n" + CONTACTS))
                .containsExactlyInAnyOrder(
                        "tasks[0].combine: has no effect with one extractor. Remove it, or add another",
                        "tasks[1].afterwards: belongs to a first task whose first extractor takes files into a directory."
                                + " Remove it");
    }

    @Test
    void refusesTransformsThatCannotBeDone() {
        assertThat(problems(HEAD + LOAD + """
                    transform:
                      - {do: replace, column: a, pattern: "(?=x)"}
                      - {do: date-format, column: a, to: "bb"}
                      - {do: substring, column: a, from: 0}
                      - {do: concatenate, columns: [], into: b}
                """ + CONTACTS))
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("tasks[0].transform[0]: cannot be used: the pattern is not a regular expression"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("tasks[0].transform[1]: cannot be used: to is no pattern"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("tasks[0].transform[2]: cannot be used: from must not be 0"));
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("jobs"))) {
            return files
                    .filter(file -> file.getFileName().toString().startsWith("workflow-"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void readsTheExamples(Path example) throws IOException {
        Optional<JobFile> job = read(Files.readString(example));

        assertThat(problems.sorted()).isEmpty();
        assertThat(job).get().satisfies(one -> assertThat(one.enabled()).isFalse());
    }

    @Test
    void readsTheExamplesOfThePage() throws IOException {
        Matcher example = Pattern.compile("```yaml\n(kind:.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/workflows.md")));
        int count = 0;
        while (example.find()) {
            count++;
            var ignored = read(example.group(1));
        }

        assertThat(problems.sorted()).isEmpty();
        assertThat(count).isGreaterThanOrEqualTo(2);
    }
}
