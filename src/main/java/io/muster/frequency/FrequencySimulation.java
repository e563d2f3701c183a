package io.muster.frequency;

import io.muster.frequency.Candidates.Candidate;
import io.muster.frequency.rules.FrequencyUse;
import io.muster.segment.publish.OneMoment;
import io.muster.support.Ids;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Forecasts whom a new, changed or removed rule would hold back. Nothing is changed. */
public final class FrequencySimulation {

    private final InstantSource clock;
    private final Ids ids;
    private final Moments moments;

    /**
     * What would change.
     *
     * @param add the new rule; empty when one is only taken away
     * @param without the numeric id of the rule that is taken away, or replaced by the new one; null for none
     */
    public record Change(
            Optional<RuleOptions> add, @Nullable Long without) {}

    /**
     * What is asked.
     *
     * @param survey the survey that people would be contacted about; null for none
     * @param use what for
     * @param at the moment asked about, epoch milliseconds
     */
    public record Question(
            int directory, Population population, @Nullable String survey, FrequencyUse use, long at) {}

    /**
     * How many would be held back.
     *
     * @param contacts contacts of the population
     * @param before held back by the rules as they are
     * @param after held back by the changed rules
     * @param newly held back after, not before
     * @param released held back before, not after
     */
    public record Forecast(long contacts, long before, long after, long newly, long released) {

        private Forecast and(Forecast more) {
            return new Forecast(
                    contacts + more.contacts,
                    before + more.before,
                    after + more.after,
                    newly + more.newly,
                    released + more.released);
        }
    }

    /** Reads that database. */
    public FrequencySimulation(
            DataSource dataSource, JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
        moments = new Moments(dataSource, jdbc, new Snapshots(manager), clock);
    }

    /**
     * Forecasts.
     *
     * @throws io.muster.support.Refusal when the options of the new rule make none
     */
    public Forecast forecast(Question question, Change change) {
        Forecast[] sum = {new Forecast(0, 0, 0, 0, 0)};
        try (OneMoment moment = moments.open(question.directory())) {
            Asking asking = Moments.read(moment, snapshot -> new Asking(question, change, moment, snapshot));
            List<Long> blocks = Moments.read(moment, asking.candidates::blocks);
            BlockLanes.<Forecast, RuntimeException>forEach(blocks, asking::block, block -> sum[0] = sum[0].and(block));
        }

        return sum[0];
    }

    /** One question, with what is the same for all blocks. */
    private final class Asking {

        private final Question question;
        private final OneMoment moment;
        private final RuleSet before;
        private final RuleSet after;
        private final Candidates candidates;

        Asking(Question question, Change change, OneMoment moment, JdbcClient snapshot) {
            this.question = question;
            this.moment = moment;
            RuleRows rows = new RuleRows(snapshot, ids);
            List<StoredRule> rules = rows.of(question.directory());
            List<StoredRule> changed = new ArrayList<>();
            for (StoredRule rule : rules) {
                if (change.without() == null || rule.number() != change.without()) {
                    changed.add(rule);
                }
            }

            change.add().ifPresent(add -> changed.add(rows.stored(0, question.directory(), add, clock.millis())));
            before = RuleSet.of(snapshot, question.directory(), 0, rules);
            after = RuleSet.of(snapshot, question.directory(), 0, changed);
            candidates = Candidates.of(snapshot, question.directory(), question.population());
        }

        Forecast block(long block) {
            return Moments.read(moment, snapshot -> {
                List<Candidate> some = candidates.of(snapshot, block);
                if (some.isEmpty()) {
                    return new Forecast(0, 0, 0, 0, 0);
                }

                NumberSpan span =
                        NumberSpan.some(some.stream().map(Candidate::number).toList());
                Map<Long, Contacted> contacted = new ContactedRows(snapshot)
                        .read(question.directory(), span, question.at() - Math.max(before.reach(), after.reach()));
                GroupMembers of = GroupMembers.read(snapshot, before, span);
                GroupMembers then = GroupMembers.read(snapshot, after, span);
                Forecast sum = new Forecast(0, 0, 0, 0, 0);
                for (Candidate one : some) {
                    Contacted touched = contacted.getOrDefault(one.number(), new Contacted());
                    boolean held = holds(before, of, one.number(), touched);
                    boolean holds = holds(after, then, one.number(), touched);
                    sum = sum.and(new Forecast(
                            1, held ? 1 : 0, holds ? 1 : 0, holds && !held ? 1 : 0, held && !holds ? 1 : 0));
                }

                return sum;
            });
        }

        private boolean holds(RuleSet rules, GroupMembers groups, long number, Contacted touched) {
            return rules.rules().nextEligible(question.survey(), question.use(), groups.of(number), touched.counted())
                    > question.at();
        }
    }
}
