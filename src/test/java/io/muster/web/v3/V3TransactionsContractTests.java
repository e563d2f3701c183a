package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.access.Scope;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.Ids;
import io.muster.web.TestWebServer;
import io.muster.web.v3.V3Client.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Transactions, batches and histories: a method for each line of §12 and §13 of the v3 API. */
class V3TransactionsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static V3Client client;

    private DirectoryFixture directory;
    private String pool;
    private String list;
    private String ann;

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
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        list = ids().list(directory.addList("Newsletter"));
        pool = "/API/v3/directories/" + ids().directory(directory.id());
        ann = contact(1, "ann");
    }

    private static Ids ids() {
        return server.get(Ids.class);
    }

    private String contact(long number, String reference) {
        database.jdbc()
                .sql(
                        "INSERT INTO contact (directory_id, number, ext_ref, unsubscribed, created_at, modified_at, version)"
                                + " VALUES (?, ?, ?, 0, 1, 1, 1)")
                .params(directory.id(), number, reference)
                .update();
        return ids().contact(directory.id(), number);
    }

    private Answer record(String body, String... headers) throws Exception {
        return client.send("POST", pool + "/transactions", body, headers);
    }

    private String recorded(String date, String data) throws Exception {
        Answer answer = record("{'k':{'contactId':'%s','transactionDate':'%s','data':%s}}".formatted(ann, date, data));
        return answer.result().path("createdTransactions").path("k").path("id").asString();
    }

    // Transactions

    @Test
    void eachIsRecordedUnderTheCallersKey() throws Exception {
        Answer answer = record(("{'first':{'contactId':'%s','mailingListId':'%s','transactionDate':"
                        + "'2026-03-01 10:20:30','data':{'amount':12.5,'paid':true,'note':'x'}},"
                        + "'second':{'contactId':'%s','data':{}}}")
                .formatted(ann, list, ann));

        assertThat(answer.status()).isEqualTo(200);
        JsonNode result = answer.result();
        assertThat(result.propertyNames()).containsExactly("createdTransactions", "unprocessedTransactions");
        assertThat(result.path("createdTransactions").propertyNames()).containsExactly("first", "second");
        assertThat(result.path("unprocessedTransactions").toString()).isEqualTo("{}");
        String id = result.path("createdTransactions").path("first").path("id").asString();
        assertThat(id).matches("CTR_[0-9A-Za-z]{15}");
        assertThat(client.get(pool + "/transactions/" + id).result().toString())
                .isEqualTo(("{'transactionId':'%s','contactId':'%s','mailingListId':'%s',"
                                + "'transactionDate':'2026-03-01T10:20:30Z',"
                                + "'data':{'amount':'12.5','note':'x','paid':'true'}}")
                        .formatted(id, ann, list)
                        .replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "UNKNOWN_CONTACT | {'contactId':'CID_000000000000000'}",
                "UNKNOWN_CONTACT | {'contactId':'x'}",
                "BAD_FIELD       | {'data':{'a':'1'}}",
                "BAD_FIELD       | {'contactId':7}",
                "BAD_FIELD       | 'text'",
                "UNKNOWN_LIST    | {'contactId':'$','mailingListId':'CG_000000000000000'}",
                "BAD_DATE        | {'contactId':'$','transactionDate':'yesterday'}",
                "BAD_FIELD       | {'contactId':'$','data':[]}",
                "BAD_FIELD       | {'contactId':'$','data':{'a':{'b':1}}}"
            })
    void oneThatCannotBeRecordedIsUnprocessedAndStopsNoOther(String code, String wrong) throws Exception {
        Answer answer = record("{'wrong':%s,'right':{'contactId':'%s'}}".formatted(wrong.replace("$", ann), ann));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.result().path("createdTransactions").propertyNames()).containsExactly("right");
        JsonNode refused = answer.result().path("unprocessedTransactions").path("wrong");
        assertThat(refused.propertyNames()).containsExactly("error", "errorMessage");
        assertThat(refused.path("error").asString()).isEqualTo(code);
        assertThat(refused.path("errorMessage").asString()).matches("(?s).+[.].+");
    }

    @Test
    void oneOfAnotherDirectorysContactIsUnprocessed() throws Exception {
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");

        Answer answer = record("{'k':{'contactId':'%s'}}".formatted(ids().contact(other.id(), 1)));

        assertThat(answer.result()
                        .path("unprocessedTransactions")
                        .path("k")
                        .path("error")
                        .asString())
                .isEqualTo("UNKNOWN_CONTACT");
    }

    @Test
    void aThousandKeysAreTakenAndNoMore() throws Exception {
        assertThat(record(keys(1_000)).result().path("createdTransactions").size())
                .isEqualTo(1_000);
        assertThat(record(keys(1_001)).error()).isEqualTo("400 BAD_FIELD");
        assertThat(directory.count("contact_transaction")).isEqualTo(1_000);
    }

    private String keys(int count) {
        return "{"
                + IntStream.range(0, count)
                        .mapToObj(i -> "'k%d':{'contactId':'%s'}".formatted(i, ann))
                        .collect(Collectors.joining(","))
                + "}";
    }

    @Test
    void eachCallRecordsAnewEqualOnesToo() throws Exception {
        String body = "{'k':{'contactId':'%s','transactionDate':'2026-03-01','data':{'a':'1'}}}".formatted(ann);

        record(body);
        record(body);

        assertThat(directory.count("contact_transaction")).isEqualTo(2);
    }

    @Test
    void aKeyMakesARepetitionAnswerAsTheFirst() throws Exception {
        String body = "{'k':{'contactId':'%s'},'x':{'contactId':'no'}}".formatted(ann);

        Answer first = record(body, "Idempotency-Key", "call 1");
        Answer again = record(body, "Idempotency-Key", "call 1");
        Answer other = record("{'k':{'contactId':'%s','data':{'a':1}}}".formatted(ann), "Idempotency-Key", "call 1");

        assertThat(again.result()).isEqualTo(first.result());
        assertThat(other.error()).isEqualTo("409 KEY_REUSED");
        assertThat(directory.count("contact_transaction")).isEqualTo(1);
    }

    @Test
    void theTransactionsOfAContactComeOldestFirstInPages() throws Exception {
        for (String date : List.of("2026-03-02", "2026-03-01", "2026-03-03", "2026-03-01")) {
            recorded(date, "{'d':'" + date + "'}");
        }

        Answer first = client.get(pool + "/contacts/" + ann + "/transactions?pageSize=3");
        Answer second = client.get(first.nextPage());

        assertThat(first.each("transactionDate"))
                .containsExactly("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
        assertThat(second.each("transactionDate")).containsExactly("2026-03-03T00:00:00Z");
        assertThat(second.result().path("nextPage").isNull()).isTrue();
        assertThat(first.elements().getFirst().propertyNames())
                .containsExactly("transactionId", "contactId", "mailingListId", "transactionDate", "data");
        assertThat(client.get(pool + "/contacts/CID_000000000000000/transactions")
                        .error())
                .isEqualTo("404 UNKNOWN_CONTACT");
    }

    @Test
    void aTransactionIsShownAndDeleted() throws Exception {
        String id = recorded("2026-03-01", "{'a':'1'}");

        assertThat(client.get(pool + "/transactions/" + id)
                        .result()
                        .path("data")
                        .toString())
                .isEqualTo("{\"a\":\"1\"}");
        Answer deleted = client.delete(pool + "/transactions/" + id);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().propertyNames()).containsExactly("meta");
        assertThat(client.delete(pool + "/transactions/" + id).error()).isEqualTo("404 UNKNOWN_TRANSACTION");
        assertThat(client.get(pool + "/transactions/" + id).error()).isEqualTo("404 UNKNOWN_TRANSACTION");
        assertThat(directory.count("contact_transaction")).isZero();
        assertThat(directory.count("transaction_claim")).isZero();
    }

    @Test
    void aTransactionMovesTheContactsChangeAndIsInTheAuditLog() throws Exception {
        recorded("2026-03-01", "{}");

        assertThat(directory.contact(1)).containsEntry("version", 2);
        assertThat(database.jdbc()
                        .sql("SELECT action FROM audit WHERE directory_id = ? ORDER BY id")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .contains("transaction.add");
    }

    // Batches

    @Test
    void aBatchIsMadeWithAndWithoutTransactions() throws Exception {
        String id = recorded("2026-03-01", "{}");

        String batch = client.post(
                        pool + "/transactionbatches",
                        "{'transactionIds':['%s'],'creationDate':'2026-03-05T10:00:00Z'}".formatted(id))
                .result()
                .path("id")
                .asString();
        String empty = client.post(pool + "/transactionbatches", "{}")
                .result()
                .path("id")
                .asString();

        assertThat(batch).matches("BT_[0-9A-Za-z]{15}");
        assertThat(client.get(pool + "/transactionbatches/" + batch).result().toString())
                .isEqualTo("{\"batchId\":\"%s\",\"creationDate\":\"2026-03-05T10:00:00Z\"}".formatted(batch));
        assertThat(client.get(pool + "/transactionbatches/" + batch + "/transactions")
                        .each("transactionId"))
                .containsExactly(id);
        assertThat(client.get(pool + "/transactionbatches/" + empty + "/transactions")
                        .elements())
                .isEmpty();
        assertThat(client.get(pool + "/transactionbatches").each("batchId")).containsExactly(batch, empty);
    }

    @Test
    void batchesComeInPages() throws Exception {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(client.post(pool + "/transactionbatches", "{}")
                    .result()
                    .path("id")
                    .asString());
        }

        Answer first = client.get(pool + "/transactionbatches?pageSize=3");
        Answer second = client.get(first.nextPage());

        assertThat(first.each("batchId")).isEqualTo(made.subList(0, 3));
        assertThat(second.each("batchId")).isEqualTo(made.subList(3, 5));
    }

    @Test
    void whatABatchNamesMustBeThere() throws Exception {
        assertThat(client.post(pool + "/transactionbatches", "{'transactionIds':['CTR_000000000000000']}")
                        .error())
                .isEqualTo("400 BAD_FIELD");
        assertThat(client.get(pool + "/transactionbatches/BT_000000000000000").error())
                .isEqualTo("404 UNKNOWN_BATCH");
        assertThat(client.get(pool + "/transactionbatches/x/transactions").error())
                .isEqualTo("404 UNKNOWN_BATCH");
    }

    // History

    private void touchpoint(String key, String channel, String kind, String at, String survey) {
        directory.addTouchpoint(1, key);
        database.jdbc()
                .sql("UPDATE touchpoint SET channel = ?, kind = ?, happened_at = UNIX_TIMESTAMP(?) * 1000,"
                        + " survey = NULLIF(?, '') WHERE directory_id = ? AND touchpoint_key = ?")
                .params(
                        channel,
                        kind,
                        at,
                        survey,
                        directory.id(),
                        Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 16))
                .update();
    }

    @Test
    void messagesAreTheirHistory() throws Exception {
        touchpoint("a", "email", "invite", "2026-03-01 10:00:00", "SV_1");
        touchpoint("b", "email", "opened", "2026-03-01 11:00:00", "SV_1");
        touchpoint("c", "sms", "reminder", "2026-03-02 10:00:00", "SV_1");
        touchpoint("d", "sms", "bounced", "2026-03-02 10:01:00", "SV_1");
        touchpoint("e", "email", "thank-you", "2026-03-03 10:00:00", "");
        touchpoint("f", "web", "shown", "2026-03-04 10:00:00", "SV_1");

        Answer first = client.get(pool + "/contacts/" + ann + "/history?type=email&pageSize=2");
        Answer second = client.get(first.nextPage());

        assertThat(first.each("type")).containsExactly("ThankYou", "Reminder");
        assertThat(first.each("result")).containsExactly("Success", "Bounce");
        assertThat(second.each("type")).containsExactly("Invite");
        assertThat(second.elements().getFirst().propertyNames())
                .containsExactly("distributionId", "date", "type", "result", "bounceInfo", "surveyId", "read");
        assertThat(second.elements().getFirst().path("read").asBoolean()).isTrue();
        assertThat(second.result().path("nextPage").isNull()).isTrue();
        assertThat(first.elements().getLast().path("bounceInfo").propertyNames())
                .containsExactly("type");
    }

    @Test
    void responsesAreTheirHistory() throws Exception {
        directory.addResponse(1, "R_1");

        Answer answer = client.get(pool + "/contacts/" + ann + "/history?type=response");

        assertThat(answer.elements().toString())
                .isEqualTo(("[{'responseId':'R_1','distributionId':null,'dateStarted':null,"
                                + "'dateCompleted':'1970-01-01T00:00:00Z','surveyFinished':true,'surveyId':null}]")
                        .replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({"''", "?type=", "?type=sms", "?type=EMAIL"})
    void aTypeIsNeeded(String query) throws Exception {
        assertThat(client.get(pool + "/contacts/" + ann + "/history" + query).error())
                .isEqualTo("400 BAD_TYPE");
    }

    @Test
    void membersHaveAHistoryAndOthersNone() throws Exception {
        directory.addResponse(1, "R_1");
        String members = pool + "/mailinglists/" + list + "/contacts/";

        assertThat(client.get(members + ann + "/history?type=response").error()).isEqualTo("404 UNKNOWN_CONTACT");
        database.jdbc()
                .sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, joined_at)"
                        + " SELECT directory_id, id, 1, 0, 0 FROM mailing_list WHERE directory_id = ?")
                .param(directory.id())
                .update();
        assertThat(client.get(members + ann + "/history?type=response").each("responseId"))
                .containsExactly("R_1");
    }
}
