package io.muster.cli;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A directory as commands answer it.
 *
 * @param rules the fields of every rule in order
 * @param identityRules the same rules with their ids and states
 */
record DirectoryAnswer(
        String id,
        String name,
        List<List<String>> rules,
        List<Rule> identityRules,
        String timeZone,
        DirectorySettings settings,
        Instant created) {

    /** A rule with what the directory knows of it. */
    record Rule(int rule, List<String> fields, IdentityRule.State state) {}

    static DirectoryAnswer of(Directory directory, List<IdentityRule> rules) {
        return new DirectoryAnswer(
                directory.id(),
                directory.name(),
                rules.stream().map(IdentityRule::fields).toList(),
                rules.stream()
                        .map(rule -> new Rule(rule.id(), rule.fields(), rule.state()))
                        .toList(),
                directory.timeZone().getId(),
                directory.settings(),
                Instant.ofEpochMilli(directory.createdAt()));
    }

    /** The rules in a table, for a person. */
    String rulesText() {
        if (identityRules.isEmpty()) {
            return "No identity rules: every record creates a contact.\n";
        }

        TextTable table = new TextTable("RULE", "FIELDS", "STATE");
        identityRules.forEach(rule -> table.row(
                rule.rule(),
                String.join(",", rule.fields()),
                rule.state().name().toLowerCase(Locale.ROOT)));
        return table.toString();
    }
}
