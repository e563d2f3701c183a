package io.muster.snapshot.format;

import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.TreeJson;
import io.muster.support.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How the parts of snapshots look as JSON: writing and reading of each side by side. */
final class SnapshotJson {

    static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String FORMAT_KEY = "format";

    private SnapshotJson() {}

    static byte[] bytes(Manifest manifest) {
        ObjectNode json = MAPPER.createObjectNode()
                .put(FORMAT_KEY, FORMAT)
                .put("project", manifest.project())
                .put("version", manifest.version())
                .put("moment", Instant.ofEpochMilli(manifest.moment()).toString())
                .put("published", Instant.ofEpochMilli(manifest.published()).toString())
                .put("forced", manifest.forced());
        Manifest.Part definitions = manifest.definitions();
        json.putObject("definitions")
                .put("file", definitions.file())
                .put("bytes", definitions.bytes())
                .put("sha256", definitions.sha256());
        Manifest.Table table = manifest.table();
        if (table == null) {
            json.putNull("table");
        } else {
            json.putObject("table")
                    .put("file", table.file())
                    .put("bytes", table.bytes())
                    .put("sha256", table.sha256())
                    .put("contacts", table.contacts());
        }

        return MAPPER.writeValueAsBytes(json);
    }

    static Manifest manifest(byte[] bytes) {
        return read("manifest", bytes, json -> {
            JsonNode definitions = json.required("definitions");
            JsonNode table = json.required("table");
            Manifest manifest = new Manifest(
                    text(json, "project"),
                    text(json, "version"),
                    Instant.parse(text(json, "moment")).toEpochMilli(),
                    Instant.parse(text(json, "published")).toEpochMilli(),
                    json.required("forced").booleanValue(),
                    new Manifest.Part(fileName(definitions), number(definitions, "bytes"), checksum(definitions)),
                    table.isNull()
                            ? null
                            : new Manifest.Table(
                                    fileName(table),
                                    number(table, "bytes"),
                                    checksum(table),
                                    number(table, "contacts")));
            if (!SnapshotFolder.PROJECT.matcher(manifest.project()).matches() || !manifest.hasOwnVersion()) {
                throw new IllegalArgumentException("Another project or version");
            }

            return manifest;
        });
    }

    /** A name within the folder: never a way out of it. */
    private static String fileName(JsonNode json) {
        String name = text(json, "file");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new IllegalArgumentException("Invalid file name");
        }

