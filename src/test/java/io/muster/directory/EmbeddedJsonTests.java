package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.RandomTexts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class EmbeddedJsonTests {

    private static final int TRIES = 1_000;

    private static final JsonMapper JACKSON = JsonMapper.builder()
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .build();
    private static final JsonMapper ESCAPING =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    @Test
    void keysAreInCodePointOrder() {
        String json = EmbeddedJson.write(Map.of("\uFF5E", "1", "\uD83D\uDE00", "2", "a", "3", "B", "4"));
        assertThat(json).isEqualTo("{\"B\":\"4\",\"a\":\"3\",\"\uFF5E\":\"1\",\"\uD83D\uDE00\":\"2\"}");
        assertThat(EmbeddedJson.read(json).keySet()).containsExactly("B", "a", "\uFF5E", "\uD83D\uDE00");
    }

    @Test
    void nothingIsNull() {
        assertThat(EmbeddedJson.write(Map.of())).isNull();
        assertThat(EmbeddedJson.read(null)).isEmpty();
        assertThat(EmbeddedJson.read("{}")).isEmpty();
    }

    @Test
    void readsOtherFormsOfJson() {
        assertThat(EmbeddedJson.read(" { \"a\" : \"b\\/\\u00e4\" , \"n\" : 5 } "))
                .isEqualTo(Map.of("a", "b/ä", "n", "5"));
    }

    @Test
    void neverShowsTheDataItCannotRead() {
        assertThatThrownBy(() -> EmbeddedJson.read("{\"secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid embedded data: no JSON")
                .hasNoCause();
        assertThatThrownBy(() -> EmbeddedJson.read("[]")).hasMessage("Invalid embedded data: no JSON object");
    }

    @Test
    void writesWhatJacksonWrites() {
        RandomTexts.repeat(TRIES, random -> writesAsJackson(data(random)));
    }

    private static void writesAsJackson(Map<String, String> embedded) {
        SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.INSTANCE);
        sorted.putAll(embedded);
        String json = EmbeddedJson.write(embedded);
        assertThat(json).isEqualTo(embedded.isEmpty() ? null : JACKSON.writeValueAsString(sorted));
        assertThat(EmbeddedJson.read(json)).isEqualTo(sorted);
    }

    @Test
    void readsWhatJacksonReads() {
        RandomTexts.repeat(TRIES, random -> {
            String escaped = ESCAPING.writeValueAsString(data(random));
            assertThat(EmbeddedJson.read(escaped)).isEqualTo(JACKSON.readValue(escaped, TEXTS));
        });
    }

    @Test
    void orderIsThatOfCodePoints() {
        RandomTexts.repeat(TRIES, random -> {
            String a = random.text();
            // Half of them differ only at the end.
            comparesByCodePoints(a, random.yes() ? random.text() : a + random.text());
        });
    }

    private static void comparesByCodePoints(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        assertThat(Integer.signum(CodePointOrder.INSTANCE.compare(a, b)))
                .isEqualTo(Integer.signum(Arrays.compare(left, right)));
    }

    private static Map<String, String> data(RandomTexts random) {
        Map<String, String> data = new HashMap<>();
        int size = random.between(0, 6);
        for (int i = 0; i < size; i++) {
            data.put(random.text(), random.text());
        }

        return data;
    }
}
