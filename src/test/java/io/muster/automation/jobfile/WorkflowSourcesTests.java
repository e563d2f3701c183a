package io.muster.automation.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.DirectoryRecords;
import io.muster.extract.record.EligibilityRecords;
import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.JdbcRecords;
import io.muster.extract.record.MemberPath;
import io.muster.extract.record.RecordSpec;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.support.document.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Job files of workflows that read databases, HTTP and directories: what is asked of the extractors, and what is refused. */
class WorkflowSourcesTests {

    private static final String JDBC = "type: database, url: \"jdbc:mysql://db/crm\", query: SELECT 1";
    private static final String HTTP = "type: http, url: \"https://crm.example.com/people\", ";

    private final Problems problems = new Problems();

    @Test
    void theExampleOfADatabaseSaysWhatIsMeant() throws IOException {
        assertThat(example("workflow-database"))
                .isEqualTo(new JdbcRecords(
                        "jdbc:postgresql://db.example.com/crm",
                        "muster",
                        SecretRef.of("env:CRM_PASSWORD"),
                        """
                        SELECT c.no AS "Customer No", c.mail AS "Mail", c.tier AS "Tier", c.changed_at
                        FROM customers c
                        WHERE c.closed = FALSE""",
                        new JdbcRecords.Watermark("changed_at", Duration.ofMinutes(15), 1_000L),
                        null,
                        Duration.ofMinutes(10),
                        Retries.standard()));
    }

    @Test
    void theExampleOfHttpSaysWhatIsMeant() throws IOException {
        assertThat(example("workflow-http"))
                .isEqualTo(new HttpRecords(
                        "https://community.example.com/api/people?limit=100",
                        Map.of("Accept", "application/json"),
                        new HttpRecords.Bearer(SecretRef.of("env:COMMUNITY_TOKEN")),
                        new HttpRecords.JsonArray(MemberPath.of("$.people")),
                        FileFormat.detected(),
                        new HttpRecords.ByCursor(MemberPath.of("$.paging.next"), "after"),
                        new HttpRecords.Watermark("updated_since", "updatedAt", null, Duration.ofMinutes(10)),
                        null,
                        new HttpRecords.Limits(5_000, 1L << 30, Duration.ofHours(2)),
                        Duration.ofSeconds(30),
                        Retries.standard()));
    }

