package io.muster.automation.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.document.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JobFileSchemaTests {

    private static final JsonNode KINDS =
            JsonMapper.shared().readTree(new JobFileSchema().json()).path("oneOf");
    private static final JsonNode SCHEMA = KINDS.path(0);

    @Test
    void isPublishedAsTheRecordsHaveIt() throws IOException {
        Path fresh = Path.of("target/job-file.schema.json");
        Files.createDirectories(fresh.getParent());
        Files.writeString(fresh, new JobFileSchema().json());

        assertThat(Path.of("docs/job-file.schema.json"))
                .as("the published schema; when the records changed on purpose, copy %s over it", fresh)
                .hasSameTextualContentAs(fresh);
    }

    @Test
    void refusesUnknownKeysAndNamesRequiredOnes() {
        assertThat(SCHEMA.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(texts(SCHEMA.path("required"))).containsExactly("kind", "id", "name", "source", "target");
        assertThat(SCHEMA.at("/properties/kind/const").asString()).isEqualTo("contact-import");
        assertThat(texts(SCHEMA.at("/properties/mode/enum")))
                .containsExactly("upsert", "create-only", "update-only", "events-only");
        assertThat(SCHEMA.at("/properties/source/oneOf")).hasSize(4);
        assertThat(SCHEMA.at("/properties/id/pattern").asString()).isEqualTo("^([a-z0-9][a-z0-9._-]{0,99})$");
        assertThat(SCHEMA.at("/properties/limits/properties/min-rows/minimum").asInt())
                .isZero();
    }

    @Test
    void describesEveryKeyInTheDocsWithItsDefault() throws IOException {
        String docs = Files.readString(Path.of("docs/job-files.md"));
        List<String> missing = new ArrayList<>();
        assertThat(KINDS).hasSize(4);
        KINDS.forEach(kind -> collect(kind, "", missing, docs));

        assertThat(missing).as("keys without a row in docs/job-files.md").isEmpty();
    }

    @Test
    void readsEveryExampleOfTheDocs() throws IOException {
        Matcher example = Pattern.compile("```yaml\n(kind:.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/job-files.md")));
        int count = 0;
        while (example.find()) {
            count++;
            Problems problems = new Problems();
            var ignored = new JobFileReader().read(example.group(1).getBytes(StandardCharsets.UTF_8), problems);
            assertThat(problems.sorted()).as(example.group(1)).isEmpty();
        }

        assertThat(count).isGreaterThanOrEqualTo(3);
    }

    private static void collect(JsonNode node, String path, List<String> missing, String docs) {
        node.path("properties").properties().forEach(property -> {
            String key = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
            JsonNode described = property.getValue();
            String row = "| `" + key + "` | ";
            JsonNode usual = described.path("default");
            // Kinds of jobs may have a key of the same name with another default.
            boolean documented = docs.lines()
                    .filter(line -> line.startsWith(row))
                    .anyMatch(line -> usual.isMissingNode() || line.contains("`" + usual.asString() + "`"));
            if (!documented) {
                missing.add(row + described.path("description").asString() + " |");
            }

            collect(described, key, missing, docs);
            described.path("oneOf").forEach(variant -> collect(variant, key, missing, docs));
            collect(described.path("items"), key, missing, docs);
        });
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asString()));
        return texts;
    }
}
