package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.web.v3.V3Client.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Searches: a method for each line of §10. */
class V3SearchContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static V3Fixture v3;
    private static V3Client client;
    private static String directory;
    private static String list;

    @BeforeAll
    static void start() throws Exception {
        v3 = V3Fixture.start(database, home);
        client = v3.client;
        directory = v3.directory("extRef", "email");
        list = v3.list(directory, "News");
        client.post(
                directory + "/mailinglists/" + list + "/contacts",
                "{'extRef':'one','firstName':'Ada','lastName':'Straße','email':'Ada@X.example','phone':'+43 664 1234567',"
                        + "'language':'en','embeddedData':{'Plan':'Gold'}}");
        v3.contact(directory, "{'extRef':'two','firstName':'ADA','lastName':'Ray','language':'de'}");
        v3.contact(directory, "{'extRef':'three','email':'c@x.example','embeddedData':{'plan':'silver'}}");
        v3.update(
                "UPDATE contact SET created_at = ?, modified_at = ? WHERE directory_id = ? AND ext_ref = 'two'",
                1_772_360_430_000L,
                1_772_446_830_500L,
                V3Fixture.number(directory));
    }

    @AfterAll
    static void stop() {
        v3.close();
    }

    private static Answer search(String filter) throws Exception {
        return client.post(directory + "/contacts/search", "{'filter':" + filter + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'email','comparison':'eq','value':'ada@x.EXAMPLE' | one",
                "'email','comparison':'neq','value':'ada@x.example' | two three",
                "'firstName','comparison':'eq','value':' ada ' | one two",
                "'firstName','comparison':'neq','value':'ada' | three",
                "'lastName','comparison':'eq','value':'STRASSE' | one",
                "'language','comparison':'eq','value':'DE' | two",
                "'language','comparison':'neq','value':'de' | one three",
                "'phone','comparison':'eq','value':'+43 (664) 123 45 67' | one",
                "'phone','comparison':'neq','value':'+436641234567' | two three",
                "'extRef','comparison':'eq','value':'one' | one",
                "'extRef','comparison':'eq','value':'ONE' | ``",
                "'extRef','comparison':'neq','value':'one' | two three",
                "'embeddedData','name':'PLAN','comparison':'eq','value':'gold' | one",
                "'embeddedData','name':'plan','comparison':'neq','value':'gold' | two three",
                "'infoFieldState','comparison':'empty','field':'email' | two",
                "'infoFieldState','comparison':'notEmpty','field':'email' | one three",
                "'infoFieldState','comparison':'notEmpty','field':'phone' | one",
                "'infoFieldState','comparison':'empty','field':'language' | three",
                "'infoFieldState','comparison':'empty','field':'extRef' | ``",
                "'infoFieldState','comparison':'empty','field':'firstName' | three",
                "'infoFieldState','comparison':'empty','field':'lastName' | three",
                "'created','comparison':'eq','value':'2026-03-01' | two",
                "'created','comparison':'neq','value':'2026-03-01' | one three",
                "'created','comparison':'eq','value':'2026-03-01 10:20:30' | two",
                "'created','comparison':'eq','value':'2026-03-01 10:20:31' | ``",
                "'created','comparison':'gt','value':'2026-03-01' | one three",
                "'created','comparison':'gte','value':'2026-03-01' | one two three",
                "'created','comparison':'lt','value':'2026-03-01' | ``",
                "'created','comparison':'lte','value':'2026-03-01' | two",
                "'created','comparison':'lt','value':'2026-03-01 10:20:31' | two",
                "'created','comparison':'lt','value':'2026-03-01 10:20:30' | ``",
                "'created','comparison':'lte','value':'2026-03-01 10:20:30' | two",
                "'lastModified','comparison':'eq','value':'2026-03-02 10:20:30' | two",
                "'lastModified','comparison':'lt','value':'2026-03-03' | two"
            })
    void eachTestFindsWhatItSays(String test, String expected) throws Exception {
        Answer answer = search("{'filterType':" + test + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(String.join(" ", answer.each("externalDataReference"))).isEqualTo(expected);
    }

    @Test
    void membersOfAListAreFoundByBooleans() throws Exception {
        assertThat(search("{'filterType':'inList','comparison':true,'mailingListId':'" + list + "'}")
                        .each("externalDataReference"))
                .containsExactly("one");
        assertThat(search("{'filterType':'inList','comparison':false,'mailingListId':'" + list + "'}")
                        .each("externalDataReference"))
                .containsExactly("two", "three");
    }

    @Test
    void testsAreJoined() throws Exception {
        String ada = "{'filterType':'firstName','comparison':'eq','value':'ada'}";
        String english = "{'filterType':'language','comparison':'eq','value':'en'}";
        String reference = "{'filterType':'extRef','comparison':'eq','value':'three'}";
        assertThat(search("{'conjunction':'and','filters':[" + ada + "," + english + "]}")
                        .each("externalDataReference"))
                .containsExactly("one");
        assertThat(search("{'conjunction':'or','filters':[" + english + "," + reference + "]}")
                        .each("externalDataReference"))
                .containsExactly("one", "three");
        assertThat(search("{'conjunction':'and','filters':[" + ada + ",{'conjunction':'or','filters':[" + english + ","
                                + reference + "]}]}")
                        .each("externalDataReference"))
                .containsExactly("one");
        assertThat(search("{'conjunction':'and','filters':[" + ada + "]}").elements())
                .hasSize(2);
    }

    @Test
    void aHundredFiltersAndTenLevelsAreTaken() throws Exception {
        String test = "{'filterType':'firstName','comparison':'eq','value':'ada'}";
        String many = String.join(",", java.util.Collections.nCopies(100, test));
        assertThat(search("{'conjunction':'and','filters':[" + many + "]}").status())
                .isEqualTo(200);
        assertThat(search("{'conjunction':'and','filters':[" + many + "," + test + "]}")
                        .error())
                .isEqualTo("400 BAD_FILTER");
        assertThat(search(nested(test, 10)).status()).isEqualTo(200);
        assertThat(search(nested(test, 11)).error()).isEqualTo("400 BAD_FILTER");
    }

    private static String nested(String test, int levels) {
        return "{'conjunction':'and','filters':[".repeat(levels) + test + "]}".repeat(levels);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "'x'",
                "{'filterType':'Email','comparison':'eq','value':'x'}",
                "{'filterType':'email','comparison':'EQ','value':'x'}",
                "{'filterType':'email','comparison':'gt','value':'x'}",
                "{'filterType':'email','comparison':'eq'}",
                "{'filterType':'email','comparison':'eq','value':null}",
                "{'filterType':'email','comparison':'eq','value':' '}",
                "{'filterType':'email','comparison':'eq','value':7}",
                "{'filterType':'email','value':'x'}",
                "{'filterType':'age','comparison':'eq','value':'x'}",
                "{'filterType':'created','comparison':'eq','value':'2026-02-30'}",
                "{'filterType':'created','comparison':'eq','value':'today'}",
                "{'filterType':'created','comparison':'eq','value':'2026-03-01T00:00:00Z'}",
                "{'filterType':'inList','comparison':'true','mailingListId':'CG_000000000000000'}",
                "{'filterType':'inList','comparison':true,'mailingListId':'CG_000000000000000'}",
                "{'filterType':'inList','comparison':true}",
                "{'filterType':'infoFieldState','comparison':'empty','field':'age'}",
                "{'filterType':'infoFieldState','comparison':'eq','field':'email'}",
                "{'filterType':'embeddedData','comparison':'eq','value':'x'}",
                "{'conjunction':'AND','filters':[{'filterType':'email','comparison':'eq','value':'x'}]}",
                "{'conjunction':'and','filters':[]}",
                "{'conjunction':'and'}",
                "{'filters':[{'filterType':'email','comparison':'eq','value':'x'}]}"
            })
    void whatIsNotUnderstoodIsRefused(String filter) throws Exception {
        assertThat(search(filter).error()).isEqualTo("400 BAD_FILTER");
    }

    @Test
    void aRefusalNamesThePlace() throws Exception {
        assertThat(search("{'conjunction':'and','filters':[{'filterType':'email','comparison':'eq','value':'x'},"
                                + "{'filterType':'email','comparison':'is','value':'x'}]}")
                        .message())
                .isEqualTo("Cannot search: filter.filters[1].comparison is neither eq nor neq. Correct it.");
        assertThat(client.post(directory + "/contacts/search", "{}").error()).isEqualTo("400 BAD_FILTER");
    }

    @Test
    void aHitHasItsOwnNames() throws Exception {
        JsonNode hit = search("{'filterType':'extRef','comparison':'eq','value':'one'}")
                .elements()
                .getFirst();
        assertThat(hit.propertyNames())
                .containsExactly(
                        "id",
                        "creationDate",
                        "lastModified",
                        "firstName",
                        "lastName",
                        "email",
                        "phoneNumber",
                        "externalDataReference",
                        "language",
                        "unsubscribed",
                        "unsubscribeDate",
                        "stats");
        assertThat(hit.get("creationDate").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(hit.get("stats").toString()).isEqualTo("{}");
        assertThat(hit.get("unsubscribeDate").isNull()).isTrue();
        JsonNode more = client.post(
                        directory + "/contacts/search?includeEmbedded=true&includeSegments=true",
                        "{'filter':{'filterType':'extRef','comparison':'eq','value':'one'}}")
                .elements()
                .getFirst();
        assertThat(more.get("embeddedData").toString()).isEqualTo("{\"Plan\":\"Gold\"}");
        assertThat(more.get("segmentMembership").toString()).isEqualTo("{}");
    }

    @Test
    void nothingFoundIsAnEmptyListAndNoToken() throws Exception {
        assertThat(search("{'filterType':'extRef','comparison':'eq','value':'nobody'}")
                        .result()
                        .toString())
                .isEqualTo("{\"elements\":[]}");
    }

    @Test
    void aTokenComesOnlyWhenThePageIsFull() throws Exception {
        String body = "{'filter':{'filterType':'firstName','comparison':'eq','value':'Ada'}}";
        String path = directory + "/contacts/search?pageSize=1";
        List<String> found = new ArrayList<>();
        Answer page = client.post(path, body);
        while (page.result().has("skipToken")) {
            assertThat(page.result().propertyNames()).containsExactly("elements", "skipToken");
            found.addAll(page.each("externalDataReference"));
            page = client.post(
                    path + "&skipToken=" + page.result().get("skipToken").asString(), body);
        }

        assertThat(page.elements()).as("a last empty page").isEmpty();
        assertThat(found).containsExactly("one", "two");
        String token = client.post(path, body).result().get("skipToken").asString();
        assertThat(client.post(
                                path + "&skipToken=" + token,
                                "{'filter':{'filterType':'firstName','comparison':'eq','value':'Eve'}}")
                        .error())
                .isEqualTo("400 BAD_SKIP_TOKEN");
        assertThat(client.post(directory + "/contacts/search?skipToken=" + token, body)
                        .each("externalDataReference"))
                .containsExactly("two");
    }

    @Test
    void aFilterIsFollowedThroughManyContacts() throws Exception {
        String large = v3.directory("extRef");
        int number = V3Fixture.number(large);
        for (int i = 0; i < 5; i++) {
            StringBuilder rows = new StringBuilder();
            for (int j = 0; j < 1_000; j++) {
                int n = i * 1_000 + j + 1;
                rows.append(j == 0 ? "" : ",")
                        .append("(%d,%d,'%s',0,0,0,1)".formatted(number, n, n % 1_000 == 7 ? "wanted" : "other"));
            }

            v3.update(
                    "INSERT INTO contact (directory_id, number, first_name, unsubscribed, created_at, modified_at, version)"
                            + " VALUES " + rows);
        }

        String body = "{'filter':{'filterType':'firstName','comparison':'eq','value':'WANTED'}}";
        Answer first = client.post(large + "/contacts/search?pageSize=3", body);
        assertThat(first.elements()).hasSize(3);
        Answer second = client.post(
                large + "/contacts/search?pageSize=3&skipToken="
                        + first.result().get("skipToken").asString(),
                body);
        assertThat(second.elements()).hasSize(2);
        assertThat(second.result().has("skipToken")).isFalse();
    }
}