    @Test
    void theExampleOfASegmentSaysWhatIsMeant() throws IOException {
        assertThat(example("workflow-segment")).isEqualTo(new DirectoryRecords("Customers", null, "Gold"));
        assertThat(spec("type: eligibility, directory: Customers"))
                .isEqualTo(new EligibilityRecords("Customers", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                JDBC,
                HTTP + "format: csv, csv: {delimiter: \";\"}, paging: {type: offset, parameter: from, size: 10}",
                HTTP
                        + "format: json-lines, paging: {type: link}, auth: {type: basic, username: me, password: \"env:A\"}",
                HTTP
                        + "format: json, paging: {type: link, path: \"$['next page']\"}, auth: {type: header, name: X-Key, value: \"env:A\"}",
                HTTP
                        + "format: json, paging: {type: page, parameter: p}, auth: {type: parameter, name: key, value: \"env:A\"}",
                "type: directory, directory: Customers, list: News",
                "type: eligibility, directory: Customers, run: RN_000000000000001"
            })
    void isStoredWithTheRunAsItIs(String extractor) {
        JsonMapper json = JsonMapper.builder().build();
        RecordSpec spec = spec(extractor);

        assertThat(json.readValue(json.writeValueAsString(spec), RecordSpec.class))
                .isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type: database, url: \"mysql://db\", query: SELECT 1"
                        + " | url: must begin with jdbc:, such as jdbc:postgresql://db.example.com/crm",
                "type: database, url: \"jdbc:mysql://me:word@db/crm\", query: SELECT 1"
                        + " | url: must not hold an account's password. Write password, or keep the whole URL outside: env:NAME"
                        + " or file:PATH",
                "type: database, url: \"jdbc:oracle:thin:scott/tiger@db\", query: SELECT 1"
                        + " | url: must not hold an account's password. Write password, or keep the whole URL outside: env:NAME"
                        + " or file:PATH",
                "type: database, url: \"jdbc:sqlserver://db;user=a;password=b\", query: SELECT 1"
                        + " | url: must not hold an account's password. Write password, or keep the whole URL outside: env:NAME"
                        + " or file:PATH",
                "type: database, url: \"env:CRM\", query: SELECT 1, watermark: {column: \"a; DROP\"}"
                        + " | watermark.column: must be the plain name of a column of the query, such as updated_at",
                "type: database, url: \"env:CRM\", query: SELECT 1, timeout: 2d | timeout: must be 1s to 24h",
                "type: database, url: \"env:CRM\", query: SELECT 1, watermark: {column: a, overlap: 400d}"
                        + " | watermark.overlap: must be 0s to 366d",
                "type: http, url: \"ftp://crm\", format: json"
                        + " | url: must be an address that begins with https:// or http://",
                "type: http, url: \"https://me:word@crm\", format: json"
                        + " | url: must not hold a name or password. Keep the whole address outside: env:NAME or file:PATH",
                "type: http, url: \"env:A\", format: csv, records: $.a | records: belongs to format json. Remove it",
                "type: http, url: \"env:A\", format: csv, paging: {type: cursor, path: $.a, parameter: b}"
                        + " | paging: finds the next page in a JSON document, which other formats have not. Choose another",
                "type: http, url: \"env:A\", format: json-lines, paging: {type: cursor, path: $.a, parameter: b}"
                        + " | paging: finds the next page in a JSON document, which other formats have not. Choose another",
                "type: http, url: \"env:A\", format: csv, paging: {type: link, path: $.a}"
                        + " | paging: finds the next page in a JSON document, which other formats have not. Choose another",
                "type: http, url: \"env:A\", format: json-lines, paging: {type: link, path: $.a}"
                        + " | paging: finds the next page in a JSON document, which other formats have not. Choose another",
                "type: http, url: \"env:A\", format: json, headers: {Authorization: word}"
                        + " | headers.Authorization: is not a header that may be set. Remove it, or use auth",
                "type: http, url: \"env:A\", format: json, records: \"$..a\""
                        + " | records: must be a JSONPath of names, such as $.data.items or $['next page']",
                "type: http, url: \"env:A\", format: json, limits: {time: 8d} | limits.time: must be 1s to 7d",
                "type: http, url: \"env:A\", format: xml | format: must be one of json, json-lines, csv, not 'xml'",
                "type: directory, directory: A, list: B, segment: C | : must have list or segment, not both",
            })
    void refusesWhatCannotBeRead(String extractor, String problem) {
        var ignored = read(extractor);
        assertThat(problems.sorted().stream()
                        .map(one -> one.path().replaceFirst("tasks\\[0]\\.extract\\[0]\\.?", "") + ": "
                                + one.reason().replaceFirst("\\.$", ""))
                        .toList())
                .containsExactly(problem);
    }

    private RecordSpec example(String name) throws IOException {
        JobFile file = new JobFileReader()
                .read(Files.readAllBytes(Path.of("jobs/" + name + ".yaml")), problems)
                .orElseThrow();
        assertThat(problems.sorted()).isEmpty();
        return spec((WorkflowJob) file);
    }

    private RecordSpec spec(String extractor) {
        @Nullable JobFile file = read(extractor);
        assertThat(problems.sorted()).isEmpty();
        return spec((WorkflowJob) Objects.requireNonNull(file));
    }

    private static RecordSpec spec(WorkflowJob job) {
        WorkflowTask.Load load = (WorkflowTask.Load) job.tasks().getLast();
        return load.extract().getFirst().toRecordSpec(job.id(), new References(Map.of()));
    }

    private @Nullable JobFile read(String extractor) {
        String text = """
            kind: workflow
            id: flow
            name: Flow
            tasks:
              - do: load
                extract:
                  - {name: one, %s}
                into: {type: contacts, target: {directory: Customers}}
            """.formatted(extractor);
        return new JobFileReader()
                .read(text.getBytes(StandardCharsets.UTF_8), problems)
                .orElse(null);
    }
}
