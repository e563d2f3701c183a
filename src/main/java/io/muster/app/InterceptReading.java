package io.muster.app;

import static io.muster.app.InterceptInput.NONE;

import io.muster.directory.store.Directories;
import io.muster.intercept.Conditions;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.Percentage;
import io.muster.support.Refusal;
import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Problem;
import io.muster.support.document.Problems;
import io.muster.support.document.binding.RecordBinder;
import io.muster.support.document.binding.Scalars;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a person sets of an intercept. */
final class InterceptReading {

    private static final DocumentKind CREATIVES = new DocumentKind(
            "creatives",
            "one creative",
            "docs/intercepts.md",
            new DocumentKind.Limits(
                    100_000, "is longer than any creative", 5, "is nested deeper than any creative", 0));

    private final Directories directories;
    private final Conditions conditions;

    InterceptReading(Directories directories, Conditions conditions) {
        this.directories = directories;
        this.conditions = conditions;
    }

    /** The settings after what was given. */
    InterceptSettings over(InterceptSettings before, InterceptInput given) {
        return new InterceptSettings(
                optional(
                        given.directory(),
                        before.directory(),
                        name -> directories.find(name).number()),
                given.link() == null ? before.link() : given.link(),
                optional(given.survey(), before.survey(), FrequencyRuleService::survey),
                optional(given.target(), before.target(), conditions::target),
                optional(given.page(), before.page(), conditions::page),
                given.frequency() == null ? before.frequency() : given.frequency(),
                given.listBased() == null ? before.listBased() : given.listBased(),
                optional(given.starts(), before.starts(), text -> moment(text, "start")),
                optional(given.ends(), before.ends(), text -> moment(text, "end")),
                given.sample() == null
                        ? before.sample()
                        : Percentage.of(given.sample()).hundredths(),
                given.holdOut() == null
                        ? before.holdOut()
                        : Percentage.of(given.holdOut()).hundredths(),
                given.whenUnknown() == null ? before.whenUnknown() : fallback(given.whenUnknown()),
                given.whenUnavailable() == null ? before.whenUnavailable() : fallback(given.whenUnavailable()),
                optional(given.creative(), before.creative(), InterceptReading::creative));
    }

    private static <T> @Nullable T optional(@Nullable String given, @Nullable T before, Function<String, T> reading) {
        if (given == null) {
            return before;
        }

        return given.equals(NONE) ? null : reading.apply(given);
    }

    private static long moment(String text, String what) {
        try {
            return text.endsWith("Z")
                    ? Instant.parse(text).toEpochMilli()
                    : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw Refusal.invalid(
                            "INVALID_TIME",
                            "Cannot read the %s '%s': it is no time with its zone. Write for example 2026-12-01T08:00:00Z."
                                    .formatted(what, text))
                    .causedBy(e);
        }
    }

    private static Fallback fallback(String word) {
        return switch (word) {
            case "show" -> Fallback.SHOW;
            case "hide" -> Fallback.HIDE;
            default ->
                throw Refusal.invalid(
                        "INVALID_INTERCEPT",
                        "Cannot set the intercept: '%s' is neither show nor hide. Write one of them.".formatted(word));
        };
    }

    private static Creative creative(String text) {
        Problems problems = new Problems();
        Optional<Creative> creative = Documents.read(text, CREATIVES, problems)
                .flatMap(root -> new RecordBinder(new Scalars(), CREATIVES, problems).bind(Creative.class, root));
        if (creative.isEmpty() || !problems.isEmpty()) {
            throw Refusal.invalid(
                    "INVALID_CREATIVE",
                    "Cannot use the creative: %s Write for example {type: popover, title: Hello, button: Start, url: https://survey.example.com}."
                            .formatted(problems.sorted().stream()
                                    .map(Problem::text)
                                    .collect(Collectors.joining("; "))));
        }

        return creative.get();
    }
}
