package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.web.v3.V3Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Mailing lists and their contacts: a method for each line of §11. */
class V3ListsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String ADA =
            "{'firstName':'Ada','email':'ada@x.example','extRef':'A-1','embeddedData':{'plan':'gold'}}";

    @TempDir
    private static Path home;

    private static V3Fixture v3;
    private static V3Client client;

    @BeforeAll
    static void start() {
        v3 = V3Fixture.start(database, home);
        client = v3.client;
    }

    @AfterAll
    static void stop() {
        v3.close();
    }

    private static JsonNode join(String list, String json) throws Exception {
        Answer answer = client.post(list + "/contacts", json);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.result();
    }

    private static String newList(String directory, String name) throws Exception {
        return directory + "/mailinglists/" + v3.list(directory, name);
    }

    @Test
    void listsHaveTheseSixMembers() throws Exception {
        String directory = v3.directory();
        String id = v3.list(directory, "News");
        join(directory + "/mailinglists/" + id, ADA);
        List<JsonNode> listed = client.get(directory + "/mailinglists").elements();
        assertThat(listed).hasSize(1);
        JsonNode list = listed.getFirst();
        assertThat(list.propertyNames())
                .containsExactly(
                        "mailingListId", "name", "ownerId", "creationDate", "lastModifiedDate", "contactCount");
        assertThat(list.get("mailingListId").asString()).isEqualTo(id).matches("CG_[A-Za-z0-9]{15}");
        assertThat(list.get("name").asString()).isEqualTo("News");
        assertThat(list.get("creationDate").isIntegralNumber()).isTrue();
        assertThat(list.get("lastModifiedDate").asLong())
                .isEqualTo(list.get("creationDate").asLong());
        assertThat(list.get("contactCount").asInt()).isEqualTo(1);
        assertThat(client.get(directory + "/mailinglists/" + id).result()).isEqualTo(list);
    }

    @Test
    void listsAreInTheOrderOfTheirMakingWithPages() throws Exception {
        String directory = v3.directory();
        for (String name : List.of("z", "a", "m")) {
            v3.list(directory, name);
        }

        Answer first = client.get(directory + "/mailinglists?pageSize=2");
        assertThat(first.each("name")).containsExactly("z", "a");
        assertThat(client.get(first.nextPage()).each("name")).containsExactly("m");
        assertThat(client.get(directory + "/mailinglists/?pageSize=1").elements())
                .hasSize(1);
    }

    @Test
    void theOwnerIsKeptAsGivenElseItIsTheCaller() throws Exception {
        String directory = v3.directory();
        String caller = client.get("/API/v3/whoami").result().get("userId").asString();
        v3.list(directory, "own");
        client.post(
                directory + "/mailinglists", "{'name':'given','ownerId':'GR_someone','prioritizeListMetadata':true}");
        v3.update(
                "INSERT INTO mailing_list (directory_id, name, created_at) VALUES (?, 'old', 5)",
                V3Fixture.number(directory));
        List<JsonNode> listed = client.get(directory + "/mailinglists").elements();
        assertThat(listed.get(0).get("ownerId").asString()).isEqualTo(caller);
        assertThat(listed.get(1).get("ownerId").asString()).isEqualTo("GR_someone");
        String nobody = listed.get(2).get("ownerId").asString();
        assertThat(nobody).matches("UR_[A-Za-z0-9]{15}").isNotEqualTo(caller);

        assertThat(client.get(directory + "/mailinglists?ownerId=" + caller).each("name"))
                .containsExactly("own");
        assertThat(client.get(directory + "/mailinglists?ownerId=GR_someone").each("name"))
                .containsExactly("given");
        assertThat(client.get(directory + "/mailinglists?ownerId=" + nobody).each("name"))
                .containsExactly("old");
        assertThat(client.get(directory + "/mailinglists?ownerId=").elements()).hasSize(3);
        assertThat(client.get(directory + "/mailinglists?ownerId=UR_x").elements())
                .isEmpty();
    }

    @Test
    void aNameIsNeededAndUniqueAndBounded() throws Exception {
        String directory = v3.directory();
        v3.list(directory, "News");
        for (String body : List.of("{}", "{'name':''}", "{'name':' '}", "{'name':null}", "{'name':1}")) {
            assertThat(client.post(directory + "/mailinglists", body).error())
                    .as(body)
                    .isEqualTo("400 BAD_FIELD");
        }

        assertThat(client.post(directory + "/mailinglists", "{'name':'News'}").error())
                .isEqualTo("409 NAME_TAKEN");
        assertThat(client.post(directory + "/mailinglists", "{'name':'" + "x".repeat(256) + "'}")
                        .error())
                .isEqualTo("400 BAD_FIELD");
        assertThat(v3.list(v3.directory(), "News")).startsWith("CG_");
    }

    @Test
    void aListIsRenamed() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        v3.list(directory, "Other");
        Answer answer = client.put(list, "{'name':'Offers'}");
        assertThat(answer.json().propertyNames()).containsExactly("meta");
        JsonNode after = client.get(list).result();
        assertThat(after.get("name").asString()).isEqualTo("Offers");
        assertThat(after.get("lastModifiedDate").asLong())
                .isGreaterThanOrEqualTo(after.get("creationDate").asLong());
        assertThat(client.put(list, "{'name':'Other'}").error()).isEqualTo("409 NAME_TAKEN");
        assertThat(client.put(list, "{}").error()).isEqualTo("400 BAD_FIELD");
    }

    @Test
    void aDeletedListLeavesItsContactsInTheDirectory() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        String id = join(list, ADA).get("id").asString();
        Answer answer = client.send("DELETE", list, "{'any':'thing'}");
        assertThat(answer.json().propertyNames()).containsExactly("meta");
        assertThat(client.get(list).error()).isEqualTo("404 UNKNOWN_LIST");
        assertThat(client.delete(list).error()).isEqualTo("404 UNKNOWN_LIST");
        assertThat(client.get(directory + "/contacts/" + id).status()).isEqualTo(200);
    }

    @Test
    void anUnknownListIs404() throws Exception {
        String directory = v3.directory();
        String elsewhere = v3.list(v3.directory(), "x").replaceFirst("^", directory + "/mailinglists/");
        v3.list(directory, "byName");
        for (String list : List.of(
                elsewhere,
                directory + "/mailinglists/CG_000000000000000",
                directory + "/mailinglists/byName",
                directory + "/mailinglists/CID_x")) {
            for (String call : List.of("", "/contacts", "/optedOutContacts", "/bouncedContacts")) {
                assertThat(client.get(list + call).error()).as(list + call).isEqualTo("404 UNKNOWN_LIST");
            }

            assertThat(client.post(list + "/contacts", ADA).error()).isEqualTo("404 UNKNOWN_LIST");
        }
    }

    @Test
    void membersHaveTheseMembersAndEmbeddedDataWhenAskedFor() throws Exception {
        String list = newList(v3.directory(), "News");
        JsonNode joined = join(list, ADA);
        JsonNode member = client.get(list + "/contacts").elements().getFirst();
        assertThat(member.propertyNames())
                .containsExactly(
                        "contactId",
                        "firstName",
                        "lastName",
                        "email",
                        "phone",
                        "extRef",
                        "language",
                        "unsubscribed",
                        "mailingListUnsubscribed",
                        "contactLookupId");
        assertThat(member.get("contactId").asString())
                .isEqualTo(joined.get("id").asString());
        assertThat(member.get("contactLookupId").asString())
                .isEqualTo(joined.get("contactLookupId").asString());
        assertThat(client.get(list + "/contacts?includeEmbedded=true")
                        .elements()
                        .getFirst()
                        .get("embeddedData")
                        .toString())
                .isEqualTo("{\"plan\":\"gold\"}");
    }

    @Test
    void membersComeByFiftiesInTheOrderOfTheirMaking() throws Exception {
        String list = newList(v3.directory(), "News");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 53; i++) {
            made.add(join(list, "{'extRef':'m" + i + "'}").get("id").asString());
        }

        Answer first = client.get(list + "/contacts");
        assertThat(first.each("contactId")).isEqualTo(made.subList(0, 50));
        assertThat(client.get(first.nextPage()).each("contactId")).isEqualTo(made.subList(50, 53));
        String token = first.nextPage().replaceFirst(".*skipToken=", "");
        assertThat(client.get(list + "/contacts?skipToken=" + token).each("contactId"))
                .as("as one client pastes it")
                .isEqualTo(made.subList(50, 53));
    }

    @Test
    void joiningFindsOrCreatesAndJoinsOnce() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        String known = v3.contact(directory, "{'extRef':'A-1','lastName':'Ray'}");
        JsonNode first = join(list, ADA);
        JsonNode again = join(list, ADA);
        assertThat(first.propertyNames()).containsExactly("id", "contactLookupId");
        assertThat(first.get("id").asString()).isEqualTo(known);
        assertThat(first.get("contactLookupId").asString())
                .matches("CGC_[A-Za-z0-9]{15}")
                .isNotEqualTo(known);
        assertThat(again).isEqualTo(first);
        assertThat(client.get(list).result().get("contactCount").asInt()).isEqualTo(1);
        String other = newList(directory, "Other");
        assertThat(join(other, ADA).get("contactLookupId").asString())
                .isNotEqualTo(first.get("contactLookupId").asString());
        assertThat(client.post(list + "/contacts", "{'email':'x'}").error()).isEqualTo("400 BAD_EMAIL");
        assertThat(client.post(list + "/contacts", "{}").error()).isEqualTo("400 BAD_FIELD");
    }

    @Test
    void optingOutOfTheListCountsAndFalseLiftsNothing() throws Exception {
        String list = newList(v3.directory(), "News");
        join(list, "{'extRef':'o','unsubscribed':true}");
        join(list, "{'extRef':'o','unsubscribed':false}");
        JsonNode member = client.get(list + "/contacts").elements().getFirst();
        assertThat(member.get("mailingListUnsubscribed").asBoolean()).isTrue();
        assertThat(member.get("unsubscribed").asBoolean()).isFalse();
    }

    @Test
    void aMemberHasItsRecord() throws Exception {
        String list = newList(v3.directory(), "News");
        JsonNode joined = join(
                list,
                "{'extRef':'r','email':'r@X.example','unsubscribed':true,'embeddedData':{'a':1},"
                        + "'privateEmbeddedData':{'seat':7,'none':null}}");
        for (String id : List.of(
                joined.get("id").asString(), joined.get("contactLookupId").asString())) {
            JsonNode record = client.get(list + "/contacts/" + id).result();
            assertThat(record.propertyNames())
                    .containsExactly(
                            "contactId",
                            "creationDate",
                            "lastModified",
                            "firstName",
                            "lastName",
                            "email",
                            "emailDomain",
                            "phone",
                            "extRef",
                            "language",
                            "embeddedData",
                            "directoryUnsubscribed",
                            "directoryUnsubscribeDate",
                            "stats",
                            "mailingListUnsubscribed",
                            "mailingListUnsubscribeDate",
                            "contactLookupId",
                            "privateEmbeddedData");
            assertThat(record.get("contactId").asString())
                    .isEqualTo(joined.get("id").asString());
            assertThat(record.get("privateEmbeddedData").toString()).isEqualTo("{\"seat\":\"7\"}");
            assertThat(record.get("embeddedData").toString()).isEqualTo("{\"a\":\"1\"}");
            assertThat(record.get("mailingListUnsubscribed").asBoolean()).isTrue();
            assertThat(record.get("mailingListUnsubscribeDate").isIntegralNumber())
                    .isTrue();
            assertThat(record.get("directoryUnsubscribed").asBoolean()).isFalse();
            assertThat(record.get("directoryUnsubscribeDate").isNull()).isTrue();
        }
    }

    @Test
    void theDirectoryOptOutOfAMemberIsDatedAsText() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        String id = join(list, ADA).get("id").asString();
        client.put(directory + "/contacts/" + id, "{'unsubscribed':true}");
        JsonNode record = client.get(list + "/contacts/" + id).result();
        assertThat(record.get("directoryUnsubscribed").asBoolean()).isTrue();
        assertThat(record.get("directoryUnsubscribeDate").asString()).matches("\\d{4}-.*T.*Z");
        assertThat(client.get(list + "/contacts")
                        .elements()
                        .getFirst()
                        .get("unsubscribed")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void whoeverIsNoMemberIs404() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        String id = v3.contact(directory, ADA);
        for (String unknown : List.of(id, "CID_000000000000000", "CGC_000000000000000", "x")) {
            assertThat(client.get(list + "/contacts/" + unknown).error()).isEqualTo("404 UNKNOWN_CONTACT");
            assertThat(client.put(list + "/contacts/" + unknown, "{}").error()).isEqualTo("404 UNKNOWN_CONTACT");
            assertThat(client.delete(list + "/contacts/" + unknown).error()).isEqualTo("404 UNKNOWN_CONTACT");
        }
    }

    @Test
    void aMembersFieldsChangeTheContactAndTheRestItsMembership() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        JsonNode joined = join(list, ADA);
        String id = joined.get("id").asString();
        String lookup = joined.get("contactLookupId").asString();
        Answer answer = client.put(
                list + "/contacts/" + lookup,
                "{'lastName':'Byron','unsubscribed':true,'privateEmbeddedData':{'seat':'7'}}");
        assertThat(answer.json().propertyNames()).containsExactly("meta");
        assertThat(client.get(directory + "/contacts/" + id)
                        .result()
                        .get("lastName")
                        .asString())
                .isEqualTo("Byron");
        JsonNode record = client.get(list + "/contacts/" + id).result();
        assertThat(record.get("mailingListUnsubscribed").asBoolean()).isTrue();
        assertThat(record.get("directoryUnsubscribed").asBoolean()).isFalse();
        assertThat(record.get("privateEmbeddedData").toString()).isEqualTo("{\"seat\":\"7\"}");
        client.put(list + "/contacts/" + id, "{'unsubscribed':false}");
        assertThat(client.get(list + "/contacts/" + id)
                        .result()
                        .get("mailingListUnsubscribed")
                        .asBoolean())
                .isFalse();
        assertThat(client.get(list + "/contacts/" + id)
                        .result()
                        .get("mailingListUnsubscribeDate")
                        .isNull())
                .isTrue();
    }

    @Test
    void leavingAListKeepsTheContact() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        String id = join(list, ADA).get("id").asString();
        Answer answer = client.send("DELETE", list + "/contacts/" + id, "{}");
        assertThat(answer.json().propertyNames()).containsExactly("meta");
        assertThat(client.delete(list + "/contacts/" + id).error()).isEqualTo("404 UNKNOWN_CONTACT");
        assertThat(client.get(list + "/contacts").elements()).isEmpty();
        assertThat(client.get(directory + "/contacts/" + id).status()).isEqualTo(200);
    }

    @Test
    void thoseWhoOptedOutOfTheListAreListed() throws Exception {
        String directory = v3.directory();
        String list = newList(directory, "News");
        join(list, "{'extRef':'in'}");
        join(list, "{'extRef':'out','unsubscribed':true}");
        v3.contact(directory, "{'extRef':'in','unsubscribed':true}");
        Answer listed = client.get(list + "/optedOutContacts?since=2026-01-01T00%253A00%253A00Z");
        assertThat(listed.each("extRef")).containsExactly("out");
        assertThat(listed.elements().getFirst().propertyNames())
                .containsExactly(
                        "contactId",
                        "firstName",
                        "lastName",
                        "email",
                        "phone",
                        "extRef",
                        "language",
                        "directoryUnsubscribed",
                        "directoryUnsubscribeDate");
        assertThat(client.get(list + "/optedOutContacts?since=2099-01-01").elements())
                .isEmpty();
        assertThat(client.get(list + "/optedOutContacts?since=x").error()).isEqualTo("400 BAD_DATE");
    }

    @Test
    void anOptOutByAnImportHasItsTimeAndKeepsIt() throws Exception {
        String list = newList(v3.directory(), "News");
        join(list, "{'extRef':'i-1'}");
        String contacts = "{'contacts':[{'extRef':'i-1','unsubscribed':true},{'extRef':'i-2','unsubscribed':true},"
                + "{'extRef':'i-3'}]}";
        imported(list, contacts);
        List<JsonNode> first = v3.all(list + "/optedOutContacts?since=2026-01-01");
        assertThat(first).extracting(one -> one.get("extRef").asString()).containsExactly("i-1", "i-2");
        List<Long> dates = new ArrayList<>();
        for (JsonNode one : first) {
            dates.add(date(list, one));
        }

        assertThat(dates).doesNotContain(0L);
        imported(list, contacts.replace("'extRef':'i-1',", "'extRef':'i-1','firstName':'x',"));
        for (int i = 0; i < first.size(); i++) {
            assertThat(date(list, first.get(i))).isEqualTo(dates.get(i));
        }

        assertThat(client.get(list + "/optedOutContacts?since=2099-01-01").elements())
                .isEmpty();
    }

    private static long date(String list, JsonNode contact) throws Exception {
        return client.get(list + "/contacts/" + contact.get("contactId").asString())
                .result()
                .get("mailingListUnsubscribeDate")
                .asLong(0);
    }

    private static void imported(String list, String contacts) throws Exception {
        Answer begun = client.post(list + "/transactioncontacts", contacts);
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        String status =
                list + "/transactioncontacts/" + begun.result().get("id").asString();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                client.get(status).result().get("status").asString())
                        .isEqualTo("complete"));
    }

    @Test
    void nobodyHasBounced() throws Exception {
        String list = newList(v3.directory(), "News");
        join(list, ADA);
        assertThat(client.get(list + "/bouncedContacts?since=2026-01-01")
                        .result()
                        .toString())
                .isEqualTo("{\"elements\":[],\"nextPage\":null}");
    }

    @Test
    void aLookupIdStandsForTheContactInTheDirectoryToo() throws Exception {
        String directory = v3.directory();
        JsonNode joined = join(newList(directory, "News"), ADA);
        assertThat(client.get(directory + "/contacts/"
                                + joined.get("contactLookupId").asString())
                        .result()
                        .get("contactId")
                        .asString())
                .isEqualTo(joined.get("id").asString());
        assertThat(client.get(v3.directory() + "/contacts/"
                                + joined.get("contactLookupId").asString())
                        .error())
                .isEqualTo("404 UNKNOWN_CONTACT");
    }
}