        return name;
    }

    private static String checksum(JsonNode json) {
        String sha256 = text(json, "sha256");
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Invalid checksum");
        }

        return sha256;
    }

    static byte[] bytes(TableDescription description) {
        ObjectNode json = MAPPER.createObjectNode()
                .put(FORMAT_KEY, FORMAT)
                .put("directory", description.directory())
                .put("moment", description.moment())
                .put("version", description.version())
                .put("position", description.position());
        texts(json, "audiences", description.audiences());
        texts(json, "surveys", description.surveys());
        return MAPPER.writeValueAsBytes(json);
    }

    static TableDescription description(byte[] bytes) {
        return read(
                "table",
                bytes,
                json -> new TableDescription(
                        text(json, "directory"),
                        number(json, "moment"),
                        number(json, "version"),
                        text(json, "position"),
                        texts(json, "audiences"),
                        texts(json, "surveys")));
    }

    static byte[] bytes(FeedBatch batch) {
        ObjectNode json =
                MAPPER.createObjectNode().put("position", batch.position()).put("restart", batch.restart());
        texts(json, "audiences", batch.audiences());
        texts(json, "surveys", batch.surveys());
        ArrayNode records = json.putArray("records");
        for (FeedRecord record : batch.records()) {
            ObjectNode one =
                    records.addObject().put("contact", record.contact()).put("version", record.version());
            texts(one, "references", record.references());
            numbers(one.putArray("audiences"), record.audiences());
            numbers(one.putArray("times"), record.times());
        }

        return MAPPER.writeValueAsBytes(json);
    }

    static FeedBatch batch(byte[] bytes) {
        return read(
                "answer of the change feed",
                bytes,
                json -> new FeedBatch(
                        text(json, "position"),
                        json.required("restart").booleanValue(),
                        texts(json, "audiences"),
                        texts(json, "surveys"),
                        list(
                                json,
                                "records",
                                one -> new FeedRecord(
                                        number(one, "contact"),
                                        number(one, "version"),
                                        texts(one, "references"),
                                        numbers(one, "audiences"),
                                        numbers(one, "times")))));
    }

    static byte[] bytes(ProjectDefinition project) {
        ObjectNode json = MAPPER.createObjectNode()
                .put(FORMAT_KEY, FORMAT)
                .put("id", project.id())
                .put("active", project.active())
                .put("directory", project.directory());
        texts(json, "origins", project.origins());
        json.put("signing", project.signing()).put("debugKey", project.debugKey());
        texts(json, "placeholders", project.placeholders());
        ArrayNode intercepts = json.putArray("intercepts");
        project.intercepts().forEach(intercept -> write(intercepts.addObject(), intercept));
        write(json.putObject("page"), project.page());
        return MAPPER.writeValueAsBytes(json);
    }

    static ProjectDefinition project(byte[] bytes) {
        return read(
                "file of definitions",
                bytes,
                json -> new ProjectDefinition(
                        text(json, "id"),
                        json.required("active").booleanValue(),
                        optionalText(json, "directory"),
                        texts(json, "origins"),
                        optionalText(json, "signing"),
                        text(json, "debugKey"),
                        texts(json, "placeholders"),
                        list(json, "intercepts", SnapshotJson::intercept),
                        json.has("page") ? page(json.required("page")) : PageDefinition.NONE));
    }

    private static void write(ObjectNode json, PageDefinition page) {
        json.put("autoCreate", page.autoCreate());
        texts(json, "references", page.references());
        texts(json, "attach", page.attach());
        ObjectNode creatives = json.putObject("creatives");
        // In one order, as the name of the file is a checksum of what is in it.
        new TreeMap<>(page.creatives())
                .forEach((intercept, creative) -> creatives.set(intercept, MAPPER.valueToTree(creative)));
    }

    private static PageDefinition page(JsonNode json) {
        Map<String, Creative> creatives = new HashMap<>();
        json.required("creatives")
                .properties()
                .forEach(creative ->
                        creatives.put(creative.getKey(), MAPPER.treeToValue(creative.getValue(), Creative.class)));
        return new PageDefinition(
                json.required("autoCreate").booleanValue(),
                texts(json, "references"),
                texts(json, "attach"),
                creatives);
    }

    private static void write(ObjectNode json, InterceptDefinition intercept) {
        Schedule schedule = intercept.schedule();
        json.put("id", intercept.id())
                .put("number", intercept.number())
                .put("createdAt", intercept.createdAt())
                .put("active", intercept.active())
                .put("linked", intercept.linked())
                .put("survey", intercept.survey())
                .put("frequency", intercept.frequency())
                .put("listBased", intercept.listBased())
                .put("starts", schedule.starts() == Long.MIN_VALUE ? null : schedule.starts())
                .put("ends", schedule.ends() == Long.MAX_VALUE ? null : schedule.ends())
                .put("sample", schedule.sample().hundredths())
                .put("holdOut", schedule.holdOut().hundredths())
                .put("whenUnknown", word(intercept.whenUnknown()))
                .put("whenUnavailable", word(intercept.whenUnavailable()));
        json.set("target", TreeJson.ofTarget(intercept.target()));
        json.set("page", TreeJson.ofPage(intercept.page()));
    }

    private static InterceptDefinition intercept(JsonNode json) {
        return new InterceptDefinition(
                text(json, "id"),
                number(json, "number"),
                number(json, "createdAt"),
                json.required("active").booleanValue(),
                json.required("linked").booleanValue(),
                optionalText(json, "survey"),
                TreeJson.target(json.required("target")),
                TreeJson.page(json.required("page")),
                json.required("frequency").booleanValue(),
                json.required("listBased").booleanValue(),
                new Schedule(
                        moment(json, "starts", Long.MIN_VALUE),
                        moment(json, "ends", Long.MAX_VALUE),
                        new Percentage((int) number(json, "sample")),
                        new Percentage((int) number(json, "holdOut"))),
                Fallback.valueOf(text(json, "whenUnknown").toUpperCase(Locale.ROOT)),
                Fallback.valueOf(text(json, "whenUnavailable").toUpperCase(Locale.ROOT)));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void texts(ObjectNode json, String key, List<String> texts) {
        ArrayNode array = json.putArray(key);
        texts.forEach(array::add);
    }

    private static List<String> texts(JsonNode json, String key) {
        return list(json, key, JsonNode::stringValue);
    }

    private static void numbers(ArrayNode array, long[] numbers) {
        for (long number : numbers) {
            array.add(number);
        }
    }

    private static long[] numbers(JsonNode json, String key) {
        return list(json, key, JsonNode::longValue).stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    private static <T> List<T> list(JsonNode json, String key, Function<JsonNode, T> element) {
        return json.required(key).asArray().valueStream().map(element).toList();
    }

    private static String text(JsonNode json, String key) {
        return json.required(key).stringValue();
    }

    private static @Nullable String optionalText(JsonNode json, String key) {
        JsonNode value = json.required(key);
        return value.isNull() ? null : value.stringValue();
    }

    private static long number(JsonNode json, String key) {
        return json.required(key).longValue();
    }

    private static long moment(JsonNode json, String key, long otherwise) {
        JsonNode value = json.required(key);
        return value.isNull() ? otherwise : value.longValue();
    }

    private static <T> T read(String what, byte[] bytes, Function<JsonNode, T> reader) {
        try {
            JsonNode json = MAPPER.readTree(bytes);
            if (json.has(FORMAT_KEY) && json.required(FORMAT_KEY).intValue() != FORMAT) {
                throw Refusal.failed(
                        "UNUSABLE_SNAPSHOT",
                        "Cannot read the %s: it has format %s, not %d. Use the version of Muster that wrote it."
                                .formatted(what, json.required(FORMAT_KEY), FORMAT));
            }

            return reader.apply(json);
        } catch (JacksonException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw Refusal.failed(
                            "UNUSABLE_SNAPSHOT",
                            "Cannot read the %s: it is damaged. Copy or publish it again.".formatted(what))
                    .causedBy(e);
        }
    }
}
