package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContactExportDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final DirectoryRows rows = new DirectoryRows(database);
    private final Directories directories = rows.directories();
    private final MailingLists lists = new MailingLists(rows.jdbc(), rows.clock(), rows.ids());
    private final Contacts contacts = new Contacts(rows.jdbc(), rows.ids());
    private final ContactExport export = new ContactExport(rows.jdbc(), database.transactions(), rows.ids());

    @Test
    void writesExactValuesAsCsv() throws IOException {
        int directory = directory("Csv");
        new EmbeddedNames(rows.jdbc(), rows.clock())
                .register(directory, List.of("Plan", "email", "ContactID", "embedded.email", "a,b"));
        MailingList news = lists.create(directory, "News");
        rows.contact(
                directory, 1, "=1+1", "O\"Neill,\r\nJr.", null, null, "R1", "{\"Plan\":\"x\\ty\",\"email\":\"e\"}");
        rows.contact(directory, 20_000, "王😀", null, "a@b.de", "+4930123456", null, null);
        rows.member(directory, news.number(), 1, 0);
        rows.alias(directory, 1, "B", 2);
        rows.alias(directory, 1, "A;\"", 1);

        String csv = write(directory, null, Format.CSV);

        String first = TestDatabase.IDS.contact(directory, 1);
        String second = TestDatabase.IDS.contact(directory, 20_000);
        assertThat(csv)
                .isEqualTo(
                        "contactId,firstName,lastName,email,phone,extRef,language,unsubscribed,"
                                + "embedded.ContactID,Plan,\"a,b\",embedded.email,embedded.embedded.email,"
                                + "lists,aliases,creationDate,lastModified\r\n"
                                + first
                                + ",=1+1,\"O\"\"Neill,\r\nJr.\",,,R1,,false,,x\ty,,e,,\"[\"\"" + news.id()
                                + "\"\"]\",\"[\"\"A;\\\"\"\"\",\"\"B\"\"]\",2026-11-22T08:15:30.000Z,2026-11-22T08:15:30.001Z\r\n"
                                + second
                                + ",王😀,,a@b.de,+4930123456,,,false,,,,,,,,2026-11-22T08:15:30.000Z,2026-11-22T08:15:30.001Z\r\n");
        try (var parsed = CSVFormat.RFC4180.parse(new StringReader(csv))) {
            List<CSVRecord> records = parsed.getRecords();
            assertThat(records).hasSize(3).allMatch(line -> line.size() == 17);
            assertThat(records.get(1).get(2)).isEqualTo("O\"Neill,\r\nJr.");
        }
    }

    @Test
    void writesLinesThatLookLikeASingleContact() throws IOException {
        int directory = directory("Jsonl");
        MailingList news = lists.create(directory, "News");
        MailingList more = lists.create(directory, "More");
        rows.contact(directory, 1, "A\"\n\\", null, null, null, "R1", "{\"b\":\"\\\"1\",\"😀\":\"x\"}");
        rows.contact(directory, 8_193, null, null, null, null, null, null);
        rows.member(directory, more.number(), 1, 0);
        rows.member(directory, news.number(), 1, 1);
        rows.member(directory, news.number(), 8_193, 0);
        rows.alias(directory, 8_193, "OLD", 1);

        List<String> lines = write(directory, null, Format.JSONL).lines().toList();
        assertThat(lines).hasSize(2);
        for (int i = 0; i < 2; i++) {
            JsonNode line = JsonMapper.shared().readTree(lines.get(i));
            JsonNode single = JsonMapper.shared()
                    .valueToTree(
                            contacts.view(contacts.find(line.get("contactId").asString())));
            assertThat(line).isEqualTo(single);
            assertThat(line.propertyNames()).containsExactlyElementsOf(single.propertyNames());
        }

        assertThat(lines.getFirst()).contains("\"lists\":[\"" + news.id() + "\",\"" + more.id() + "\"]");
    }

    @Test
    void writesTheMembersOfAListInNumberOrder() throws IOException {
        int directory = directory("Members");
        MailingList list = lists.create(directory, "L");
        for (int number : new int[] {30_000, 2, 9_000, 8_999}) {
            rows.contact(directory, number, "n" + number, null, null, null, null, null);
        }

        for (int number : new int[] {30_000, 9_000, 2}) {
            rows.member(directory, list.number(), number, 0);
        }

        assertThat(write(directory, list, Format.JSONL).lines())
                .extracting(line ->
                        JsonMapper.shared().readTree(line).get("firstName").asString())
                .containsExactly("n2", "n9000", "n30000");
    }

    @Test
    void anEmptyDirectoryHasAHeaderOnly() throws IOException {
        int directory = directory("Empty");
        assertThat(write(directory, null, Format.CSV))
                .isEqualTo("contactId,firstName,lastName,email,phone,extRef,language,unsubscribed,"
                        + "lists,aliases,creationDate,lastModified\r\n");
        assertThat(write(directory, null, Format.JSONL)).isEmpty();
    }

    @Test
    void seesOneMomentThoughContactsChangeMeanwhile() throws IOException {
        int directory = directory("Moment");
        // Long enough for the first window to be handed on before the second is read.
        String wide = "{\"x\":\"" + "y".repeat(70_000) + "\"}";
        rows.contact(directory, 1, "before", null, null, null, null, wide);
        rows.contact(directory, 20_000, "before", null, null, null, null, null);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        export.write(directory, null, Format.JSONL, new OutputStream() {
            @Override
            public void write(int b) {
                written.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                if (written.size() == 0) {
                    CompletableFuture.runAsync(() -> changeAll(directory)).join();
                }

                written.write(bytes, from, length);
            }
        });
        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .extracting(line ->
                        JsonMapper.shared().readTree(line).get("firstName").asString())
                .containsExactly("before", "before");
    }

    @Test
    void passesOnWhatTheStreamSays() {
        int directory = directory("Full disk");
        rows.contact(directory, 1, "x", null, null, null, null, null);
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        assertThatThrownBy(() -> export.write(directory, null, Format.CSV, full))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }

    private void changeAll(int directory) {
        rows.jdbc()
                .sql("UPDATE contact SET first_name = 'after' WHERE directory_id = ?")
                .param(directory)
                .update();
        rows.contact(directory, 30_000, "after", null, null, null, null, null);
    }

    private int directory(String name) {
        return directories.create(name, ZoneOffset.UTC, created -> {}).number();
    }

    private String write(int directory, @Nullable MailingList list, Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        export.write(directory, list, format, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
