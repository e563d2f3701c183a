package io.muster.app;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * A directory as it is shown everywhere, in this order of keys.
 *
 * @param rules the fields of every rule in order
 * @param identityRules the same rules with their ids and states
 */
public record DirectoryView(
        String id,
        String name,
        List<List<String>> rules,
        List<Rule> identityRules,
        String timeZone,
        DirectorySettings settings,
        Instant created) {

    /** A rule with what the directory knows of it. */
    public record Rule(int rule, List<String> fields, IdentityRule.State state) {}

    /** @param rules read when they are looked at */
    static DirectoryView of(Directory directory, Supplier<List<IdentityRule>> rules) {
        List<IdentityRule> present = new LaterList<>(rules);
        return new DirectoryView(
                directory.id(),
                directory.name(),
                new LaterList<>(() -> present.stream().map(IdentityRule::fields).toList()),
                new LaterList<>(() -> present.stream()
                        .map(rule -> new Rule(rule.id(), rule.fields(), rule.state()))
                        .toList()),
                directory.timeZone().getId(),
                directory.settings(),
                Instant.ofEpochMilli(directory.createdAt()));
    }

    /** Whether a rule waits for the re-key job. */
    public boolean hasPendingRule() {
        return identityRules.stream().anyMatch(rule -> rule.state() == IdentityRule.State.PENDING);
    }
}
