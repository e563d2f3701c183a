package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.access.Scope;
import io.muster.database.TestDatabase;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.web.v3.V3Client.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Directories and their contacts: a method for each line of §8, §9 and of §4 that is about contacts. */
class V3ContactsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String ADA = "{'firstName':'Ada','lastName':'Ray','email':'ada@Shop.Example',"
            + "'phone':'+43 664 1234567','extRef':'A-1','language':'en','embeddedData':{'Plan':'gold','visits':3}}";

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

    private static JsonNode contact(String directory, String id) throws Exception {
        return client.get(directory + "/contacts/" + id).result();
    }

    // §8

    @Test
    void directoriesAreListedWithTheirCriteria() throws Exception {
        String directory = v3.directory("extRef", "email,lastName", "phone");
        String id = directory.replaceFirst(".*/", "");
        v3.contact(directory, ADA);
        for (String path : List.of("/API/v3/directories", "/API/v3/directories/")) {
            JsonNode found = v3.all(path + "?pageSize=2").stream()
                    .filter(one -> one.get("directoryId").asString().equals(id))
                    .findFirst()
                    .orElseThrow();
            assertThat(found.propertyNames())
                    .containsExactly("directoryId", "name", "contactCount", "isDefault", "deduplicationCriteria");
            assertThat(found.get("contactCount").asInt()).isEqualTo(1);
            assertThat(found.get("deduplicationCriteria").toString())
                    .isEqualTo("{\"email\":true,\"firstName\":false,\"lastName\":true,"
                            + "\"externalDataReference\":true,\"phone\":true}");
        }

        assertThat(id).matches("POOL_[A-Za-z0-9]{15}");
    }

    @Test
    void theFirstDirectoryIsTheDefaultAndStandsFirst() throws Exception {
        v3.directory();
        v3.directory();
        List<JsonNode> all = v3.all("/API/v3/directories");
        assertThat(all.getFirst().get("isDefault").asBoolean()).isTrue();
        assertThat(all.stream().skip(1)).noneMatch(one -> one.get("isDefault").asBoolean());
    }

    @Test
    void aTokenOfSomeDirectoriesListsThese() throws Exception {
        String own = v3.directory().replaceFirst(".*/", "");
        V3Client bound = new V3Client(v3.server, v3.server.token(List.of(own), Scope.READ));
        assertThat(bound.get("/API/v3/directories").each("directoryId")).containsExactly(own);
        assertThat(bound.get(v3.directory() + "/contacts").error()).isEqualTo("404 UNKNOWN_DIRECTORY");
    }

    // §9 create

    @Test
    void aContactIsCreatedAndReadAtOnce() throws Exception {
        String directory = v3.directory();
        Answer made = client.post(directory + "/contacts", ADA);
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.result().propertyNames()).containsExactly("id");
        String id = made.result().get("id").asString();
        assertThat(id).matches("CID_[A-Za-z0-9]{15}");

        JsonNode record = contact(directory, id);
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
                        "skipped",
                        "mailingListMembership");
        assertThat(record.get("contactId").asString()).isEqualTo(id);
        assertThat(record.get("creationDate").isIntegralNumber()).isTrue();
        assertThat(record.get("email").asString()).isEqualTo("ada@Shop.Example");
        assertThat(record.get("emailDomain").asString()).isEqualTo("Shop.Example");
        assertThat(record.get("phone").asString()).isEqualTo("+436641234567");
        assertThat(record.get("embeddedData").toString()).isEqualTo("{\"Plan\":\"gold\",\"visits\":\"3\"}");
        assertThat(record.get("directoryUnsubscribed").asBoolean()).isFalse();
        assertThat(record.get("directoryUnsubscribeDate").isNull()).isTrue();
        assertThat(record.get("stats").toString()).isEqualTo("{}");
        assertThat(record.get("skipped").isNull()).isTrue();
        assertThat(record.get("mailingListMembership").toString()).isEqualTo("{}");
    }

    @Test
    void anEmptyFieldIsNullAndItsKeyIsThere() throws Exception {
        String directory = v3.directory();
        JsonNode record = contact(directory, v3.contact(directory, "{'extRef':'E-1'}"));
        for (String field : List.of("firstName", "lastName", "email", "emailDomain", "phone", "language")) {
            assertThat(record.get(field).isNull()).as(field).isTrue();
        }

        JsonNode listed = client.get(directory + "/contacts").elements().getFirst();
        assertThat(listed.propertyNames())
                .containsExactly(
                        "contactId", "firstName", "lastName", "email", "phone", "extRef", "language", "unsubscribed");
        assertThat(listed.get("email").isNull()).isTrue();
    }

    @Test
    void whoeverTheRulesRecogniseIsUpdatedAndHasTheSameId() throws Exception {
        String directory = v3.directory();
        String first = v3.contact(directory, ADA);
        String second = v3.contact(directory, "{'extRef':'A-1','lastName':'Byron','embeddedData':{'PLAN':'silver'}}");
        assertThat(second).isEqualTo(first);
        JsonNode record = contact(directory, first);
        assertThat(record.get("lastName").asString()).isEqualTo("Byron");
        assertThat(record.get("firstName").asString()).isEqualTo("Ada");
        assertThat(record.get("embeddedData").toString()).isEqualTo("{\"Plan\":\"silver\",\"visits\":\"3\"}");
        assertThat(v3.contact(directory, "{'extRef':'a-1'}")).as("case counts").isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada", "ada@", "@x.example", "ada ray@x.example", "a@b..example"})
    void anInvalidMailboxIsRefused(String email) throws Exception {
        Answer refused = client.post(v3.directory() + "/contacts", "{'email':'" + email + "'}");
        assertThat(refused.error()).isEqualTo("400 BAD_EMAIL");
    }

    @Test
    void optingOutCountsAndFalseLiftsNothing() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(directory, "{'extRef':'O-1','unsubscribed':true}");
        JsonNode out = contact(directory, id);
        assertThat(out.get("directoryUnsubscribed").asBoolean()).isTrue();
        assertThat(out.get("directoryUnsubscribeDate").asLong())
                .isEqualTo(out.get("creationDate").asLong());

        v3.contact(directory, "{'extRef':'O-1','firstName':'x','unsubscribed':false}");
        assertThat(contact(directory, id).get("directoryUnsubscribed").asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'unsubscribed':false}",
                "{'firstName':null,'embeddedData':{}}",
                "{'firstName':' '}",
                "{'name':'x'}"
            })
    void aContactWithoutAnyFieldIsRefused(String body) throws Exception {
        String directory = v3.directory();
        assertThat(client.post(directory + "/contacts", body).error()).isEqualTo("400 BAD_FIELD");
        assertThat(client.get(directory + "/contacts").elements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'firstName':1}",
                "{'firstName':['x']}",
                "{'firstName':'x','unsubscribed':'true'}",
                "{'firstName':'x','embeddedData':'y'}",
                "{'firstName':'x','embeddedData':{'a':{'b':1}}}",
                "{'firstName':'x','embeddedData':{'a':[]}}",
                "{'firstName':'\\u0000'}",
                "{'extRef':'\\ud800'}"
            })
    void aWrongTypeIsRefused(String body) throws Exception {
        Answer refused = client.post(v3.directory() + "/contacts", body.replace('\'', '"'));
        assertThat(refused.error()).isEqualTo("400 BAD_FIELD");
    }

    @Test
    void bodiesOfClientsThatSendAllTheyKnowAreTaken() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(
                directory,
                "{'firstName':'Ada','lastName':null,'email':'','phone':null,'extRef':'J-1','language':null,"
                        + "'unsubscribed':null,'embeddedData':{'a':null,'b':true},'transactionData':{}}");
        assertThat(contact(directory, id).get("embeddedData").toString()).isEqualTo("{\"b\":\"true\"}");
    }

    // §9 list

    @Test
    void contactsAreListedInTheOrderOfTheirMakingAndEachOnce() throws Exception {
        String directory = v3.directory();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(v3.contact(directory, "{'extRef':'L-" + i + "','embeddedData':{'n':" + i + "}}"));
        }

        Answer first = client.get(directory + "/contacts?pageSize=3&useNewPaginationScheme=true");
        assertThat(first.each("contactId")).isEqualTo(made.subList(0, 3));
        client.delete(directory + "/contacts/" + made.get(2));
        v3.contact(directory, "{'extRef':'L-new'}");
        Answer second = client.get(first.nextPage());
        assertThat(second.each("contactId")).isEqualTo(made.subList(3, 6));
        Answer third = client.get(second.nextPage());
        assertThat(third.each("extRef")).containsExactly("L-6", "L-new");
        assertThat(third.result().get("nextPage").isNull()).isTrue();
        assertThat(client.get(v3.directory() + "/contacts").result().toString())
                .isEqualTo("{\"elements\":[],\"nextPage\":null}");
    }

    @Test
    void embeddedDataIsListedOnlyWhenAskedFor() throws Exception {
        String directory = v3.directory();
        v3.contact(directory, ADA);
        v3.contact(directory, "{'extRef':'none'}");
        List<JsonNode> with =
                client.get(directory + "/contacts?includeEmbedded=true").elements();
        assertThat(with.get(0).get("embeddedData").toString()).isEqualTo("{\"Plan\":\"gold\",\"visits\":\"3\"}");
        assertThat(with.get(1).get("embeddedData").toString()).isEqualTo("{}");
        assertThat(client.get(directory + "/contacts?includeEmbedded=false")
                        .elements()
                        .getFirst()
                        .has("embeddedData"))
                .isFalse();
    }

    // §9 get, put, delete

    @ParameterizedTest
    @ValueSource(strings = {"CID_000000000000000", "CID_x", "nonsense", "CG_000000000000000"})
    void anUnknownContactIs404(String id) throws Exception {
        String path = v3.directory() + "/contacts/" + id;
        assertThat(client.get(path).error()).isEqualTo("404 UNKNOWN_CONTACT");
        assertThat(client.put(path, "{'firstName':'x'}").error()).isEqualTo("404 UNKNOWN_CONTACT");
        assertThat(client.delete(path).error()).isEqualTo("404 UNKNOWN_CONTACT");
    }

    @Test
    void aContactOfAnotherDirectoryIs404() throws Exception {
        String id = v3.contact(v3.directory(), ADA);
        assertThat(client.get(v3.directory() + "/contacts/" + id).error()).isEqualTo("404 UNKNOWN_CONTACT");
    }

    @Test
    void whatIsSentChangesAndTheRestStays() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(directory, ADA);
        Answer answer = client.put(
                directory + "/contacts/" + id,
                "{'lastName':'Byron','firstName':' ','email':null,'embeddedData':{'plan':'silver','new':1,'visits':''}}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().propertyNames()).containsExactly("meta");
        JsonNode record = contact(directory, id);
        assertThat(record.get("lastName").asString()).isEqualTo("Byron");
        assertThat(record.get("firstName").asString()).isEqualTo("Ada");
        assertThat(record.get("email").asString()).isEqualTo("ada@Shop.Example");
        assertThat(record.get("embeddedData").toString())
                .isEqualTo("{\"Plan\":\"silver\",\"new\":\"1\",\"visits\":\"3\"}");
    }

    @Test
    void anOptOutIsTakenAsSaidInAChange() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(directory, ADA);
        client.put(directory + "/contacts/" + id, "{'unsubscribed':true}");
        JsonNode out = contact(directory, id);
        assertThat(out.get("directoryUnsubscribed").asBoolean()).isTrue();
        assertThat(out.get("directoryUnsubscribeDate").asLong())
                .isEqualTo(out.get("lastModified").asLong());
        client.put(directory + "/contacts/" + id, "{'unsubscribed':false}");
        assertThat(contact(directory, id).get("directoryUnsubscribed").asBoolean())
                .isFalse();
        assertThat(contact(directory, id).get("directoryUnsubscribeDate").isNull())
                .isTrue();
    }

    @Test
    void aReferenceOfAnotherContactIsRefused() throws Exception {
        String directory = v3.directory();
        v3.contact(directory, ADA);
        String other = v3.contact(directory, "{'extRef':'B-1'}");
        assertThat(client.put(directory + "/contacts/" + other, "{'extRef':'A-1'}")
                        .error())
                .isEqualTo("409 REFERENCE_TAKEN");
    }

    @Test
    void aChangeOfNothingLeavesTheTimeOfTheLastChange() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(directory, ADA);
        long before = contact(directory, id).get("lastModified").asLong();
        assertThat(client.put(directory + "/contacts/" + id, ADA).status()).isEqualTo(200);
        assertThat(client.put(directory + "/contacts/" + id, "{}").status()).isEqualTo(200);
        assertThat(contact(directory, id).get("lastModified").asLong()).isEqualTo(before);
    }

    @Test
    void aDeletedContactIsGoneEverywhere() throws Exception {
        String directory = v3.directory();
        String list = v3.list(directory, "all");
        String id = client.post(directory + "/mailinglists/" + list + "/contacts", ADA)
                .result()
                .get("id")
                .asString();
        Answer answer = client.send("DELETE", directory + "/contacts/" + id, "{'a':1}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().propertyNames()).containsExactly("meta");
        assertThat(client.get(directory + "/contacts/" + id).error()).isEqualTo("404 UNKNOWN_CONTACT");
        assertThat(client.delete(directory + "/contacts/" + id).error()).isEqualTo("404 UNKNOWN_CONTACT");
        assertThat(client.get(directory + "/mailinglists/" + list + "/contacts").elements())
                .isEmpty();
    }

    @Test
    void aMergedIdAnswersAsTheSurvivor() throws Exception {
        String directory = v3.directory("extRef", "email");
        String first = v3.contact(directory, "{'extRef':'M-1','email':'m1@x.example'}");
        String second = v3.contact(directory, "{'extRef':'M-2','email':'m2@x.example'}");
        client.put(directory + "/contacts/" + second, "{'email':'m1@x.example'}");
        MergeRun run = v3.server.get(Duplicates.class).start(V3Fixture.number(directory), MergeScope.ACTIVE_RULES);
        assertThat(run.mergeNext(10)).hasSize(1);

        Set<String> answers = new HashSet<>();
        for (String id : List.of(first, second)) {
            answers.add(contact(directory, id).get("contactId").asString());
        }

        assertThat(answers).hasSize(1);
        String gone = answers.contains(first) ? second : first;
        client.put(directory + "/contacts/" + gone, "{'firstName':'Both'}");
        assertThat(contact(directory, answers.iterator().next())
                        .get("firstName")
                        .asString())
                .isEqualTo("Both");
    }

    // §9 record

    @Test
    void theRecordNamesListsWithTheOwnMembership() throws Exception {
        String directory = v3.directory();
        String list = v3.list(directory, "News");
        JsonNode joined = client.post(
                        directory + "/mailinglists/" + list + "/contacts", "{'extRef':'N-1','unsubscribed':true}")
                .result();
        JsonNode on = contact(directory, joined.get("id").asString())
                .get("mailingListMembership")
                .get(list);
        assertThat(on.propertyNames())
                .containsExactly("contactLookupId", "name", "unsubscribed", "unsubscribeDate", "ownerId");
        assertThat(on.get("contactLookupId").asString())
                .isEqualTo(joined.get("contactLookupId").asString());
        assertThat(on.get("name").asString()).isEqualTo("News");
        assertThat(on.get("unsubscribed").asBoolean()).isTrue();
        assertThat(on.get("unsubscribeDate").isIntegralNumber()).isTrue();
        assertThat(on.get("ownerId").asString()).matches("UR_[A-Za-z0-9]{15}");
    }

    @Test
    void theRecordNamesSegmentsOnlyWhenAskedFor() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(directory, ADA);
        assertThat(contact(directory, id).has("segmentMembership")).isFalse();
        assertThat(client.get(directory + "/contacts/" + id + "?includeSegments=true")
                        .result()
                        .get("segmentMembership")
                        .toString())
                .isEqualTo("{}");
    }

    // §9 opted out

    @Test
    void thoseWhoOptedOutAreListedSinceAMoment() throws Exception {
        String directory = v3.directory();
        v3.contact(directory, "{'extRef':'in'}");
        String out = v3.contact(directory, "{'extRef':'out','unsubscribed':true}");
        List<JsonNode> listed =
                client.get(directory + "/contacts/optedOutContacts").elements();
        assertThat(listed).hasSize(1);
        assertThat(listed.getFirst().propertyNames())
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
        assertThat(listed.getFirst().get("contactId").asString()).isEqualTo(out);
        String at = listed.getFirst().get("directoryUnsubscribeDate").asString();
        assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        for (String since : List.of(
                at,
                at.replace("Z", "%2B00:00"),
                at.replace("Z", "+00:00"),
                at.replace(":", "%253A"),
                at.replace("Z", "%252B00%253A00"),
                at.substring(0, 10),
                at.replace('T', ' ').replace("Z", "").replace(" ", "%20"))) {
            assertThat(client.get(directory + "/contacts/optedOutContacts?since=" + since)
                            .elements())
                    .as(since)
                    .hasSize(1);
        }

        assertThat(client.get(directory + "/contacts/optedOutContacts?since=2099-01-01T00:00:00Z")
                        .elements())
                .isEmpty();
        assertThat(client.get(directory + "/contacts/optedOutContacts?since=yesterday")
                        .error())
                .isEqualTo("400 BAD_DATE");
    }

    @Test
    void optedOutOnesHavePages() throws Exception {
        String directory = v3.directory();
        for (int i = 0; i < 5; i++) {
            v3.contact(directory, "{'extRef':'p" + i + "','unsubscribed':" + (i % 2 == 0) + "}");
        }

        Answer first = client.get(directory + "/contacts/optedOutContacts?since=2026-01-01&pageSize=2");
        assertThat(first.each("extRef")).containsExactly("p0", "p2");
        assertThat(first.nextPage()).contains("?since=2026-01-01&pageSize=2&skipToken=");
        assertThat(client.get(first.nextPage()).each("extRef")).containsExactly("p4");
    }

    @Test
    void aReaderMayReadAndNotWrite() throws Exception {
        String directory = v3.directory();
        String id = v3.contact(directory, ADA);
        V3Client reader = new V3Client(v3.server, v3.server.token(Scope.READ));
        assertThat(reader.get(directory + "/contacts/" + id).status()).isEqualTo(200);
        assertThat(reader.post(directory + "/contacts", ADA).error()).isEqualTo("403 FORBIDDEN");
        assertThat(reader.put(directory + "/contacts/" + id, "{}").error()).isEqualTo("403 FORBIDDEN");
        assertThat(reader.delete(directory + "/contacts/" + id).error()).isEqualTo("403 FORBIDDEN");
    }

    @Test
    void eachWriteHasItsActorAndALineInTheAuditLog() throws Exception {
        String directory = v3.directory();
        v3.contact(directory, ADA);
        assertThat(v3.single(
                        "SELECT COUNT(*) FROM audit WHERE action = 'contact.create' AND directory_id = ? AND actor_kind = 'TOKEN'",
                        Integer.class,
                        V3Fixture.number(directory)))
                .isEqualTo(1);
    }
}
