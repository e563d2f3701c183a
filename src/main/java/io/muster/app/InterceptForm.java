package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.intercept.Difference;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.Fallback;
import io.muster.support.Ids;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is set of an intercept as it is shown: public ids, words, percentages, times as ISO 8601. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record InterceptForm(
        @Nullable String directory,
        @Nullable String link,
        @Nullable String survey,
        @Nullable JsonNode target,
        @Nullable JsonNode page,
        boolean frequency,
        boolean listBased,
        @Nullable Instant starts,
        @Nullable Instant ends,
        BigDecimal sample,
        BigDecimal holdOut,
        String whenUnknown,
        String whenUnavailable,
        @Nullable Creative creative) {

    static InterceptForm of(InterceptSettings settings, Ids ids) {
        Integer directory = settings.directory();
        Boolean link = settings.link();
        return new InterceptForm(
                directory == null ? null : ids.directory(directory),
                link == null ? null : link ? "on" : "off",
                settings.survey(),
                json(settings.target()),
                json(settings.page()),
                settings.frequency(),
                settings.listBased(),
                moment(settings.starts()),
                moment(settings.ends()),
                percent(settings.sample()),
                percent(settings.holdOut()),
                word(settings.whenUnknown()),
                word(settings.whenUnavailable()),
                settings.creative());
    }

    /** What would change. */
    static List<Difference> changes(@Nullable InterceptSettings applied, InterceptForm draft, Ids ids) {
        return Difference.of(applied == null ? null : of(applied, ids), draft);
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : JsonMapper.shared().readTree(text);
    }

    private static @Nullable Instant moment(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static BigDecimal percent(int hundredths) {
        BigDecimal percent = BigDecimal.valueOf(hundredths, 2).stripTrailingZeros();
        return percent.scale() < 0 ? percent.setScale(0) : percent;
    }

    private static String word(Fallback fallback) {
        return fallback.name().toLowerCase(Locale.ROOT);
    }
}
