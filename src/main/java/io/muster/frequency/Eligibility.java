package io.muster.frequency;

import io.muster.directory.TouchpointChannel;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.frequency.Candidates.Candidate;
import io.muster.frequency.Reservations.Reserved;
import io.muster.frequency.Reservations.Terms;
import io.muster.frequency.rules.CountedTouchpoint;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.frequency.rules.FrequencyUse;
import io.muster.frequency.rules.Period;
import io.muster.segment.publish.OneMoment;
import io.muster.support.Ids;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Splits a population into those who may be contacted and those who are skipped. Everything is read at one moment, in
 * blocks and in two lanes. With a reservation each block is a transaction that nobody else reserves beside, and which reads
 * touchpoints and reservations anew; what was reserved before a failure stays reserved until it ends.
 */
public final class Eligibility {

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;
    private final Snapshots transactions;
    private final Moments moments;
    private final Reservations reservations;
    private final ChangeStream changes;

    /**
     * What is asked.
     *
     * @param survey the survey that they are to be contacted about; null for none
     * @param at the moment asked about, epoch milliseconds
     * @param reserve for how long those eligible are reserved from that moment on; empty for not at all
     */
    public record Question(
            int directory,
            Population population,
            TouchpointChannel channel,
            @Nullable String survey,
            long at,
            Optional<Period> reserve) {

        private FrequencyUse use() {
            return isMessage() ? FrequencyUse.MESSAGE : FrequencyUse.INTERCEPT;
        }

        private boolean isMessage() {
            return channel == TouchpointChannel.EMAIL || channel == TouchpointChannel.SMS;
        }
    }

    /** Why a contact is skipped. */
    public enum Reason {
        /** A frequency rule is exhausted. */
        FREQUENCY,
        /** The contact opted out of the directory, or of the list asked about. */
        OPTED_OUT
    }

    /**
     * The verdict on a contact.
     *
     * @param reference its external reference; null for none
     * @param reason why it is skipped; null when it is eligible
     * @param rule the public id of the rule that decides; null when none does
     * @param nextEligible when frequency rules let it through again, epoch milliseconds or {@link FrequencyRules#NEVER};
     *     {@link FrequencyRules#ALWAYS} when none holds it back
     */
    public record Judged(
            long number,
            @Nullable String reference,
            @Nullable Reason reason,
            @Nullable String rule,
            long nextEligible) {}

    /** How many are of which kind. */
    public record Counts(long eligible, long frequency, long optedOut) {

        private Counts and(Counts more) {
            return new Counts(eligible + more.eligible, frequency + more.frequency, optedOut + more.optedOut);
        }
    }

    /** Takes verdicts in the order of the contacts' numbers. */
    @FunctionalInterface
    public interface Sink {

        /** Takes one. */
        void take(Judged judged) throws IOException;
    }

    /** Keeps verdicts block by block, so that a question that is cut off goes on where it was. */
    public interface Keeper {

        /** Whether a block was kept before. */
        boolean isKept(long block);

        /** Keeps a block, within the transaction that reserves its contacts. By several threads at once. */
        void keep(long block, Counts counts, List<Judged> judged);

        /** So many blocks of all are kept. */
        void reached(int blocks, int all);
    }

    /** Works on that database. */
    public Eligibility(
            DataSource dataSource, JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
        transactions = new Snapshots(manager);
        moments = new Moments(dataSource, jdbc, transactions, clock);
        reservations = new Reservations(jdbc);
        changes = new ChangeStream(jdbc);
    }

    /**
     * Asks.
     *
     * @param sink takes the verdict on each contact; null when only counts are wanted
     */
    public Counts ask(Question question, @Nullable Sink sink) throws IOException {
        Counts[] counts = {new Counts(0, 0, 0)};
        try (OneMoment moment = question.population() instanceof Population.One
                ? moments.openAlone()
                : moments.open(question.directory())) {
            Asking asking = Moments.read(moment, snapshot -> new Asking(question, moment, snapshot, sink != null));
            List<Long> blocks = Moments.read(moment, asking.candidates::blocks);
            BlockLanes.<Block, IOException>forEach(blocks, asking::block, block -> {
                counts[0] = counts[0].and(block.counts());
                if (sink != null) {
                    for (Judged judged : block.judged()) {
                        sink.take(judged);
                    }
                }
            });
        }

        return counts[0];
    }

    /** Asks, and has the verdicts kept; what was kept before is not asked again. */
    public void keep(Question question, Keeper keeper) {
        try (OneMoment moment = moments.open(question.directory())) {
            Asking asking = Moments.read(moment, snapshot -> new Asking(question, moment, snapshot, true));
            List<Long> blocks = Moments.read(moment, asking.candidates::blocks);
            int[] done = new int[1];
            BlockLanes.<Long, RuntimeException>forEach(blocks, block -> asking.keep(block, keeper), block -> {
                done[0]++;
                keeper.reached(done[0], blocks.size());
            });
        }
    }

    /** What came of a block. */
    private record Block(Counts counts, List<Judged> judged, List<Reserved> reserved) {}

    /** One question, with what is the same for all blocks. */
    private final class Asking {

        private final Question question;
        private final OneMoment moment;
        private final RuleSet set;
        private final Candidates candidates;
        private final boolean listed;

