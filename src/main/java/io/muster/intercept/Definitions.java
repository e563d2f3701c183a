package io.muster.intercept;

import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.StoredRule;
import io.muster.frequency.rules.FrequencyRule;
import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.Tree;
import io.muster.intercept.decide.TreeJson;
import io.muster.support.Ids;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is in force of a project, as evaluators decide by it. */
public final class Definitions {

    private final Projects projects;
    private final FrequencyRuleStore rules;
    private final List<String> placeholders;
    private final Ids ids;

    /**
     * Definitions of the projects.
     *
     * @param placeholders texts that are no reference
     */
    public Definitions(Projects projects, FrequencyRuleStore rules, List<String> placeholders, Ids ids) {
        this.projects = projects;
        this.rules = rules;
        this.placeholders = List.copyOf(placeholders);
        this.ids = ids;
    }

    /** What is in force of a project; empty when it was never applied. */
    public Optional<ProjectDefinition> of(Project project) {
        ProjectSettings settings = project.applied();
        if (settings == null) {
            return Optional.empty();
        }

        Integer directory = settings.directory();
        Set<String> onLists = directory == null ? Set.of() : surveysOnLists(directory);
        List<Intercept> intercepts = projects.intercepts(project);
        return Optional.of(new ProjectDefinition(
                project.id(),
                !project.paused() && !projects.areAllPaused(),
                directory == null ? null : ids.directory(directory),
                settings.origins(),
                settings.signing() ? Objects.requireNonNull(project.secret()) : null,
                project.debugKey(),
                placeholders,
                intercepts.stream()
                        .flatMap(intercept -> Optional.ofNullable(intercept.applied()).stream()
                                .map(applied -> of(intercept, applied, onLists)))
                        .toList(),
                new PageDefinition(
                        settings.autoCreate(), settings.references(), settings.attach(), creatives(intercepts))));
    }

    private static Map<String, Creative> creatives(List<Intercept> intercepts) {
        Map<String, Creative> creatives = new HashMap<>();
        for (Intercept intercept : intercepts) {
            InterceptSettings applied = intercept.applied();
            if (applied != null && applied.creative() != null) {
                creatives.put(intercept.id(), applied.creative());
            }
        }

        return creatives;
    }

    /** The surveys, folded, with frequency rules on lists: their intercepts give way to each other. */
    private Set<String> surveysOnLists(int directory) {
        return rules.of(directory).stream()
                .map(StoredRule::rule)
                .filter(rule -> rule.list() != null)
                .flatMap(rule -> Optional.ofNullable(rule.survey()).stream())
                .collect(Collectors.toSet());
    }

    private static InterceptDefinition of(Intercept intercept, InterceptSettings settings, Set<String> onLists) {
        String survey = settings.survey();
        return new InterceptDefinition(
                intercept.id(),
                intercept.number(),
                intercept.createdAt(),
                intercept.active(),
                settings.isLinked(),
                survey,
                settings.target() == null ? Tree.always() : TreeJson.target(settings.target()),
                settings.page() == null ? Tree.always() : TreeJson.page(settings.page()),
                settings.frequency(),
                settings.listBased() || (survey != null && onLists.contains(FrequencyRule.surveyKey(survey))),
                new Schedule(
                        Objects.requireNonNullElse(settings.starts(), Long.MIN_VALUE),
                        Objects.requireNonNullElse(settings.ends(), Long.MAX_VALUE),
                        new Percentage(settings.sample()),
                        new Percentage(settings.holdOut())),
                settings.whenUnknown(),
                settings.whenUnavailable());
    }
}
