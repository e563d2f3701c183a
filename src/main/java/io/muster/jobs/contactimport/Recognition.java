package io.muster.jobs.contactimport;

import io.muster.dedup.rules.IdentityRule;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the rules of a directory can recognise contacts by what a file gives. */
final class Recognition {

    private final List<IdentityRule> rules;
    private final Set<Target> targets;

    /** @param targets all that columns and constants give */
    Recognition(List<IdentityRule> rules, Set<Target> targets) {
        this.rules = rules.stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .toList();
        this.targets = targets;
    }

    /**
     * The plan, with a warning when no rule can recognise a row.
     *
     * @throws Refusal when nothing goes to any field of a rule
     */
    ColumnPlan check(ColumnPlan plan, String file) {
        if (rules.isEmpty() || targets.contains(new Target.ContactId())) {
            return plan;
        }

        if (rules.stream()
                .allMatch(rule -> lacking(rule).size() == rule.fields().size())) {
            Set<String> fields = new LinkedHashSet<>();
            rules.forEach(rule -> rule.fields().forEach(field -> fields.add(field.replaceFirst(":.*", ""))));
            throw Refusal.failed(
                            "NO_IDENTITY_FIELD",
                            "Cannot import " + file + ": no column goes to a field by which the directory recognises"
                                    + " contacts, so that each row would be taken for a new one. Map a column to "
                                    + String.join(" or ", fields) + "."
                                    + plan.warnings().stream()
                                            .map(warning -> " " + warning)
                                            .collect(Collectors.joining()))
                    .with("file", file);
        }

        return rules.stream().anyMatch(rule -> lacking(rule).isEmpty())
                ? plan
                : plan.withWarning("No identity rule can recognise a row of this file: "
                        + rules.stream()
                                .map(rule ->
                                        String.join(",", rule.fields()) + " lacks " + String.join(", ", lacking(rule)))
                                .collect(Collectors.joining("; "))
                        + ".");
    }

    private List<String> lacking(IdentityRule rule) {
        return rule.lacking(field -> targets.contains(new Target.Field(field)), this::givesEmbedded);
    }

    private boolean givesEmbedded(String name) {
        return targets.stream()
                .anyMatch(target -> target instanceof Target.Embedded given
                        && Fold.fold(given.name()).equals(Fold.fold(name)));
    }
}
