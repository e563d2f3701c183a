package io.muster.cli;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The way to the visitor: an intercept, a snapshot, an evaluator, and what it answers. */
final class DemoDecisions {

    private static final String PROJECT = "Web shop";
    private static final String SURVEY = "SV_demo";
    /** Long enough to be seen, short enough to wait for. */
    private static final String WINDOW = "8s";

    /** On a slow machine the window may be over before anybody has looked. */
    private static final int ATTEMPTS = 5;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final DemoStage stage;
    private final DemoPage page;
    private final String directory;
    private final JsonMapper json = Json.mapper();
    private final InstantSource clock = InstantSource.system();
    private String project = "";
    private String token = "";
    private String member = "";

    DemoDecisions(DemoStage stage, String directory) {
        this.stage = stage;
        this.page = stage.page();
        this.directory = directory;
    }

    /** The id of the project. */
    String project() {
        return project;
    }

    /** The file with the condition that the intercept is for members of the segment. */
    Path target() {
        return stage.folder().home().path().resolve("target.yaml");
    }

    /** The reference of a member of the segment. */
    String member() {
        return member;
    }

    /**
     * Tells it.
     *
     * @param segment whom the intercept is for
     */
    DemoEvaluator tell(String segment) {
        page.chapter("Decisions: who sees the invitation?");
        page.say("A project is a website, an intercept an invitation on it. This one is for a segment, and for nobody"
                + "\ntwice within " + WINDOW + " (a shop would say 30d).");
        project = id("projects", "create", PROJECT, "--directory", directory, "--origin", "https://shop.example.com");
        id(
                "intercepts",
                "create",
                "How was it?",
                "--project",
                PROJECT,
                "--survey",
                SURVEY,
                "--target",
                DemoFolder.shown(written("{segment: %s, is: member}%n".formatted(segment))));
        id("frequency", "add", "--directory", directory, "--max", "1", "--per", WINDOW);
        stage.shell().answer("projects", "apply", PROJECT);
        String intercept = json.readTree(stage.shell().answer("intercepts", "list", "--project", PROJECT, "--json"))
                .get(0)
                .path("id")
                .asString();
        page.command(DemoShell.typed("intercepts", "activate", intercept));
        stage.shell().answer("intercepts", "activate", intercept);

        page.say("\nA snapshot holds what decisions need, each contact in one place; evaluators read it and nothing"
                + " else.");
        stage.shell().show("snapshot", "publish", "--directory", directory);
        token = json.readTree(stage.shell().answer("projects", "debug-token", PROJECT, "--for", "8h", "--json"))
                .path("token")
                .asString();
        DemoEvaluator evaluator = DemoEvaluator.start(stage.folder().home().path());
        try {
            visitors(evaluator, segment);
            return evaluator;
        } catch (RuntimeException e) {
            evaluator.close();
            throw e;
        }
    }

    private String id(String... args) {
        page.command(DemoShell.typed(args));
        String[] asked = Arrays.copyOf(args, args.length + 1);
        asked[args.length] = "--json";
        return json.readTree(stage.shell().answer(asked)).path("id").asString();
    }

    private Path written(String target) {
        try {
            return Files.writeString(target(), target);
        } catch (IOException e) {
            throw Refusal.failed("Cannot write %s: %s. Is the disk full?".formatted(target(), e.getMessage()), e);
        }
    }

    private void visitors(DemoEvaluator evaluator, String segment) {
        Set<String> members = stage.shell()
                .answer("segments", "members", segment, "--format", "jsonl")
                .lines()
                .map(line -> json.readTree(line).path("extRef").asString(""))
                .collect(Collectors.toSet());
        List<String> references = stage.shell()
                .answer("contacts", "export", "--directory", directory, "--format", "jsonl")
                .lines()
                .map(line -> json.readTree(line).path("extRef").asString(""))
                .filter(Predicate.not(String::isEmpty))
                .sorted()
                .toList();
        List<String> meant = references.stream().filter(members::contains).toList();
        String other = references.stream()
                .filter(Predicate.not(members::contains))
                .findFirst()
                .orElseThrow();
        page.say("\nThe page asks the evaluator, which answers show or hide. With a debug token it says why:");
        member = meant.getFirst();
        check(evaluator, "a member of the segment", member, true, "ELIGIBLE");
        check(evaluator, "nobody we know", "C-0", false, "UNKNOWN_REFERENCE");
        check(evaluator, "a contact outside the segment", other, false, "NOT_TARGETED");
        capped(evaluator, meant.getLast());
    }

    /** Looking never counts; a display does, until its window is over. */
    private void capped(DemoEvaluator evaluator, String reference) {
        page.say("\nLooking never counts. The invitation was shown to another member, who is left in peace for "
                + WINDOW + ":");
        for (int attempt = 1; ; attempt++) {
            String[] shown = {
                "touchpoints",
                "add",
                "--directory",
                directory,
                "--ref",
                reference,
                "--channel",
                "web",
                "--kind",
                "shown"
            };
            stage.shell().answer(shown);
            stage.shell().answer("snapshot", "publish", "--directory", directory);
            JsonNode decision =
                    await(evaluator, reference, one -> !one.path("show").asBoolean(), LOOK_AGAIN.multipliedBy(12));
            if (!decision.path("show").asBoolean()) {
                page.command(DemoShell.typed(shown));
                say("a member who has just seen it", reference, decision);
                DemoExpectation.same(
                        "the decision about " + reference,
                        "FREQUENCY",
                        decision.path("reason").asString());
                again(
                        evaluator,
                        reference,
                        Instant.parse(decision.path("nextEligible").asString()));
                return;
            }

            if (attempt == ATTEMPTS) {
                DemoExpectation.same(
                        "the decision about " + reference,
                        "FREQUENCY",
                        decision.path("reason").asString());
            }
        }
    }

    private void again(DemoEvaluator evaluator, String reference, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        JsonNode decision = await(evaluator, reference, one -> one.path("show").asBoolean(), left.plusSeconds(5));
        DemoExpectation.same(
                "the decision about " + reference,
                "ELIGIBLE",
                decision.path("reason").asString());
        say("the same member, when the window is over", reference, decision);
    }

    private JsonNode await(DemoEvaluator evaluator, String reference, Predicate<JsonNode> wanted, Duration most) {
        Instant until = clock.instant().plus(most);
        JsonNode decision = decision(evaluator, reference);
        while (!wanted.test(decision) && clock.instant().isBefore(until)) {
            stage.pause(LOOK_AGAIN);
            decision = decision(evaluator, reference);
        }

        return decision;
    }

    private void check(DemoEvaluator evaluator, String who, String reference, boolean show, String reason) {
        JsonNode decision = decision(evaluator, reference);
        DemoExpectation.same(
                "the decision about " + reference,
                reason,
                decision.path("reason").asString());
        DemoExpectation.same(
                "the decision about " + reference, show, decision.path("show").asBoolean());
        say(who, reference, decision);
    }

    private JsonNode decision(DemoEvaluator evaluator, String reference) {
        return json.readTree(evaluator.answer(evaluator.question(project, reference), token))
                .path("decisions")
                .get(0);
    }

    private void say(String who, String reference, JsonNode decision) {
        page.answer("%-42s %-9s %s  %s"
                .formatted(
                        who,
                        reference,
                        decision.path("show").asBoolean() ? "show" : "hide",
                        decision.path("reason").asString()));
    }
}
