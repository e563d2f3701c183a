package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.FrequencyRuleService;
import io.muster.app.NewFrequencyRule;
import io.muster.app.SegmentService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import io.muster.web.v3.V3Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Segments, frequency rules and samples: a method for each line of §15. */
class V3SegmentsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");

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

    private static String id(String directory) {
        return directory.replaceFirst(".*/", "");
    }

    private static String segment(String directory, String name, String condition) {
        return directory
                + "/segments/"
                + v3.server
                        .get(SegmentService.class)
                        .create(TESTER, id(directory), name, condition, SizeGuard.usual())
                        .id();
    }

    private static void refresh(String segment) throws Exception {
        Answer begun = client.post(segment + "/refresh-jobs", "{}");
        assertThat(begun.status()).as(begun.text()).isEqualTo(200);
        String run = begun.result().get("id").asString();
        assertThat(run).matches("RN_[A-Za-z0-9]{15}");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode progress = client.get(segment + "/refresh-jobs/" + run).result();
            assertThat(progress.propertyNames()).containsExactly("percentComplete", "status");
            assertThat(progress.get("status").asString()).isEqualTo("complete");
            assertThat(progress.get("percentComplete").asInt()).isEqualTo(100);
        });
    }

    @Test
    void segmentsAreListedInTheOrderOfTheirMaking() throws Exception {
        String directory = v3.directory();
        v3.contact(directory, "{'extRef':'a','language':'en'}");
        String first = segment(directory, "Z", "{field: language, is: en}");
        segment(directory, "A", "{all: [{field: language, is: en}, {field: email, isEmpty: true}]}");
        refresh(first);

        Answer page = client.get(directory + "/segments?pageSize=1");
        JsonNode listed = page.elements().getFirst();
        assertThat(listed.propertyNames())
                .containsExactly(
                        "segmentId",
                        "name",
                        "description",
                        "contactCount",
                        "creationDate",
                        "lastModifiedDate",
                        "criteria");
        assertThat(listed.get("segmentId").asString()).matches("SG_[A-Za-z0-9]{15}");
        assertThat(listed.get("description").isNull()).isTrue();
        assertThat(listed.get("contactCount").asInt()).isEqualTo(1);
        assertThat(listed.get("creationDate").asString()).matches("\\d{4}-.*Z");
        assertThat(client.get(page.nextPage()).each("name")).containsExactly("A");
        assertThat(client.get(first).result()).isEqualTo(listed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{field: language, is: en} | {\"simpleFilter\":{\"filterType\":\"language\",\"comparison\":\"eq\",\"value\":\"en\",\"mailingListId\":null}}",
                "{field: email, isNot: a@x.example} | {\"simpleFilter\":{\"filterType\":\"email\",\"comparison\":\"neq\",\"value\":\"a@x.example\",\"mailingListId\":null}}",
                "{field: created, gte: 2026-03-01} | {\"simpleFilter\":{\"filterType\":\"created\",\"comparison\":\"gte\",\"value\":\"2026-03-01\",\"mailingListId\":null}}",
                "{field: lastModified, before: '2026-03-01T10:20:30Z'} | {\"simpleFilter\":{\"filterType\":\"lastModified\",\"comparison\":\"lt\",\"value\":\"2026-03-01 10:20:30\",\"mailingListId\":null}}",
                "{field: email, contains: x} | {}",
                "{embedded: plan, is: gold} | {}",
                "{any: [{field: language, is: en}, {field: language, is: de}]} | {}"
            })
    void criteriaAreGivenWhereTheConditionIsOneTestOfASearch(String condition, String criteria) throws Exception {
        String segment = segment(v3.directory(), "S", condition);
        assertThat(client.get(segment).result().get("criteria").toString()).isEqualTo(criteria);
    }

    @Test
    void aTestOfAListIsOneToo() throws Exception {
        String directory = v3.directory();
        String list = v3.list(directory, "News");
        String segment = segment(directory, "S", "{list: " + list + ", isNot: member}");
        assertThat(client.get(segment).result().get("criteria").toString())
                .isEqualTo("{\"simpleFilter\":{\"filterType\":\"inList\",\"comparison\":false,\"value\":null,"
                        + "\"mailingListId\":\"" + list + "\"}}");
    }

    @Test
    void membersAreThoseOfThePublishedVersionAndAllPagesOfOne() throws Exception {
        String directory = v3.directory();
        for (int i = 0; i < 5; i++) {
            v3.contact(directory, "{'extRef':'c" + i + "','language':'en'}");
        }

        String segment = segment(directory, "S", "{field: language, is: en}");
        assertThat(client.get(segment + "/contacts").result().toString())
                .isEqualTo("{\"elements\":[],\"nextPage\":null}");
        refresh(segment);
        Answer first = client.get(segment + "/contacts?pageSize=2");
        assertThat(first.each("extRef")).containsExactly("c0", "c1");
        JsonNode member = first.elements().getFirst();
        assertThat(member.propertyNames())
                .containsExactly(
                        "contactId",
                        "firstName",
                        "lastName",
                        "email",
                        "phone",
                        "extRef",
                        "language",
                        "directoryUnsubscribed",
                        "directoryUnsubscribeDate",
                        "segmentUnsubscribed",
                        "segmentUnsubscribeDate");
        assertThat(member.get("segmentUnsubscribed").asBoolean()).isFalse();

        v3.contact(directory, "{'extRef':'c2','language':'de'}");
        v3.contact(directory, "{'extRef':'c5','language':'en'}");
        refresh(segment);
        Answer second = client.get(first.nextPage());
        assertThat(second.each("extRef")).as("of the version of the first page").containsExactly("c2", "c3");
        assertThat(client.get(second.nextPage()).each("extRef")).containsExactly("c4");
        assertThat(client.get(segment + "/contacts").each("extRef")).containsExactly("c0", "c1", "c3", "c4", "c5");
    }

    @Test
    void aMemberIsFoundByItsId() throws Exception {
        String directory = v3.directory();
        String in = v3.contact(directory, "{'extRef':'in','language':'en','unsubscribed':true}");
        String out = v3.contact(directory, "{'extRef':'out','language':'de'}");
        String segment = segment(directory, "S", "{field: language, is: en}");
        refresh(segment);
        JsonNode member = client.get(segment + "/contacts/" + in).result();
        assertThat(member.get("contactId").asString()).isEqualTo(in);
        assertThat(member.get("directoryUnsubscribed").asBoolean()).isTrue();
        assertThat(member.get("directoryUnsubscribeDate").asString()).endsWith("Z");
        assertThat(client.get(segment + "/contacts/" + out).error()).isEqualTo("404 UNKNOWN_CONTACT");
        assertThat(client.get(directory + "/contacts/" + in + "?includeSegments=true")
                        .result()
                        .get("segmentMembership")
                        .toString())
                .isEqualTo("{\"" + segment.replaceFirst(".*/", "")
                        + "\":{\"contactLookupId\":null,\"ownerId\":null,\"unsubscribed\":false,"
                        + "\"unsubscribedDate\":null,\"name\":\"S\"}}");
        assertThat(client.post(
                                directory + "/contacts/search?includeSegments=true",
                                "{'filter':{'filterType':'extRef','comparison':'eq','value':'in'}}")
                        .elements()
                        .getFirst()
                        .get("segmentMembership"))
                .hasSize(1);
    }

    @Test
    void anUnknownSegmentIs404() throws Exception {
        String directory = v3.directory();
        segment(directory, "byName", "{field: language, is: en}");
        for (String unknown : List.of("SG_000000000000000", "byName", "CG_x")) {
            String path = directory + "/segments/" + unknown;
            assertThat(client.get(path).error()).isEqualTo("404 UNKNOWN_SEGMENT");
            assertThat(client.get(path + "/contacts").error()).isEqualTo("404 UNKNOWN_SEGMENT");
            assertThat(client.post(path + "/refresh-jobs", "{}").error()).isEqualTo("404 UNKNOWN_SEGMENT");
        }

        String segment = segment(directory, "S", "{field: language, is: en}");
        assertThat(client.get(segment + "/refresh-jobs/RN_000000000000000").error())
                .isEqualTo("404 UNKNOWN_SEGMENT");
        assertThat(client.get(segment + "/refresh-jobs/x").error()).isEqualTo("404 UNKNOWN_SEGMENT");
    }

    @Test
    void frequencyRulesAreListed() throws Exception {
        String directory = v3.directory();
        String list = v3.list(directory, "News");
        FrequencyRuleService rules = v3.server.get(FrequencyRuleService.class);
        rules.add(TESTER, id(directory), new NewFrequencyRule("3", "7d", "2d", null, false, null, null));
        rules.add(TESTER, id(directory), new NewFrequencyRule("1", "14d", "12h", "SV_1", false, null, null));
        rules.add(TESTER, id(directory), new NewFrequencyRule("0", "1d", null, null, false, null, list));
        rules.add(TESTER, id(directory), new NewFrequencyRule(null, null, null, "SV_2", true, null, null));

        List<JsonNode> listed = client.get(directory + "/frequencyrules").elements();
        assertThat(listed.stream()
                        .map(rule -> rule.toString().replaceAll("\"ruleId\":\"FR_[A-Za-z0-9]{15}\",", ""))
                        .toList())
                .containsExactly(
                        "{\"targetType\":\"directory\",\"targetId\":null,\"targetIds\":[],\"emailType\":null,"
                                + "\"daysBetween\":2,\"timePeriodLimit\":{\"period\":\"week\",\"numMessages\":3},"
                                + "\"alwaysSend\":false,\"mutuallyExclusive\":false}",
                        "{\"targetType\":\"survey\",\"targetId\":\"SV_1\",\"targetIds\":[\"SV_1\"],\"emailType\":null,"
                                + "\"daysBetween\":null,\"timePeriodLimit\":{\"period\":\"14d\",\"numMessages\":1},"
                                + "\"alwaysSend\":false,\"mutuallyExclusive\":false}",
                        "{\"targetType\":\"list\",\"targetId\":\"" + list + "\",\"targetIds\":[\"" + list
                                + "\"],\"emailType\":null,\"daysBetween\":null,"
                                + "\"timePeriodLimit\":{\"period\":\"day\",\"numMessages\":0},"
                                + "\"alwaysSend\":false,\"mutuallyExclusive\":false}",
                        "{\"targetType\":\"survey\",\"targetId\":\"SV_2\",\"targetIds\":[\"SV_2\"],\"emailType\":null,"
                                + "\"daysBetween\":null,\"timePeriodLimit\":null,"
                                + "\"alwaysSend\":true,\"mutuallyExclusive\":false}");
        String one = listed.get(1).get("ruleId").asString();
        assertThat(client.get(directory + "/frequencyrules/" + one).result()).isEqualTo(listed.get(1));
        assertThat(client.get(directory + "/frequencyrules/FR_000000000000000").status())
                .isEqualTo(404);
        Answer page = client.get(directory + "/frequencyrules?pageSize=3");
        assertThat(client.get(page.nextPage()).elements()).hasSize(1);
    }

    @Test
    void samplesAreAnEmptyPage() throws Exception {
        assertThat(client.get(v3.directory() + "/samples").result().toString())
                .isEqualTo("{\"elements\":[],\"nextPage\":null}");
    }
}
