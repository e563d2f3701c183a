package io.muster.cli;

import io.muster.app.RebuildView;
import io.muster.support.Refusal;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The segments of the demo. What a rebuild counts is compared with a count over the exported contacts. */
final class DemoSegments {

    private static final String BEST = "Best tiers";
    private static final String BIG = "Big spenders";
    private static final String AUTUMN = "Renewal in autumn";
    private static final String REACHABLE = "Reachable";
    private static final String INVITED = "To be invited";

    private final DemoStage stage;
    private final String directory;
    private final JsonMapper json = Json.mapper();
    private String invited = "";

    DemoSegments(DemoStage stage, String directory) {
        this.stage = stage;
        this.directory = directory;
    }

    /** The id of the segment that uses the others. */
    String invited() {
        return invited;
    }

    void create(String list) {
        String best = create(BEST, stage.folder().sample("segments/best-tiers.yaml"));
        String big = create(BIG, stage.folder().sample("segments/big-spenders.yaml"));
        create(AUTUMN, stage.folder().sample("segments/renewal-in-autumn.yaml"));
        String reachable = create(REACHABLE, stage.folder().sample("segments/reachable.yaml"));
        JsonNode found = json.readTree(stage.shell().answer("lists", "show", list, "--directory", directory, "--json"));
        String condition = """
            all:
              - any: [{segment: %s, is: member}, {segment: %s, is: member}]
              - {segment: %s, is: member}
              - {list: %s, is: member}
            """.formatted(best, big, reachable, found.path("id").asString());
        stage.page().say("\nOne that uses the others, and the list:");
        stage.page().say(condition.strip());
        invited = create(INVITED, written(condition));
    }

    private Path written(String condition) {
        Path file = stage.folder().home().path().resolve("to-be-invited.yaml");
        try {
            return Files.writeString(file, condition);
        } catch (IOException e) {
            throw Refusal.failed("Cannot write %s: %s. Is the disk full?".formatted(file, e.getMessage()), e);
        }
    }

    private String create(String name, Path file) {
        String[] typed = {"segments", "create", name, "--directory", directory, "--file", DemoFolder.shown(file)};
        stage.page().command(DemoShell.typed(typed));
        return json.readTree(stage.shell()
                        .answer(
                                "segments",
                                "create",
                                name,
                                "--directory",
                                directory,
                                "--file",
                                file.toString(),
                                "--json"))
                .path("id")
                .asString();
    }

    /** Rebuilds and checks the counts. */
    void rebuild(String day) {
        String[] command = {"segments", "rebuild", "--directory", directory};
        stage.page().command(DemoShell.typed(command));
        RebuildView report = json.readValue(
                stage.shell().answer("segments", "rebuild", "--directory", directory, "--json"), RebuildView.class);
        stage.page().answer(RebuildText.text(report));
        Map<String, Long> counted = new LinkedHashMap<>();
        report.segments().forEach(segment -> counted.put(segment.name(), segment.count()));
        DemoExpectation.same("the segments after " + day, expected(), counted);
    }

    /** By name, as the report has them. */
    private Map<String, Long> expected() {
        List<JsonNode> contacts = stage.shell()
                .answer("contacts", "export", "--directory", directory, "--format", "jsonl")
                .lines()
                .map(json::readTree)
                .toList();
        Predicate<JsonNode> best = contact -> List.of("gold", "platinum").contains(word(contact, "tier"));
        Predicate<JsonNode> big = contact -> amount(contact, "spend").compareTo(BigDecimal.valueOf(2_000)) >= 0;
        Predicate<JsonNode> autumn = contact -> isDate(word(contact, "renewal date"))
                && word(contact, "renewal date").compareTo("2026-09-01") >= 0
                && word(contact, "renewal date").compareTo("2026-11-30") <= 0;
        Predicate<JsonNode> reachable = contact -> !contact.path("unsubscribed").asBoolean()
                && !contact.path("email").asString("").isBlank()
                && !contact.path("email").asString("").toLowerCase(Locale.ROOT).endsWith("@work.example.org");
        Predicate<JsonNode> member = contact -> !contact.path("lists").isEmpty();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put(BEST, count(contacts, best));
        counts.put(BIG, count(contacts, big));
        counts.put(REACHABLE, count(contacts, reachable));
        counts.put(AUTUMN, count(contacts, autumn));
        counts.put(INVITED, count(contacts, best.or(big).and(reachable).and(member)));
        return counts;
    }

    private static long count(List<JsonNode> contacts, Predicate<JsonNode> condition) {
        return contacts.stream().filter(condition).count();
    }

    private static String word(JsonNode contact, String name) {
        return contact.path("embeddedData").path(name).asString("").strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isDate(String word) {
        return word.matches("\\d{4}-\\d\\d-\\d\\d");
    }

    private static BigDecimal amount(JsonNode contact, String name) {
        String word = word(contact, name);
        return word.matches("-?\\d+(\\.\\d+)?") ? new BigDecimal(word) : BigDecimal.ONE.negate();
    }
}
