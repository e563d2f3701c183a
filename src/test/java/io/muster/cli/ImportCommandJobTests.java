package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every kind of wrong input, and what comes back of rejected rows, as an operator at the command line sees it. */
class ImportCommandJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final List<String> UNTOUCHED =
            List.of("contact", "claim", "embedded_name", "mailing_list", "list_member", "contact_transaction");

    @TempDir
    private Path folder;

    private DirectoryFixture directory;

    private record Ended(int exit, ByteArrayOutputStream answer, String err) {
        String out() {
            return answer.toString(StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(out());
        }
    }

    @BeforeEach
    void create() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolve("home")));
        int exit = Cli.run(terminal, arguments);
        return new Ended(exit, out, err.toString(StandardCharsets.UTF_8));
    }

    private Ended load(String name, byte[] content, String... more) {
        try {
            Path file = Files.write(folder.resolve(name), content);
            List<String> arguments = new ArrayList<>(
                    List.of("import", file.toString(), "-d", TestDatabase.IDS.directory(directory.id()), "--json"));
            arguments.addAll(List.of(more));
            return muster(arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(utf8(text));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    private static byte[] zip(String... names) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                out.write(utf8("ExternalDataReference\n1\n"));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    private static byte[] cut(byte[] whole) {
        return Arrays.copyOf(whole, whole.length - 9);
    }

    static Stream<Arguments> failures() {
        String long201 = "n".repeat(201);
        return Stream.of(
                Arguments.of("zero.csv", utf8(""), "empty"),
                Arguments.of("quote.csv", utf8("ExternalDataReference,Email\n1,a@x.org\n2,\"open\n3,x\n"), "quote"),
                Arguments.of("cut.csv.gz", cut(gzip("ExternalDataReference\n1\n2\n")), "cut.csv.gz"),
                Arguments.of("cut.zip", cut(zip("a.csv")), "cut.zip"),
                Arguments.of("two.zip", zip("a.csv", "b.csv"), "two.zip"),
                Arguments.of("odd.csv", new byte[] {(byte) 0xFF, (byte) 0xFE, 'E', 0, 'x'}, "odd.csv"),
                Arguments.of("twice.csv", utf8("Email,Email\na@x.org,b@x.org\n"), "Email"),
                Arguments.of("same.csv", utf8("plan,PLAN\na,b\n"), "both go to embedded.PLAN"),
                Arguments.of("name.csv", utf8(long201 + "\nx\n"), "cannot become embedded data"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void wrongFilesFailBeforeAnythingIsLoaded(String name, byte[] content, String said) {
        Ended ended = load(name, content);

        assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(1);
        assertThat(ended.err().lines()).as(ended.err()).hasSize(1);
        assertThat(ended.err()).startsWith("Cannot ").contains(said).containsPattern(": .+\\. .+\\.\\R$");
        assertThat(ended.json().get("status").asString()).isEqualTo("FAILED");
        assertThat(ended.json().get("reason").asString()).isEqualTo(ended.err().strip());
        assertNothingChanged();
    }

    private void assertNothingChanged() {
        for (String table : UNTOUCHED) {
            assertThat(directory.count(table)).as(table).isZero();
        }
    }

    static Stream<Arguments> wrongUses() {
        return Stream.of(
                Arguments.of(List.of("--mode", "merge"), "Cannot import in the mode 'merge'."),
                Arguments.of(List.of("--map", "Email"), "Cannot use --map 'Email'"),
                Arguments.of(List.of("--map", "Email=mail"), "Cannot map a column to 'mail'"),
                Arguments.of(List.of("--charset", "klingon"), "klingon"),
                Arguments.of(List.of("--delimiter", "::"), "Cannot separate cells by '::'"),
                Arguments.of(List.of("--region", "Mars"), "'Mars'"),
                Arguments.of(List.of("--max-rejected", "many"), "Cannot use --max-rejected 'many'."),
                Arguments.of(List.of("--list", "Nobody"), "Nobody"),
                Arguments.of(List.of("--list", "A", "--new-list", "B"), "Cannot use --list and --new-list together."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongUses")
    void wrongUseIsTold(List<String> arguments, String said) {
        Ended ended = load("fine.csv", utf8("ExternalDataReference\n1\n"), arguments.toArray(String[]::new));

        assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines()).as(ended.err()).hasSize(1);
        assertThat(ended.err()).startsWith("Cannot ").contains(said);
        assertNothingChanged();
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM delivery WHERE path LIKE ?")
                        .param(folder + "%")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void missingFilesAndDirectoriesAreWrongUse() {
        Ended file = muster("import", folder.resolve("none.csv").toString(), "-d", "x");
        assertThat(file.exit()).isEqualTo(2);
        assertThat(file.err()).startsWith("Cannot import ").contains("there is no such file");
    }

    @Test
    void missingMappedColumnsFail() {
        Ended ended = load("a.csv", utf8("ExternalDataReference\n1\n"), "--map", "E-Mail=email");

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).startsWith("Cannot import a.csv: it lacks the mapped column E-Mail.");
        assertNothingChanged();
    }

    @Test
    void aHeaderAloneCompletesWithNothing() {
        Ended ended = load("header.csv", utf8("ExternalDataReference,Email\n"));

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.json().get("read").asInt()).isZero();
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void everyWrongRowIsRejectedForItsReason() {
        Ended ended = load(
                "rows.csv",
                utf8("ExternalDataReference,FirstName,Email,Phone,Language,Unsubscribed,note\n"
                        + "1,A,bad,,,,\n2,A,,nonsense,,,\n3,A,,,klingonese!,,\n4,A,,,,maybe,\n"
                        + "5," + "x".repeat(256) + ",,,,,\n6,A,,,,," + "y".repeat(1025) + "\n7,A,,,,\n8,A,,,,,,\n"
                        + ",,,,,,\n\n9,Ok,ok@x.org,+12025550123,EN,no,fine\n"));

        assertThat(ended.exit()).as(ended.err()).isZero();
        JsonNode run = ended.json();
        assertThat(run.get("read").asInt()).isEqualTo(10);
        assertThat(run.get("rejected").asInt()).isEqualTo(8);
        assertThat(run.get("skipped").asInt()).isEqualTo(1);
        assertThat(run.get("created").asInt()).isEqualTo(1);
        Ended rejects = muster("runs", "rejects", run.get("run").asString(), "--format", "jsonl");
        List<String> codes = rejects.out()
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .map(line -> line.get("row").asInt() + " " + line.get("line").asInt() + " "
                        + line.get("field").asString("") + " "
                        + line.get("code").asString())
                .toList();
        assertThat(codes.subList(0, 6))
                .containsExactly(
                        "1 2 Email EMAIL_INVALID",
                        "2 3 Phone PHONE_INVALID",
                        "3 4 Language LANGUAGE_INVALID",
                        "4 5 Unsubscribed UNSUBSCRIBED_INVALID",
                        "5 6 FirstName TOO_LONG",
                        "6 7 note TOO_LONG");
        assertThat(codes).hasSize(8);
    }

    @Test
    void rejectsComeBackInTheirOwnFormatAndGoInAgain() throws IOException {
        Charset latin = Charset.forName("windows-1252");
        byte[] row = "1;Müller;bad;\"two\r\nlines\"\r\n".getBytes(latin);
        byte[] broken = {'2', ';', (byte) 0x81, ';', 'x', ';', '\r', '\n'};
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.writeBytes("ExternalDataReference;LastName;Email;note\r\n".getBytes(latin));
        input.writeBytes(row);
        input.writeBytes(broken);
        input.writeBytes("3;Groß;g@x.org;\r\n".getBytes(latin));
        Ended ended = load("latin.csv", input.toByteArray(), "--charset", "windows-1252", "--delimiter", ";");
        assertThat(ended.json().get("rejected").asInt()).as(ended.out()).isEqualTo(2);
        String id = ended.json().get("run").asString();

        byte[] rejects =
                muster("runs", "rejects", id, "--format", "csv").answer().toByteArray();

        String text = new String(rejects, StandardCharsets.ISO_8859_1);
        assertThat(text)
                .startsWith("muster_row;muster_line;muster_field;muster_code;muster_reason;"
                        + "ExternalDataReference;LastName;Email;note");
        assertThat(text).contains(new String(row, StandardCharsets.ISO_8859_1).strip());
        assertThat(text).contains("2;\"\u0081\";x;");
        String corrected = new String(rejects, StandardCharsets.ISO_8859_1)
                .replace(";bad;", ";m@x.org;")
                .replace("2;\"\u0081\";x;", "2;Ok;ok@x.org;");
        Ended again = load(
                "again.csv",
                corrected.getBytes(StandardCharsets.ISO_8859_1),
                "--charset",
                "windows-1252",
                "--delimiter",
                ";");
        assertThat(again.json().get("created").asInt()).as(again.out()).isEqualTo(2);
        assertThat(again.json().get("rejected").asInt()).isZero();
        assertThat(database.jdbc()
                        .sql("SELECT name FROM embedded_name WHERE directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("note");
        Ended repeated = muster("runs", "resume", id, "--json");
        assertThat(repeated.exit()).isZero();
        assertThat(repeated.json()).isEqualTo(ended.json());
    }

    @Test
    void aLimitOfRejectsIsTold() {
        Ended ended = load("many.csv", utf8("ExternalDataReference,Email\n1,bad\n2,\n"), "--max-rejected", "10%");

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("1 of 2 rows rejected, more than the 10 % allowed (max-rejected).");
        assertNothingChanged();
        String id = ended.json().get("run").asString();
        assertThat(muster("runs", "rejects", id, "--format", "csv").out()).contains("EMAIL_INVALID");
    }
}
