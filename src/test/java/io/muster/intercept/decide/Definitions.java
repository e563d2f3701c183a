package io.muster.intercept.decide;

import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.PageTest.UrlOperator;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Definitions of projects and intercepts from short texts. */
public final class Definitions {

    /** The secret of signed projects. */
    public static final String SECRET = "signing secret";

    /** The key of debug tokens. */
    public static final String DEBUG_KEY = "debug key";

    private static final long CREATED = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private Definitions() {}

    /** A project of words {@code linked}, {@code unlinked}, {@code off}, {@code signed}, and intercepts after semicolons. */
    public static ProjectDefinition project(String id, String words, String intercepts, Function<String, String> ids) {
        List<String> project = Arrays.asList(words.split(" ", -1));
        AtomicInteger number = new AtomicInteger();
        return new ProjectDefinition(
                id,
                !project.contains("off"),
                project.contains("unlinked") ? null : "POOL_000000000000001",
                List.of(),
                project.contains("signed") ? SECRET : null,
                DEBUG_KEY,
                ProjectDefinition.USUAL_PLACEHOLDERS,
                Arrays.stream(intercepts.split(";", -1))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(text -> intercept(text, number.incrementAndGet(), ids))
                        .toList(),
                PageDefinition.NONE);
    }

    /** An intercept of its name and words such as {@code off} and {@code sample=10}. */
    public static InterceptDefinition intercept(String text, int number, Function<String, String> ids) {
        List<String> words = Arrays.asList(text.split(" ", -1));
        Map<String, String> values = words.stream()
                .filter(word -> word.contains("="))
                .collect(Collectors.toMap(word -> word.split("=", 2)[0], word -> word.split("=", 2)[1]));
        return new InterceptDefinition(
                ids.apply(words.getFirst()),
                number,
                values.containsKey("created") ? CREATED + number - 1 : CREATED + number,
                !words.contains("off"),
                !words.contains("unlinked"),
                values.get("survey"),
                target(values.get("target")),
                page(values),
                !"off".equals(values.get("frequency")),
                words.contains("list-based"),
                new Schedule(
                        moment(values.get("starts"), Long.MIN_VALUE),
                        moment(values.get("ends"), Long.MAX_VALUE),
                        Percentage.of(values.getOrDefault("sample", "100")),
                        Percentage.of(values.getOrDefault("hold-out", "0"))),
                fallback(values.get("when-unknown")),
                fallback(values.get("when-unavailable")));
    }

    private static Tree<SegmentTest> target(@Nullable String text) {
        if (text == null) {
            return Tree.always();
        }

        boolean member = !text.startsWith("!");
        return new Tree.Leaf<>(new SegmentTest(member ? text : text.substring(1), member));
    }

    private static Tree<PageTest> page(Map<String, String> values) {
        if (values.containsKey("page")) {
            return new Tree.Leaf<>(new PageTest.Url(UrlOperator.CONTAINS, String.valueOf(values.get("page"))));
        }

        return values.containsKey("device")
                ? new Tree.Leaf<>(new PageTest.OnDevice(
                        Device.valueOf(String.valueOf(values.get("device")).toUpperCase(java.util.Locale.ROOT))))
                : Tree.always();
    }

    private static long moment(@Nullable String text, long otherwise) {
        return text == null ? otherwise : Instant.parse(text).toEpochMilli();
    }

    private static Fallback fallback(@Nullable String text) {
        return "show".equals(text) ? Fallback.SHOW : Fallback.HIDE;
    }
}
