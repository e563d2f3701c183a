package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.FrequencyRuleService;
import io.muster.app.FrequencyRuleView;
import io.muster.directory.Directory;
import io.muster.frequency.rules.Period;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The frequency rules of a directory, and its samples, of which there are none. */
@RestController
@RequestMapping(V3Paths.DIRECTORY)
final class FrequencyRulesController {

    private static final long DAY = Duration.ofDays(1).toMillis();

    private final Doors doors;
    private final FrequencyRuleService rules;
    private final Ids ids;

    FrequencyRulesController(Doors doors, FrequencyRuleService rules, Ids ids) {
        this.doors = doors;
        this.rules = rules;
        this.ids = ids;
    }

    /** A rule. */
    record Listed(
            String ruleId,
            String targetType,
            @Nullable String targetId,
            List<String> targetIds,
            @Nullable String emailType,
            @Nullable Long daysBetween,
            @Nullable TimePeriodLimit timePeriodLimit,
            boolean alwaysSend,
            boolean mutuallyExclusive) {

        static Listed of(FrequencyRuleView rule) {
            String type = rule.survey() != null
                    ? "survey"
                    : rule.segment() != null ? "segment" : rule.list() != null ? "list" : "directory";
            List<String> targets = Stream.of(rule.survey(), rule.segment(), rule.list())
                    .flatMap(Stream::ofNullable)
                    .toList();
            return new Listed(
                    rule.id(),
                    type,
                    targets.isEmpty() ? null : targets.getFirst(),
                    targets,
                    null,
                    days(rule.gap()),
                    TimePeriodLimit.of(rule),
                    rule.always(),
                    false);
        }

        /** Whole days; null for none, and for a time that is not of whole days. */
        private static @Nullable Long days(@Nullable String gap) {
            if (gap == null || !Character.isDigit(gap.charAt(0))) {
                return null;
            }

            long millis = Period.of(gap).millis();
            return millis % DAY == 0 ? millis / DAY : null;
        }
    }

    /** How many messages within which time. */
    record TimePeriodLimit(String period, int numMessages) {

        static @Nullable TimePeriodLimit of(FrequencyRuleView rule) {
            return rule.max() instanceof Integer most ? new TimePeriodLimit(period(rule.per()), most) : null;
        }

        private static String period(@Nullable String per) {
            if (per == null) {
                return "day";
            }

            long millis = Period.of(per).millis();
            return millis == DAY ? "day" : millis == 7 * DAY ? "week" : millis == 30 * DAY ? "month" : per;
        }
    }

    @GetMapping("/frequencyrules")
    Envelope<V3Page<Listed>> list(
            @Needs(Scope.READ) Caller caller, @PathVariable String directory, @PageSize(500) PageAsk ask) {
        Directory found = doors.directory(caller, directory);
        long after = ask.number().orElse(0L);
        List<FrequencyRuleView> some = rules.list(found.id()).stream()
                .filter(rule -> number(rule) > after)
                .limit(ask.size() + 1L)
                .toList();
        return Envelope.of(PageAsk.map(ask.page(some, this::number), Listed::of));
    }

    private long number(FrequencyRuleView rule) {
        return ids.read(PublicId.FREQUENCY_RULE, rule.id()).orElseThrow();
    }

    @GetMapping("/frequencyrules/{rule}")
    Envelope<Listed> show(@Needs(Scope.READ) Caller caller, @PathVariable String directory, @PathVariable String rule) {
        Directory found = doors.directory(caller, directory);
        return Envelope.of(rules.list(found.id()).stream()
                .filter(one -> one.id().equals(rule))
                .findFirst()
                .map(Listed::of)
                .orElseThrow(() -> V3Exception.notFound(
                        "UNKNOWN_PATH",
                        "Cannot use the frequency rule: the directory has none of this id. Take an id from its"
                                + " frequencyrules.")));
    }

    @GetMapping("/samples")
    Envelope<V3Page<Listed>> samples(@Needs(Scope.READ) Caller caller, @PathVariable String directory, PageAsk ask) {
        Directory ignored = doors.directory(caller, directory);
        return Envelope.of(ask.page(List.of(), (String) null));
    }
}
