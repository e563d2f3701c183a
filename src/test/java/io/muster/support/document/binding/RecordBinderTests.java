package io.muster.support.document.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Place;
import io.muster.support.document.Problems;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecordBinderTests {

    private static final DocumentKind PROJECTS = new DocumentKind(
            "project files",
            "one project",
            "docs/projects.md",
            new DocumentKind.Limits(1_000, "is longer than 1,000 characters", 10, "is nested too deep", 0));

    enum ShownOn {
        MOBILE_WEB,
        APP
    }

    record Span(
            @NotNull @About("From.") Integer from,
            @About("Until.") @Nullable Integer until) {

        Span {
            if (from != null && until != null && from > until) {
                throw new IllegalArgumentException("from is greater than until. Swap the two");
            }
        }
    }

    record Project(
            @NotNull @About("Its name.") String name,

            @About(value = "Where it is shown.", byDefault = "app") @Nullable
            ShownOn shownOn,

            @Max(5) @About("How often.") @Nullable Integer atMost,

            @About("How long.") @Nullable Duration pause,

            @About("Where.") @Nullable ZoneId zone,

            @About("Spans.") List<Span> spans,

            @About("Weights.") Map<String, Double> weights) {

        Project {
            spans = spans == null ? List.of() : List.copyOf(spans);
        }
    }

    private final Problems problems = new Problems();
    private final RecordBinder binder = new RecordBinder(new Scalars(), PROJECTS, problems);

    private Optional<Project> bind(String text) {
        return Documents.read(text, PROJECTS, problems).flatMap(root -> binder.bind(Project.class, root));
    }

    private List<String> reported() {
        return problems.sorted().stream()
                .map(problem -> problem.text("x").substring(2))
                .toList();
    }

    @Test
    void bindsYamlAndJsonToTheSameRecord() {
        Project expected = new Project(
                "Shop",
                ShownOn.MOBILE_WEB,
                3,
                Duration.ofMinutes(5),
                ZoneId.of("Europe/Berlin"),
                List.of(new Span(1, 2)),
                Map.of("a", 0.5));

        assertThat(bind("""
            name: Shop
            shown-on: mobile-web
            at-most: 3
            pause: 5m
            zone: Europe/Berlin
            spans:
              - {from: 1, until: 2}
            weights: {a: 0.5}
            """)).contains(expected);
        assertThat(bind("""
            {"name": "Shop", "shown-on": "mobile-web", "at-most": 3, "pause": "5m", "zone": "Europe/Berlin",
             "spans": [{"from": 1, "until": 2}], "weights": {"a": 0.5}}\
            """)).contains(expected);
        assertThat(reported()).isEmpty();
    }

    @Test
    void reportsAllThatDoesNotFitWithItsPlaceAndInTheSpellingOfTheFile() {
        assertThat(bind("""
            shown-on: web
            atMost: 3
            at-most: 7
            pause: 5 minutes
            color: red
            spans:
              - {until: 2}
              - {from: 2, until: 1}
            weights: {a: much}
            """)).isPresent();

        assertThat(reported())
                .containsExactly(
                        "1:1: name: is missing. Add it, see docs/projects.md.",
                        "1:11: shown-on: must be one of mobile-web, app, not 'web'.",
                        "2:1: atMost: is not a known key here. Did you mean at-most?",
                        "3:1: at-most: must be less than or equal to 5.",
                        "4:8: pause: must be a number with s, m, h or d, such as 30s, 15m, 2h or 7d.",
                        "5:1: color: is not a known key here. Use name, shown-on, at-most, pause, zone, spans,"
                                + " weights.",
                        "8:5: spans[1]: cannot be used: from is greater than until. Swap the two.",
                        "9:14: weights.a: must be a number such as 2.5.");
        assertThat(binder.place("spans[0].until")).isEqualTo(new Place(7, 6));
        assertThat(binder.place("zone")).isEqualTo(new Place(1, 1));
    }

    @Test
    void describesTheRecordAsASchema() {
        JsonNode schema = JsonMapper.shared().readTree(new RecordSchema(new Scalars()).json("Project", Project.class));

        assertThat(schema.path("title").asString()).isEqualTo("Project");
        assertThat(schema.path("required")).extracting(JsonNode::asString).containsExactly("name");
        assertThat(schema.at("/properties/at-most/maximum").asInt()).isEqualTo(5);
        assertThat(schema.at("/properties/shown-on/default").asString()).isEqualTo("app");
        assertThat(schema.at("/properties/shown-on/enum"))
                .extracting(JsonNode::asString)
                .containsExactly("mobile-web", "app");
        assertThat(schema.at("/properties/spans/items/required"))
                .extracting(JsonNode::asString)
                .containsExactly("from");
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    }
}
