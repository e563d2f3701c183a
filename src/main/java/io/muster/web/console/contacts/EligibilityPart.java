package io.muster.web.console.contacts;

import io.muster.app.DirectoryView;
import io.muster.app.EligibilityService;
import io.muster.app.FrequencyExplanation;
import io.muster.app.FrequencyExplanation.CountedView;
import io.muster.app.FrequencyExplanation.Standing;
import io.muster.app.FrequencyRuleService;
import io.muster.app.FrequencyRuleService.Groups;
import io.muster.app.FrequencyRuleView;
import io.muster.web.console.frequency.RuleTexts;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a contact may be contacted now, by channel, and which rule says so: computed when it is asked. */
final class EligibilityPart {

    private final EligibilityService eligibility;
    private final FrequencyRuleService rules;

    EligibilityPart(EligibilityService eligibility, FrequencyRuleService rules) {
        this.eligibility = eligibility;
        this.rules = rules;
    }

    /**
     * What was computed.
     *
     * @param at for which moment
     * @param resetAt since when its counters count; null when they were not reset
     */
    record Now(Moment at, List<Channel> channels, @Nullable Moment resetAt) {}

    /**
     * What holds for channels.
     *
     * @param until when it may be contacted again; null when that is now, or never
     */
    record Channel(
            String name,
            boolean eligible,
            String text,
            @Nullable Moment until,
            List<Rule> rules) {}

    /**
     * A rule that applies.
     *
     * @param until when it holds nothing back any more; null while it does not
     * @param counted what counts for it, the latest first
     */
    record Rule(String text, boolean decides, @Nullable Moment until, List<Touch> counted) {}

    /** A touchpoint that counts. */
    record Touch(Moment at, String text) {}

    /** What holds for a contact now. */
    Now now(DirectoryView directory, String contact, boolean optedOut) {
        ZoneId zone = ZoneId.of(directory.timeZone());
        EligibilityService.Now now = eligibility.now(directory.id(), contact);
        Map<String, String> words = words(directory, now);
        String reset = now.messages().resetAt();
        return new Now(
                Texts.moment(now.at(), zone),
                List.of(
                        channel("Website and app", now.intercepts(), false, words, zone),
                        channel("Email and SMS", now.messages(), optedOut, words, zone)),
                reset == null ? null : Texts.moment(Instant.parse(reset), zone));
    }

    /** The rules that apply, in words, by their ids. */
    private Map<String, String> words(DirectoryView directory, EligibilityService.Now now) {
        if (now.messages().rules().isEmpty() && now.intercepts().rules().isEmpty()) {
            return Map.of();
        }

        List<FrequencyRuleView> all = rules.list(directory.id());
        Groups groups = all.stream().anyMatch(rule -> rule.segment() != null || rule.list() != null)
                ? rules.groups(directory.id())
                : new Groups(Map.of(), Map.of());
        return all.stream()
                .collect(Collectors.toMap(
                        FrequencyRuleView::id,
                        rule -> RuleTexts.limits(rule) + ", for " + RuleTexts.whom(rule, groups)));
    }

    private static Channel channel(
            String name, FrequencyExplanation explained, boolean optedOut, Map<String, String> words, ZoneId zone) {
        String next = explained.nextEligible();
        String text = optedOut
                ? "not eligible: opted out of the directory"
                : explained.eligible() ? "eligible" : next == null ? "never eligible" : "not eligible until";
        return new Channel(
                name,
                explained.eligible() && !optedOut,
                text,
                optedOut || next == null ? null : Texts.moment(Instant.parse(next), zone),
                explained.rules().stream()
                        .map(rule -> rule(rule, rule.rule().equals(explained.rule()), words, zone))
                        .toList());
    }

    private static Rule rule(Standing rule, boolean decides, Map<String, String> words, ZoneId zone) {
        String next = rule.nextEligible();
        return new Rule(
                words.getOrDefault(rule.rule(), rule.rule()),
                decides,
                next == null ? null : Texts.moment(Instant.parse(next), zone),
                rule.touchpoints().stream().map(one -> touch(one, zone)).toList());
    }

    private static Touch touch(CountedView counted, ZoneId zone) {
        return new Touch(
                Texts.moment(Instant.parse(counted.time()), zone),
                counted.channel() + " " + counted.kind() + (counted.survey() == null ? "" : ", " + counted.survey()));
    }
}
