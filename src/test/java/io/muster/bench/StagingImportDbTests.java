package io.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The competitors do what is said of them: a comparison with one that is wrong would be worth nothing. */
class StagingImportDbTests {

    private static final String HEADER =
            "FirstName,LastName,Email,Phone,ExternalDataReference,Language,Unsubscribed,plan,city,points,lastPurchase,note\n";

    private static final String TWO_PEOPLE = """
            Anna,Smith,anna@example.com,,r1,,,,,,,
            Bert,Jones,bert@example.com,,r2,,,,,,,
            """;
    private static final String MEETS_BOTH = ",Jones,bert@example.com,,r1,,,,,,,\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void theFilesOfTheBenchmarkAreImported(StagingImport competitor) throws Exception {
        int rows = 300;
        Path first = folder.resolve("first.csv");
        Path changed = folder.resolve("changed.csv");
        SampleRows.write(first, 0, rows);
        SampleRows.writeChanged(changed, rows);

        try (TestDatabase database = TestDatabase.holding(List.of());
                Connection connection = connect(database)) {
            competitor.createTables(connection);
            competitor.run(connection, first);
            competitor.check(connection, rows, samples(rows, SampleRows.Version.FIRST));
            competitor.run(connection, first);
            competitor.check(connection, rows, samples(rows, SampleRows.Version.FIRST));
            competitor.run(connection, changed);
            competitor.check(
                    connection,
                    rows + 3,
                    IntStream.range(0, rows + 3)
                            .mapToObj(row -> SampleRows.cells(row, SampleRows.changed(row, rows)))
                            .toList());

            assertThatThrownBy(() -> competitor.check(connection, rows, List.of()))
                    .hasMessage("The " + competitor.variant()
                            + " staging import left 303 contacts, 303 members, 0 rejected rows;"
                            + " expected 300 contacts, 300 members, 0 rejected rows");
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsMeetByReferenceThenByEmailAndLastName(StagingImport competitor) throws Exception {
        assertThat(imported(competitor, """
                        Anna,Smith,anna@example.com,,r1,EN,false,,,,,
                        Bert,Jones,bert@example.com,,,EN,true,,,,,
                        Bert,JONES,Bert@Example.com,+49301234567,,,,,,,,
                        Cleo,Wood,cleo@example.com,,r3,EN,,,,,,
                        ,,,,r3,,yes,plus,,,,
                        """, """
                        Annabel,,,,r1,,,gold,,,,
                        ,Smith,ANNA@example.com,,,DE,,,,,,
                        Dora,Hill,dora@example.com,,r4,,,,,,,
                        """))
                .containsExactly(
                        "Annabel,Smith,ANNA@example.com,-,r1,DE,gold,0",
                        "Bert,JONES,Bert@Example.com,+49301234567,-,EN,-,1",
                        "Cleo,Wood,cleo@example.com,-,r3,EN,plus,1",
                        "Dora,Hill,dora@example.com,-,r4,-,-,0");
    }

    @Test
    void aRowThatMeetsTwoContactsStopsTheSimpleOne() {
        assertThatThrownBy(() -> imported(StagingImport.SIMPLE, TWO_PEOPLE, MEETS_BOTH))
                .rootCause()
                .hasMessageStartingWith("Duplicate entry 'bert@example.com-jones' for key");
    }

    @Test
    void aRowThatMeetsTwoContactsUpdatesThatOfItsReferenceInTheCarefulOne() throws Exception {
        assertThat(imported(StagingImport.CAREFUL, TWO_PEOPLE, MEETS_BOTH))
                .containsExactly("Anna,Jones,bert@example.com,-,r1,-,-,0", "Bert,Jones,bert@example.com,-,r2,-,-,0");
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatBreakARuleAreKeptWithItsName(StagingImport competitor) throws Exception {
        Path file = file("rejected.csv", """
                A,A,no mailbox,,r1,,,,,,,
                A,A,a@-b.org,,r2,,,,,,,
                A,A,a@b.org,n/a,r3,,,,,,,
                A,A,a@b.org,,r4,en_US,,,,,,
                A,A,a@b.org,,r5,,maybe,,,,,
                A,A,a@b.org,,%s,,,,,,,
                "A, ""B\""",A,a.b+c@d-e.co.uk,+1 (650) 253-0000,r7,ZH-S,No,back\\slash,,,,
                """.formatted("r".repeat(256)));

        try (TestDatabase database = TestDatabase.holding(List.of());
                Connection connection = connect(database)) {
            competitor.createTables(connection);
            competitor.run(connection, file);

            assertThat(rows(connection, "SELECT COALESCE(reject, 'fine') FROM staging ORDER BY line"))
                    .containsExactly(
                            "EMAIL_INVALID",
                            "EMAIL_INVALID",
                            "PHONE_INVALID",
                            "LANGUAGE_INVALID",
                            "UNSUBSCRIBED_INVALID",
                            "TOO_LONG",
                            "fine");
            assertThat(rows(connection, "SELECT CONCAT(first_name, '|', plan) FROM contact"))
                    .containsExactly("A, \"B\"|back\\slash");
            assertThat(rows(connection, "SELECT COUNT(*) FROM list_member")).containsExactly("1");
        }
    }

    private List<String> imported(StagingImport competitor, String... contents) throws Exception {
        try (TestDatabase database = TestDatabase.holding(List.of());
                Connection connection = connect(database)) {
            competitor.createTables(connection);
            for (String content : contents) {
                competitor.run(connection, file("file.csv", content));
            }

            return rows(connection, """
                    SELECT CONCAT_WS(',', c.first_name, c.last_name, c.email, COALESCE(c.phone, '-'),
                      COALESCE(c.ext_ref, '-'), COALESCE(c.language, '-'), COALESCE(c.plan, '-'), m.unsubscribed)
                    FROM contact c JOIN list_member m ON m.list_id = 1 AND m.contact_id = c.id
                    ORDER BY c.first_name
                    """);
        }
    }

    private Path file(String name, String rows) throws Exception {
        return Files.writeString(folder.resolve(name), HEADER + rows);
    }

    private static List<String> rows(Connection connection, String query) throws Exception {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }

        return found;
    }

    private static List<List<String>> samples(int rows, SampleRows.Version version) {
        return IntStream.range(0, rows)
                .mapToObj(row -> SampleRows.cells(row, version))
                .toList();
    }

    private static Connection connect(TestDatabase database) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("allowLoadLocalInfile", "true");
        return DriverManager.getConnection(database.url(), properties);
    }
}
