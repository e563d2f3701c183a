package io.muster.web.console.contacts;

import io.muster.app.DirectoryView;
import io.muster.app.EligibilityService;
import io.muster.app.FrequencyExplanation;
import io.muster.app.FrequencyExplanation.CountedView;
import io.muster.app.FrequencyExplanation.Standing;
import io.muster.app.FrequencyQuestion;
import io.muster.app.FrequencyRuleService;
import io.muster.app.FrequencyRuleView;
import io.muster.app.WhichContact;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a contact may be contacted now, by channel, and which rule says so: computed when it is asked. */
final class EligibilityPart {

    private final EligibilityService eligibility;
    private final FrequencyRuleService rules;
    private final InstantSource clock;

    EligibilityPart(EligibilityService eligibility, FrequencyRuleService rules, InstantSource clock) {
        this.eligibility = eligibility;
        this.rules = rules;
        this.clock = clock;
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
        Map<String, FrequencyRuleView> known = rules.list(directory.id()).stream()
                .collect(Collectors.toMap(FrequencyRuleView::id, Function.identity()));
        Instant at = clock.instant();
        List<Channel> channels = new ArrayList<>();
        FrequencyExplanation web = explain(directory, contact, "web");
        FrequencyExplanation mail = explain(directory, contact, "email");
        channels.add(channel("Website and app", web, false, known, zone));
        channels.add(channel("Email and SMS", mail, optedOut, known, zone));
        String reset = mail.resetAt();
        return new Now(
                Texts.moment(at, zone), channels, reset == null ? null : Texts.moment(Instant.parse(reset), zone));
    }

    private FrequencyExplanation explain(DirectoryView directory, String contact, String channel) {
        return eligibility.explain(
                directory.id(), new WhichContact(contact, null), new FrequencyQuestion(channel, null, null));
    }

    private static Channel channel(
            String name,
            FrequencyExplanation explained,
            boolean optedOut,
            Map<String, FrequencyRuleView> known,
            ZoneId zone) {
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
                        .map(rule -> rule(rule, rule.rule().equals(explained.rule()), known, zone))
                        .toList());
    }

    private static Rule rule(Standing rule, boolean decides, Map<String, FrequencyRuleView> known, ZoneId zone) {
        String next = rule.nextEligible();
        FrequencyRuleView view = known.get(rule.rule());
        return new Rule(
                view == null ? rule.rule() : words(view),
                decides,
                next == null ? null : Texts.moment(Instant.parse(next), zone),
                rule.touchpoints().stream().map(one -> touch(one, zone)).toList());
    }

    private static String words(FrequencyRuleView rule) {
        StringBuilder text = new StringBuilder();
        if (rule.always()) {
            text.append("always");
        } else {
            text.append(
                    rule.max() == null
                            ? ""
                            : "at most " + rule.max() + (rule.per() == null ? "" : " per " + rule.per()));
            text.append(rule.gap() == null ? "" : (text.isEmpty() ? "" : ", ") + "gap " + rule.gap());
        }

        text.append(rule.survey() == null ? "" : ", survey " + rule.survey());
        text.append(rule.segment() == null ? "" : ", segment " + rule.segment());
        return text.append(rule.list() == null ? "" : ", list " + rule.list()).toString();
    }

    private static Touch touch(CountedView counted, ZoneId zone) {
        return new Touch(
                Texts.moment(Instant.parse(counted.time()), zone),
                counted.channel() + " " + counted.kind() + (counted.survey() == null ? "" : ", " + counted.survey()));
    }
}
