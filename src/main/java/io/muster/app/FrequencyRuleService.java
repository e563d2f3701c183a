package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.directory.Verdict;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.StoredRule;
import io.muster.intercept.Projects;
import io.muster.segment.Segments;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The frequency rules of directories. Directories, segments and lists are named by id or name. */
public final class FrequencyRuleService {

    private static final FieldRules FIELDS = new FieldRules(null);

    private final Directories directories;
    private final Segments segments;
    private final MailingLists lists;
    private final FrequencyRuleStore rules;
    private final FrequencyUpkeep upkeep;
    private final Projects projects;

    FrequencyRuleService(
            Directories directories,
            Segments segments,
            MailingLists lists,
            FrequencyRuleStore rules,
            FrequencyUpkeep upkeep,
            Projects projects) {
        this.directories = directories;
        this.segments = segments;
        this.lists = lists;
        this.rules = rules;
        this.upkeep = upkeep;
        this.projects = projects;
    }

    /** Adds a rule. */
    public FrequencyRuleView add(Actor actor, String directory, NewFrequencyRule rule) {
        Directory found = directories.find(directory);
        StoredRule added = rules.add(found.number(), options(found, rule), actor);
        upkeep.run(found.number());
        return FrequencyRuleView.of(found, added);
    }

    /**
     * Adds a rule unless the directory has the same one, in place of another where one is named. A second time it changes
     * nothing.
     *
     * @param replaced the id of the rule that goes; null for none, and nothing happens to one that is gone
     */
    public FrequencyRuleView put(Actor actor, String directory, NewFrequencyRule rule, @Nullable String replaced) {
        Directory found = directories.find(directory);
        StoredRule before = rules.of(found.number()).stream()
                .filter(one -> one.id().equals(replaced))
                .findFirst()
                .orElse(null);
        StoredRule put = rules.put(found.number(), options(found, rule), before, actor);
        upkeep.run(found.number());
        return FrequencyRuleView.of(found, put);
    }

    /** Those for whom rules can be: the names of the segments of a directory and of its lists, by their ids. */
    public record Groups(Map<String, String> segments, Map<String, String> lists) {}

    /** For whom the directory can have rules. */
    public Groups groups(String directory) {
        int number = directories.find(directory).number();
        Map<String, String> ofSegments = new LinkedHashMap<>();
        segments.of(number).forEach(segment -> ofSegments.put(segment.id(), segment.name()));
        Map<String, String> ofLists = new LinkedHashMap<>();
        lists.of(number).forEach(list -> ofLists.put(list.id(), list.name()));
        return new Groups(ofSegments, ofLists);
    }

    /** For whom the directory has rules. */
    public Groups named(String directory) {
        Map<String, String> names = rules.named(directories.find(directory).number());
        return new Groups(names, names);
    }

    /** The rules of a directory, in order of their creation. */
    public List<FrequencyRuleView> list(String directory) {
        Directory found = directories.find(directory);
        return rules.of(found.number()).stream()
                .map(rule -> FrequencyRuleView.of(found, rule))
                .toList();
    }

    /**
     * A rule by its id.
     *
     * @param directory id or name of the directory that it must be of; null for any
     */
    public FrequencyRuleView show(@Nullable String directory, String id) {
        return view(find(directory, id));
    }

    /** Takes a rule away, found as in {@link #show}; the answer is what it was. */
    public FrequencyRuleView remove(Actor actor, @Nullable String directory, String id) {
        StoredRule rule = find(directory, id);
        FrequencyRuleView before = view(rule);
        rules.remove(rule, actor);
        upkeep.run(rule.directory());
        return before;
    }

    /** Whether projects in force are linked to the rule's directory, so that evaluators decide by it. */
    public boolean isDecidedBy(FrequencyRuleView rule) {
        return decides(rule.directory());
    }

    /** Whether projects in force are linked to a directory, so that evaluators decide by its rules. */
    public boolean decides(String idOrName) {
        int directory = directories.find(idOrName).number();
        return projects.linkedTo(directory).stream()
                .anyMatch(project -> Objects.equals(SnapshotStore.directoryOf(project), directory));
    }

    /** The rule of that id, in the directory where one is named. */
    StoredRule find(@Nullable String directory, String id) {
        StoredRule rule = rules.find(id);
        if (directory != null && rule.directory() != directories.find(directory).number()) {
            throw Refusal.notFound(
                            "UNKNOWN_FREQUENCY_RULE",
                            "Cannot use the frequency rule '" + id + "': the directory has no rule of that id.")
                    .with("rule", id);
        }

        return rule;
    }

    /** The options with the segment and the list found. */
    RuleOptions options(Directory directory, NewFrequencyRule rule) {
        String segment = rule.segment();
        String list = rule.list();
        return new RuleOptions(
                rule.max(),
                rule.per(),
                rule.gap(),
                survey(rule.survey()),
                rule.always(),
                segment == null
                        ? null
                        : segments.find(directory.number(), segment).number(),
                list == null ? null : lists.find(directory.number(), list).number());
    }

    /** The id of a survey, trimmed: the same rule for whatever names one. */
    static @Nullable String survey(@Nullable String survey) {
        if (survey == null) {
            return null;
        }

        return switch (FIELDS.judgeTouchpointId(survey)) {
            case Verdict.Valid valid -> valid.value();
            case Verdict.Invalid invalid ->
                throw Refusal.invalid(invalid.code(), "Cannot use the survey '" + survey + "'. " + invalid.reason())
                        .with("field", "survey");
            case Verdict.Blank ignored ->
                throw Refusal.invalid("BLANK_VALUE", "Cannot use the survey: it is blank. Give its id.")
                        .with("field", "survey");
        };
    }

    private FrequencyRuleView view(StoredRule rule) {
        return FrequencyRuleView.of(directories.byNumber(rule.directory()).orElseThrow(), rule);
    }
}