        Asking(Question question, OneMoment moment, JdbcClient snapshot, boolean listed) {
            this.question = question;
            this.moment = moment;
            this.listed = listed;
            set = RuleSet.read(snapshot, ids, question.directory());
            candidates = Candidates.of(snapshot, question.directory(), question.population());
        }

        long keep(long block, Keeper keeper) {
            if (keeper.isKept(block)) {
                return block;
            }

            return Moments.read(moment, snapshot -> {
                List<Candidate> some = candidates.of(snapshot, block);
                if (!some.isEmpty()) {
                    NumberSpan span =
                            NumberSpan.some(some.stream().map(Candidate::number).toList());
                    GroupMembers groups = GroupMembers.read(snapshot, set, span);
                    keep(block, some, new Reading(snapshot, span, groups), keeper);
                }

                return block;
            });
        }

        private void keep(long block, List<Candidate> some, Reading reading, Keeper keeper) {
            transactions.inTransaction(status -> {
                Block judged = question.reserve()
                        .map(period -> reserveLocked(block, some, reading.span(), reading.groups(), period))
                        .orElseGet(() -> judge(some, contacted(reading.snapshot(), reading.span()), reading.groups()));
                keeper.keep(block, judged.counts(), judged.judged());
                return status;
            });
        }

        /** What the contacts of a block are judged by. */
        private record Reading(JdbcClient snapshot, NumberSpan span, GroupMembers groups) {}

        Block block(long block) {
            return Moments.read(moment, snapshot -> {
                List<Candidate> some = candidates.of(snapshot, block);
                if (some.isEmpty()) {
                    return new Block(new Counts(0, 0, 0), List.of(), List.of());
                }

                NumberSpan span =
                        NumberSpan.some(some.stream().map(Candidate::number).toList());
                GroupMembers groups = GroupMembers.read(snapshot, set, span);
                return question.reserve()
                        .map(period -> reserve(block, some, span, groups, period))
                        .orElseGet(() -> judge(some, contacted(snapshot, span), groups));
            });
        }

        private Map<Long, Contacted> contacted(JdbcClient reading, NumberSpan span) {
            // What came to be known a moment ago does not consume a reservation made now, so it has to be seen,
            // whatever moment is asked about.
            long since = Math.min(question.at() - set.reach(), clock.millis() - Reservations.CLOCKS_APART.toMillis());
            return new ContactedRows(reading).read(question.directory(), span, since);
        }

        private Block reserve(long block, List<Candidate> some, NumberSpan span, GroupMembers groups, Period period) {
            return transactions.inTransaction(status -> reserveLocked(block, some, span, groups, period));
        }

        /** Within a transaction. */
        private Block reserveLocked(
                long block, List<Candidate> some, NumberSpan span, GroupMembers groups, Period period) {
            reservations.lockBlock(question.directory(), block);
            Block judged = judge(some, contacted(jdbc, span), groups);
            long now = clock.millis();
            Terms terms = new Terms(
                    question.channel().word(), question.survey(), question.at(), question.at() + period.millis());
            reservations.add(question.directory(), judged.reserved(), terms, now);
            if (!judged.reserved().isEmpty()) {
                changes.note(
                        question.directory(),
                        judged.reserved().stream().mapToLong(Reserved::number),
                        Set.of(ChangeKind.TOUCHPOINTS),
                        now);
            }

            return judged;
        }

        private Block judge(List<Candidate> some, Map<Long, Contacted> contacted, GroupMembers groups) {
            List<Judged> all = new ArrayList<>(listed ? some.size() : 0);
            List<Reserved> eligible = new ArrayList<>();
            long optedOut = 0;
            long frequency = 0;
            for (Candidate one : some) {
                Contacted touched = contacted.get(one.number());
                Judged judged = judge(one, touched, groups.of(one.number()));
                Reason reason = judged.reason();
                if (reason == null) {
                    eligible.add(new Reserved(one.number(), touched == null ? 0 : touched.knownUntil()));
                } else if (reason == Reason.OPTED_OUT) {
                    optedOut++;
                } else {
                    frequency++;
                }

                if (listed) {
                    all.add(judged);
                }
            }

            return new Block(new Counts(eligible.size(), frequency, optedOut), all, eligible);
        }

        private Judged judge(Candidate one, @Nullable Contacted touched, Predicate<String> memberOf) {
            if (question.isMessage() && one.optedOut()) {
                return new Judged(one.number(), one.reference(), Reason.OPTED_OUT, null, FrequencyRules.ALWAYS);
            }

            if (touched == null && !set.canForbid()) {
                return new Judged(one.number(), one.reference(), null, null, FrequencyRules.ALWAYS);
            }

            List<CountedTouchpoint> counted = touched == null ? List.of() : touched.counted();
            long next = set.rules().nextEligible(question.survey(), question.use(), memberOf, counted);
            if (next <= question.at()) {
                return new Judged(one.number(), one.reference(), null, null, FrequencyRules.ALWAYS);
            }

            String rule = !listed
                    ? null
                    : set.rules()
                            .explain(question.survey(), question.use(), memberOf, counted, question.at())
                            .rule()
                            .orElse(null);
            return new Judged(one.number(), one.reference(), Reason.FREQUENCY, rule, next);
        }
    }
}
