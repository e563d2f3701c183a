package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.muster.intercept.Creative;
import io.muster.intercept.Difference;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.decide.Fallback;
import io.muster.support.Ids;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An intercept as it is shown everywhere, in this order of keys: its draft, and what of it is not in force yet.
 *
 * @param directory the directory that it insists on; null to follow its project
 * @param link on, off, or null to follow its project
 * @param applied whether anything of it is in force
 * @param changes what applying it would change
 * @param warnings what a person should know of these settings
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record InterceptView(
        String id,
        String name,
        String project,
        @Nullable String directory,
        @Nullable String link,
        @Nullable String survey,
        @JsonRawValue @Nullable String target,
        @JsonRawValue @Nullable String page,
        boolean frequency,
        boolean listBased,
        @Nullable Instant starts,
        @Nullable Instant ends,
        BigDecimal sample,
        BigDecimal holdOut,
        String whenUnknown,
        String whenUnavailable,
        @Nullable Creative creative,
        boolean active,
        boolean applied,
        List<Difference> changes,
        List<String> warnings,
        Instant created) {

    static InterceptView of(Project project, Intercept intercept, Ids ids) {
        InterceptSettings draft = intercept.draft();
        Integer directory = draft.directory();
        Boolean link = draft.link();
        return new InterceptView(
                intercept.id(),
                intercept.name(),
                project.id(),
                directory == null ? null : ids.directory(directory),
                link == null ? null : link ? "on" : "off",
                draft.survey(),
                draft.target(),
                draft.page(),
                draft.frequency(),
                draft.listBased(),
                moment(draft.starts()),
                moment(draft.ends()),
                percent(draft.sample()),
                percent(draft.holdOut()),
                word(draft.whenUnknown()),
                word(draft.whenUnavailable()),
                draft.creative(),
                intercept.active(),
                intercept.applied() != null,
                Difference.of(intercept.applied(), draft),
                warnings(draft),
                Instant.ofEpochMilli(intercept.createdAt()));
    }

    private static List<String> warnings(InterceptSettings draft) {
        List<String> warnings = new ArrayList<>();
        if (draft.frequency() && draft.creative() != null && draft.creative().type() == Creative.Type.EMBEDDED) {
            warnings.add(
                    "Frequency rules apply to an embedded creative: it is part of the page and is seen without being"
                            + " asked for, so that it uses up contacts for others.");
        }

        if (!draft.isLinked() && draft.target() != null) {
            warnings.add("The target is not looked at while the link of the intercept is off.");
        }

        return warnings;
    }

    private static @Nullable Instant moment(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    static BigDecimal percent(int hundredths) {
        BigDecimal percent = BigDecimal.valueOf(hundredths, 2).stripTrailingZeros();
        return percent.scale() < 0 ? percent.setScale(0) : percent;
    }

    static String word(Fallback fallback) {
        return fallback.name().toLowerCase(Locale.ROOT);
    }
}
