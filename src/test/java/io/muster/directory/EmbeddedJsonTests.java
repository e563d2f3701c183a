package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class EmbeddedJsonTests {

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

    @Property
    void writesWhatJacksonWrites(@ForAll("data") Map<String, String> embedded) {
        SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.INSTANCE);
        sorted.putAll(embedded);
        String json = EmbeddedJson.write(embedded);
        assertThat(json).isEqualTo(embedded.isEmpty() ? null : JACKSON.writeValueAsString(sorted));
        assertThat(EmbeddedJson.read(json)).isEqualTo(sorted);
    }

    @Property
    void readsWhatJacksonReads(@ForAll("data") Map<String, String> embedded) {
        String escaped = ESCAPING.writeValueAsString(embedded);
        assertThat(EmbeddedJson.read(escaped)).isEqualTo(JACKSON.readValue(escaped, TEXTS));
    }

    @Property
    void orderIsThatOfCodePoints(@ForAll("texts") String a, @ForAll("texts") String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        assertThat(Integer.signum(CodePointOrder.INSTANCE.compare(a, b)))
                .isEqualTo(Integer.signum(Arrays.compare(left, right)));
    }

    @Provide
    Arbitrary<Map<String, String>> data() {
        return Arbitraries.maps(texts(), texts()).ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<Integer> points = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.integers().between(' ', '~')),
                Tuple.of(2, Arbitraries.of((int) '"', (int) '\\', (int) '/', 0, 1, 8, 9, 10, 12, 13, 31, 127)),
                Tuple.of(2, Arbitraries.integers().between(0xA0, 0xD7FF)),
                Tuple.of(1, Arbitraries.integers().between(0xE000, 0xFFFF)),
                Tuple.of(2, Arbitraries.integers().between(0x10000, 0x10FFFF)));
        return points.list().ofMaxSize(12).map(EmbeddedJsonTests::text);
    }

    private static String text(List<Integer> points) {
        StringBuilder text = new StringBuilder();
        points.forEach(text::appendCodePoint);
        return text.toString();
    }
}
