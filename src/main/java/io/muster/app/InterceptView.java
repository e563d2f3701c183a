package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.intercept.Difference;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.decide.Creative;
import io.muster.support.Ids;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

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
        @Nullable Creative creative,
        boolean active,
        boolean applied,
        List<Difference> changes,
        List<String> warnings,
        Instant created) {

    static InterceptView of(Project project, Intercept intercept, Ids ids) {
        InterceptForm draft = InterceptForm.of(intercept.draft(), ids);
        return new InterceptView(
                intercept.id(),
                intercept.name(),
                project.id(),
                draft.directory(),
                draft.link(),
                draft.survey(),
                draft.target(),
                draft.page(),
                draft.frequency(),
                draft.listBased(),
                draft.starts(),
                draft.ends(),
                draft.sample(),
                draft.holdOut(),
                draft.whenUnknown(),
                draft.whenUnavailable(),
                draft.creative(),
                intercept.active(),
                intercept.applied() != null,
                InterceptForm.changes(intercept.applied(), draft, ids),
                warnings(intercept.draft()),
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
}
