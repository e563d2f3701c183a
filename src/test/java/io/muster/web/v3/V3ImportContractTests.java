package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.runs.ImportFixture;
import io.muster.runs.RejectDownload;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.web.TestWebServer;
import io.muster.web.v3.V3Client.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Contact import: a method for each line of §14 of the v3 API. */
class V3ImportContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static V3Client client;

    private DirectoryFixture directory;
    private String pool;
    private int list;
    private String imports;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        client = new V3Client(server, server.token(Scope.MANAGE));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void directory() {
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        list = directory.addList("Newsletter");
        pool = "/API/v3/directories/" + ids().directory(directory.id());
        imports = pool + "/mailinglists/" + ids().list(list) + "/transactioncontacts";
    }

    private static Ids ids() {
        return server.get(Ids.class);
    }

    private Answer send(String body) throws Exception {
        return client.post(imports, body);
    }

    /** Sends contacts and waits for their end; the last status. */
    private JsonNode imported(String body) throws Exception {
        Answer started = send(body);
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        return ended(started);
    }

    private JsonNode ended(Answer started) {
        String id = started.result().path("id").asString();
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> client.get(imports + "/" + id).result(),
                        status -> List.of("complete", "failed")
                                .contains(status.path("status").asString()));
    }

    private JsonNode summary(Answer started) throws Exception {
        ended(started);
        return client.get(imports + "/" + started.result().path("id").asString() + "/summary")
                .result();
    }

    private Answer report(Answer started) throws Exception {
        ended(started);
        return client.get(
                pool + "/imports/api-import/jobs/" + started.result().path("id").asString() + "/report");
    }

    private static List<String> lines(Answer report, String... members) {
        return StreamSupport.stream(
                        report.json()
                                .path("results")
                                .path("importReportEntries")
                                .spliterator(),
                        false)
                .map(entry -> List.of(members).stream()
                        .map(member -> entry.path(member).asString("null"))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    private static String counts(JsonNode status) {
        JsonNode count = status.path("contacts").path("count");
        return "added=%s updated=%s failed=%s created=%s"
                .formatted(
                        count.path("added"),
                        count.path("updated"),
                        count.path("failed"),
                        status.path("transactions").path("count").path("created"));
    }

    private static String contacts(int count) {
        return "{'contacts':["
                + IntStream.range(0, count)
                        .mapToObj(i -> "{'extRef':'r%d','firstName':'N%d'}".formatted(i, i))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    // Start

    @Test
    void theStartIsAnsweredWithItsIdUnprocessedOnesAnAddressAndAStatus() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a','transactionData':{}},7]}");

        assertThat(started.status()).isEqualTo(202);
        assertThat(started.json().path("meta").path("httpStatus").asString()).isEqualTo("202 - Accepted");
        JsonNode result = started.result();
        assertThat(result.propertyNames()).containsExactly("id", "contacts", "tracking", "status");
        assertThat(result.path("id").asString()).matches("PGRS_[0-9A-Za-z]{15}");
        assertThat(result.path("contacts").toString()).isEqualTo("{\"unprocessed\":[1]}");
        assertThat(result.path("tracking").path("url").asString())
                .isEqualTo(server.address() + imports + "/" + result.path("id").asString());
        assertThat(result.path("status").asString()).isIn("queued", "inProgress", "complete");
        ended(started);
    }

    @Test
    void fromTheAnswerOnThereIsARun() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a'}]}");

        assertThat(database.jdbc()
                        .sql("SELECT r.kind FROM run r JOIN sent_import s ON s.run_id = r.id WHERE s.directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("contact-import");
        ended(started);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'contacts':[]}", "{'contacts':null}", "{'contacts':{}}", "{'contacts':'a'}"})
    void noContactsAreRefused(String body) throws Exception {
        assertThat(send(body).error()).isEqualTo("400 NO_CONTACTS");
        nothingCameIn();
    }

    @Test
    void moreThanTenThousandContactsAreRefused() throws Exception {
        String body = "{'contacts':[" + "{},".repeat(10_000) + "{}]}";

        assertThat(send(body).error()).isEqualTo("400 TOO_MANY_CONTACTS");
        nothingCameIn();
    }

    @Test
    void moreThanFiveMegabytesAreRefused() throws Exception {
        String filler = "x".repeat(5 * 1_048_576);

        assertThat(send("{'contacts':[{'extRef':'" + filler + "'}]}").error()).isEqualTo("413 TOO_LARGE");
        nothingCameIn();
    }

    @Test
    void nearlyFiveMegabytesAreTaken() throws Exception {
        String filler = "x".repeat(5 * 1_048_576 - 100);

        JsonNode status = imported("{'contacts':[{'firstName':'" + filler + "'}]}");

        assertThat(counts(status)).isEqualTo("added=0 updated=0 failed=1 created=0");
    }

    @Test
    void unknownDirectoriesListsAndBatchesAreRefused() throws Exception {
        String one = "{'contacts':[{'extRef':'a'}]}";
        String elsewhere = "/API/v3/directories/POOL_000000000000000/mailinglists/x/transactioncontacts";

        assertThat(client.post(elsewhere, one).error()).isEqualTo("404 UNKNOWN_DIRECTORY");
        assertThat(client.post(imports.replaceFirst("CG_.*/", "Newsletter/"), one)
                        .error())
                .isEqualTo("404 UNKNOWN_LIST");
        assertThat(send("{'transactionMeta':{'batchId':'BT_000000000000000','fields':['a']},"
                                + "'contacts':[{'extRef':'a'}]}")
                        .error())
                .isEqualTo("400 UNKNOWN_BATCH");
        nothingCameIn();
    }

    private void nothingCameIn() {
        assertThat(directory.count("contact")).isZero();
        assertThat(directory.count("sent_import")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'contacts':[{'extRef':'a'},{'extRef':'b','transactionData':{'x':'1'}}]}",
                "{'transactionMeta':{'fields':[]},'contacts':[{'extRef':'a'}]}",
                "{'transactionMeta':{'fields':[' ',null]},'contacts':[{'extRef':'a'}]}"
            })
    void transactionsWithoutFieldsAreRefused(String body) throws Exception {
        assertThat(send(body).error()).isEqualTo("400 NO_TRANSACTION_META");
        nothingCameIn();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "no object                | []",
                "no object                | 'text'",
                "no object                | null",
                "a wrong type             | {'firstName':7}",
                "a wrong type             | {'email':['a@b.de']}",
                "a wrong type             | {'unsubscribed':'true'}",
                "no object of data        | {'extRef':'x','embeddedData':[]}",
                "no object of data        | {'extRef':'x','transactionData':7}",
                "a list as a value        | {'extRef':'x','embeddedData':{'a':[1]}}",
                "a field nobody named     | {'extRef':'x','transactionData':{'amount':1,'other':2}}",
                "no field at all          | {'extRef':'x','transactionData':{'amount':null}}",
                "an embedded field's name | {'extRef':'x','embeddedData':{'amount':'1'}}"
            })
    void contactsThatCannotBeReadAreUnprocessedAndStopNobodyElse(String what, String contact) throws Exception {
        Answer started = send("{'transactionMeta':{'fields':['amount']},'contacts':[{'extRef':'a'},%s,{'extRef':'b'}]}"
                .formatted(contact));

        assertThat(started.result().path("contacts").path("unprocessed").toString())
                .as(what)
                .isEqualTo("[1]");
        assertThat(counts(ended(started))).isEqualTo("added=2 updated=0 failed=1 created=0");
        assertThat(lines(report(started), "sourceIndexId", "importStatus", "importStatusCode"))
                .containsExactly("0 added OK", "1 failed UNPROCESSED", "2 added OK");
    }

    @Test
    void membersThatAreNotSentChangeNothing() throws Exception {
        imported("{'contacts':[{'extRef':'a','firstName':'Ann','email':'a@b.de','embeddedData':{'tier':'gold'}}]}");

        JsonNode status = imported("{'transactionMeta':{},'contacts':[{'extRef':'a','firstName':null,'lastName':'',"
                + "'email':' ','phone':null,'unsubscribed':null,'embeddedData':{'tier':null},"
                + "'transactionData':{}}]}");

        assertThat(counts(status)).isEqualTo("added=0 updated=1 failed=0 created=0");
        assertThat(directory.contact(1))
                .containsEntry("first_name", "Ann")
                .containsEntry("email", "a@b.de")
                .containsEntry("embedded", "{\"tier\":\"gold\"}");
    }

    @Test
    void contactsAreAppliedInTheirOrderAndEqualOnesAreOne() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a','firstName':'First'},{'extRef':'b','email':'b@x.de'},"
                + "{'extRef':'a','firstName':'Second'},{'email':'B@X.de','lastName':'Bee'}]}");

        assertThat(counts(ended(started))).isEqualTo("added=2 updated=2 failed=0 created=0");
        assertThat(directory.contact(1)).containsEntry("first_name", "Second");
        assertThat(directory.contact(2)).containsEntry("last_name", "Bee");
        assertThat(lines(report(started), "importStatus", "contactId"))
                .containsExactly(
                        "added " + ids().contact(directory.id(), 1),
                        "added " + ids().contact(directory.id(), 2),
                        "updated " + ids().contact(directory.id(), 1),
                        "updated " + ids().contact(directory.id(), 2));
    }

    @Test
    void eachJoinsTheListAndUnsubscribedOptsOutOfIt() throws Exception {
        imported("{'contacts':[{'extRef':'a','unsubscribed':true},{'extRef':'b','unsubscribed':false},"
                + "{'extRef':'c'}]}");

        assertThat(database.jdbc()
                        .sql("SELECT CONCAT(number, ' ', unsubscribed) FROM list_member WHERE list_id = ?"
                                + " ORDER BY number")
                        .param(list)
                        .query(String.class)
                        .list())
                .containsExactly("1 1", "2 0", "3 0");
        assertThat(directory.contact(1)).containsEntry("unsubscribed", 0);

        imported("{'contacts':[{'extRef':'a','unsubscribed':false}]}");
        assertThat(database.jdbc()
                        .sql("SELECT unsubscribed FROM list_member WHERE list_id = ? AND number = 1")
                        .param(list)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void phoneNumbersAreTaken() throws Exception {
        imported("{'contacts':[{'extRef':'a','phone':'+49 30 1234567'}]}");

        assertThat(directory.contact(1)).containsEntry("phone", "+49301234567");
    }

    @Test
    void valuesOfDataMayBeNumbersAndBooleans() throws Exception {
        imported("{'contacts':[{'extRef':'a','embeddedData':{'n':7,'d':12.5,'b':true,'e':1e2,'Komma':'a,\\'\\nb'}}]}"
                .replace("\\'", "\\\""));

        assertThat(directory.contact(1))
                .containsEntry(
                        "embedded",
                        "{\"Komma\":\"a,\\\"\\nb\",\"b\":\"true\",\"d\":\"12.5\",\"e\":\"100\",\"n\":\"7\"}");
    }

    @Test
    void dataMayHaveTheNamesOfFields() throws Exception {
        imported("{'contacts':[{'extRef':'a','embeddedData':{'Email':'not one','Problem':'none','FirstName':'x'}}]}");

        assertThat(directory.contact(1))
                .containsEntry("email", null)
                .containsEntry("embedded", "{\"Email\":\"not one\",\"FirstName\":\"x\",\"Problem\":\"none\"}");
    }

    @Test
    void aTransactionIsAddedForEachContactWithDataAndEachImportAddsItsOwn() throws Exception {
        String batch = client.post(pool + "/transactionbatches", "{}")
                .result()
                .path("id")
                .asString();
        String body = ("{'transactionMeta':{'batchId':'%s','fields':['amount','place']},'contacts':["
                        + "{'extRef':'a','transactionData':{'amount':12.5,'place':'Wien'}},"
                        + "{'extRef':'b'},"
                        + "{'extRef':'a','transactionData':{'amount':3}}]}")
                .formatted(batch);

        Answer started = send(body);
        assertThat(counts(ended(started))).isEqualTo("added=2 updated=1 failed=0 created=2");
        JsonNode again = imported(body);

        assertThat(counts(again)).isEqualTo("added=0 updated=3 failed=0 created=2");
        assertThat(directory.count("contact_transaction")).isEqualTo(4);
        Answer transactions = client.get(pool + "/transactionbatches/" + batch + "/transactions");
        assertThat(transactions.elements().stream().map(one -> one.path("data").toString()))
                .containsExactly(
                        "{\"amount\":\"12.5\",\"place\":\"Wien\"}",
                        "{\"amount\":\"3\"}",
                        "{\"amount\":\"12.5\",\"place\":\"Wien\"}",
                        "{\"amount\":\"3\"}");
        assertThat(transactions.each("mailingListId")).containsOnly(ids().list(list));
        assertThat(lines(report(started), "transactionStatus", "transactionId"))
                .containsExactly(
                        "created " + transactions.each("transactionId").get(0),
                        "none null",
                        "created " + transactions.each("transactionId").get(1));
    }

    @Test
    void aKeyMakesARepetitionTheSameImport() throws Exception {
        String body = "{'contacts':[{'extRef':'a'}]}";
        Answer first = client.send("POST", imports, body, "Idempotency-Key", "night 1");

        Answer again = client.send("POST", imports, body, "Idempotency-Key", "night 1");
        Answer other = client.send("POST", imports, "{'contacts':[{'extRef':'b'}]}", "Idempotency-Key", "night 1");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.result().path("id")).isEqualTo(first.result().path("id"));
        assertThat(other.error()).isEqualTo("409 KEY_REUSED");
        assertThat(ended(client.send("POST", imports, body, "Idempotency-Key", "night 2"))
                        .path("status")
                        .asString())
                .isEqualTo("complete");
        assertThat(directory.count("sent_import")).isEqualTo(2);
    }

    @Test
    void importsOfOneListRunInTheOrderOfTheirArrival() throws Exception {
        List<Answer> sent = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            sent.add(send("{'contacts':[{'extRef':'a','firstName':'N%d'}]}".formatted(i)));
        }

        ended(sent.getLast());
        assertThat(directory.contact(1)).containsEntry("first_name", "N8");
        assertThat(database.jdbc()
                        .sql("SELECT s.id FROM sent_import s JOIN run r ON r.id = s.run_id WHERE s.directory_id = ?"
                                + " ORDER BY r.ended_at, s.id")
                        .param(directory.id())
                        .query(Long.class)
                        .list())
                .isSorted()
                .hasSize(8);
    }

    @Test
    void beyondTwentyFiveAndAHundredThereIsNoPlace() throws Exception {
        // Those of another list stand for 125 that are open.
        for (int i = 0; i < 125; i++) {
            database.jdbc()
                    .sql("INSERT INTO sent_import (directory_id, list_id, run_id, contacts, unprocessed, sent_hash,"
                            + " created_at) VALUES (?, 0, 0, 1, '', '', 0)")
                    .param(directory.id())
                    .update();
        }

        Answer refused = send("{'contacts':[{'extRef':'a'}]}");

        assertThat(refused.error()).isEqualTo("429 RATE_LIMITED");
        assertThat(refused.headers().get("retry-after")).containsExactly("5");
        database.jdbc().sql("DELETE FROM sent_import WHERE run_id = 0").update();
        assertThat(imported("{'contacts':[{'extRef':'a'}]}").path("status").asString())
                .isEqualTo("complete");
    }

    // Status

    @Test
    void theStatusHasCountsAPercentAndAWord() throws Exception {
        JsonNode status = imported("{'contacts':[{'extRef':'a'},{'extRef':'b'}]}");

        assertThat(status.toString())
                .isEqualTo("{\"percentComplete\":100,\"contacts\":{\"count\":{\"added\":2,\"updated\":0,\"failed\":0}},"
                        + "\"transactions\":{\"count\":{\"created\":0}},\"status\":\"complete\"}");
    }

    @Test
    void aHundredPercentAndCompleteComeTogetherAndPercentNeverFalls() throws Exception {
        Answer started = send(contacts(3_000));
        String id = started.result().path("id").asString();
        int percent = 0;
        String word;
        do {
            JsonNode status = client.get(imports + "/" + id).result();
            word = status.path("status").asString();
            int now = status.path("percentComplete").asInt();
            assertThat(now).isGreaterThanOrEqualTo(percent);
            assertThat(now == 100).as(status.toString()).isEqualTo(word.equals("complete"));
            percent = now;
        } while (!word.equals("complete"));
    }

    @Test
    void unchangedContactsCountAsUpdatedAndRejectedOnesAsFailed() throws Exception {
        imported("{'contacts':[{'extRef':'a','firstName':'Ann'}]}");

        JsonNode status = imported("{'contacts':[{'extRef':'a','firstName':'Ann'},{'extRef':'b','email':'no mailbox'},"
                + "{},{'extRef':'c'},'x']}");

        assertThat(counts(status)).isEqualTo("added=1 updated=1 failed=3 created=0");
    }

    @Test
    void aBrokenRunSaysFailedBelowAHundredAndResumes() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a'}]}");
        ended(started);
        database.jdbc()
                .sql("UPDATE run r JOIN sent_import s ON s.run_id = r.id SET r.status = 'FAILED', s.percent = 40"
                        + " WHERE s.directory_id = ?")
                .param(directory.id())
                .update();

        JsonNode status = ended(started);

        assertThat(status.path("status").asString()).isEqualTo("failed");
        assertThat(status.path("percentComplete").asInt()).isLessThan(100);
        assertThat(counts(status)).isEqualTo("added=1 updated=0 failed=0 created=0");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 300})
    void contactsAreCompleteWithinSixtyPollsWithoutAPause(int count) throws Exception {
        String id = send(contacts(count)).result().path("id").asString();
        String word = "";
        int polls = 0;
        while (!word.equals("complete") && polls < 60) {
            word = client.get(imports + "/" + id).result().path("status").asString();
            polls++;
        }

        assertThat(word).isEqualTo("complete");
    }

    @Test
    void anUnknownImportIsUnknownEverywhere() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a'}]}");
        ended(started);
        String id = started.result().path("id").asString();
        int other = directory.addList("Other");
        for (String unknown : List.of(
                imports + "/PGRS_000000000000000",
                imports + "/x/summary",
                pool + "/imports/api-import/jobs/x/report",
                imports.replace(ids().list(list), ids().list(other)) + "/" + id)) {
            assertThat(client.get(unknown).error()).as(unknown).isEqualTo("404 UNKNOWN_IMPORT");
        }
    }

    // Summary

    @Test
    void theSummaryNamesInvalidEmailsAsTheyWereSent() throws Exception {
        Answer started = send("{'contacts':[{'email':'good@x.de'},{'email':'Bad Mail'},{'extRef':'r','email':'b@@d'},"
                + "{'extRef':'q','phone':'x'}]}");

        JsonNode summary = summary(started);

        assertThat(summary.propertyNames())
                .containsExactly("percentComplete", "contacts", "transactions", "status", "invalidEmails");
        assertThat(summary.path("invalidEmails").toString()).isEqualTo("[\"Bad Mail\",\"b@@d\"]");
    }

    @Test
    void theSummaryHasNoInvalidEmailsWhereThereAreNone() throws Exception {
        assertThat(summary(send("{'contacts':[{'extRef':'a'}]}"))
                        .path("invalidEmails")
                        .toString())
                .isEqualTo("[]");
    }

    // Report

    @Test
    void theReportHasAnEntryForEachContactWithAllKeys() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a','email':'a@x.de','phone':'+49301234567'},7]}");

        Answer report = report(started);

        assertThat(report.json().propertyNames()).containsExactly("results", "skipToken", "meta");
        assertThat(report.json().path("skipToken").isNull()).isTrue();
        String contact = ids().contact(directory.id(), 1);
        String lookup = ids().lookup(list, 1);
        assertThat(report.json().path("results").path("importReportEntries").toString())
                .isEqualTo(("[{'sourceIndexId':'0','email':'a@x.de','phone':'+49301234567','contactId':'%s',"
                                + "'importStatus':'added','importStatusCode':'OK','transactionId':null,"
                                + "'transactionStatus':'none','transactionStatusCode':'OK',"
                                + "'contactListContactId':'%s','contactListContactStatus':'added',"
                                + "'contactListContactStatusCode':'OK'},"
                                + "{'sourceIndexId':'1','email':null,'phone':null,'contactId':null,"
                                + "'importStatus':'failed','importStatusCode':'UNPROCESSED','transactionId':null,"
                                + "'transactionStatus':'failed','transactionStatusCode':'UNPROCESSED',"
                                + "'contactListContactId':null,'contactListContactStatus':'failed',"
                                + "'contactListContactStatusCode':'UNPROCESSED'}]")
                        .formatted(contact, lookup)
                        .replace('\'', '"'));
    }

    @Test
    void theReportTellsWhoWasThereBeforeAndWhatWasWrong() throws Exception {
        imported("{'contacts':[{'extRef':'a','firstName':'Ann'}]}");

        Answer report = report(send("{'contacts':[{'extRef':'a','firstName':'Ann'},{'extRef':'a','firstName':'Anna'},"
                + "{'extRef':'b','email':'no mailbox'},{}]}"));

        assertThat(lines(report, "importStatus", "importStatusCode", "contactListContactStatus"))
                .containsExactly(
                        "unchanged OK present",
                        "updated OK present",
                        "failed EMAIL_INVALID failed",
                        "failed BLANK failed");
        assertThat(lines(report, "contactId"))
                .startsWith(ids().contact(directory.id(), 1), ids().contact(directory.id(), 1));
    }

    @Test
    void theReportComesInPagesOfAThousand() throws Exception {
        Answer started = send(contacts(2_500));
        Answer first = report(started);
        String address =
                pool + "/imports/api-import/jobs/" + started.result().path("id").asString() + "/report?skipToken=";

        Answer second = client.get(address + first.json().path("skipToken").asString());
        Answer third = client.get(address + second.json().path("skipToken").asString());

        assertThat(lines(first, "sourceIndexId")).hasSize(1_000).startsWith("0", "1");
        assertThat(lines(second, "sourceIndexId")).hasSize(1_000).startsWith("1000");
        assertThat(lines(third, "sourceIndexId")).hasSize(500).endsWith("2499");
        assertThat(third.json().path("skipToken").isNull()).isTrue();
        assertThat(client.get(address + "made-up").error()).isEqualTo("400 BAD_SKIP_TOKEN");
    }

    @Test
    void aRunningImportHasNoReport() throws Exception {
        Answer started = send("{'contacts':[{'extRef':'a'}]}");
        ended(started);
        // In another process, as what the launcher of this one has yet to note must not end it again.
        database.jdbc()
                .sql("UPDATE run r JOIN sent_import s ON s.run_id = r.id"
                        + " SET r.status = 'RUNNING', r.ended_at = NULL, r.epoch = r.epoch + 1"
                        + " WHERE s.directory_id = ?")
                .param(directory.id())
                .update();

        assertThat(client.get(pool + "/imports/api-import/jobs/"
                                + started.result().path("id").asString() + "/report")
                        .error())
                .isEqualTo("409 IMPORT_RUNNING");
        database.jdbc()
                .sql("UPDATE run r JOIN sent_import s ON s.run_id = r.id SET r.status = 'COMPLETED', r.ended_at = 1"
                        + " WHERE s.directory_id = ?")
                .param(directory.id())
                .update();
    }

    @Test
    void rejectedContactsAreCorrectedAndImportedAsAnUpload() throws Exception {
        ended(send("{'contacts':[{'extRef':'a','email':'no mailbox','embeddedData':{'tier':'gold'}},7]}"));
        String run = ids().run(database.jdbc()
                .sql("SELECT run_id FROM sent_import WHERE directory_id = ?")
                .param(directory.id())
                .query(Long.class)
                .single());
        ByteArrayOutputStream rejects = new ByteArrayOutputStream();
        server.get(RejectDownload.class).write(run, RejectDownload.Format.CSV, rejects);
        Path file = Files.writeString(
                home.resolve("rejects.csv"),
                rejects.toString(StandardCharsets.UTF_8).replace("no mailbox", "a@x.de"));

        Run again = server.get(RunService.class)
                .run(
                        new RunRequest.ImportFile(file, ImportFixture.spec(directory.id())),
                        Actor.commandLine("tester"),
                        Progress.NONE);

        assertThat(again.imported().counts().created()).isEqualTo(1);
        assertThat(again.imported().counts().skipped()).isEqualTo(1);
        assertThat(directory.contact(1))
                .containsEntry("email", "a@x.de")
                .containsEntry("embedded", "{\"tier\":\"gold\"}");
    }

    @Test
    void halvesOfCharactersFailTheContactAndNobodyElse() throws Exception {
        Answer started =
                send("{'contacts':[{'extRef':'a','firstName':'\\ud83d'},{'extRef':'b','firstName':'\\ud83d\\ude00'},"
                        + "{'extRef':'c','firstName':'\\u0000'}]}");

        assertThat(counts(ended(started))).isEqualTo("added=1 updated=0 failed=2 created=0");
        assertThat(directory.contact(1)).containsEntry("first_name", "😀");
    }
}
