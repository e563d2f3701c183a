package io.muster.frequency;

import io.muster.frequency.rules.CountedTouchpoint;
import io.muster.frequency.rules.FrequencyAnswer;
import io.muster.frequency.rules.FrequencyUse;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Explains why a contact may or may not be contacted, from what is stored at this moment. */
public final class FrequencyExplainer {

    private final JdbcClient jdbc;
    private final Snapshots transactions;

    /**
     * What an explanation shows of a touchpoint or a reservation.
     *
     * @param at when it happened, or was reserved; epoch milliseconds
     * @param kind what happened; {@code reservation} for a reservation
     * @param survey as its sender gave it; null for none
     * @param until when a reservation ends, epoch milliseconds; null for what happened
     */
    public record Counted(
            long at,
            String channel,
            String kind,
            @Nullable String survey,
            @Nullable Long until) {}

    /**
     * What the rules say of a contact.
     *
     * @param answer its touchpoints are named by their places in the list
     * @param counted all that counts for the contact
     * @param resetAt what came to be known up to this moment does not count, epoch milliseconds; null for never reset
     */
    public record Explained(
            FrequencyAnswer answer,
            List<Counted> counted,
            @Nullable Long resetAt) {

        /** Copies the list. */
        public Explained {
            counted = List.copyOf(counted);
        }

        /** What a touchpoint of the answer was. */
        public Counted of(CountedTouchpoint touchpoint) {
            return counted.get(Integer.parseInt(touchpoint.id()));
        }
    }

    /** Reads that database. */
    public FrequencyExplainer(JdbcClient jdbc, PlatformTransactionManager manager) {
        this.jdbc = jdbc;
        this.transactions = new Snapshots(manager);
    }

    /**
     * Explains.
     *
     * @param number of a contact that is there
     * @param stored the rules of the directory
     * @param survey the survey asked about; null for none
     * @param at the moment asked about, epoch milliseconds
     */
    public Explained explain(
            int directory, long number, List<StoredRule> stored, @Nullable String survey, FrequencyUse use, long at) {
        return Objects.requireNonNull(
                explain(directory, number, stored, survey, Set.of(use), at).get(use));
    }

    /** Explains for several uses by what is stored at one moment; every use has an answer. */
    public Map<FrequencyUse, Explained> explain(
            int directory,
            long number,
            List<StoredRule> stored,
            @Nullable String survey,
            Set<FrequencyUse> uses,
            long at) {
        return transactions.inSnapshot(status -> {
            RuleSet rules = RuleSet.of(jdbc, directory, 0, stored);
            NumberSpan span = NumberSpan.some(List.of(number));
            Contacted contacted = new ContactedRows(jdbc)
                    .read(directory, span, at - rules.reach())
                    .getOrDefault(number, new Contacted());
            Predicate<String> memberOf = GroupMembers.read(jdbc, rules, span).of(number);
            List<Counted> counted = contacted.origins().stream()
                    .map(FrequencyExplainer::counted)
                    .toList();
            Map<FrequencyUse, Explained> answers = new EnumMap<>(FrequencyUse.class);
            for (FrequencyUse use : uses) {
                answers.put(
                        use,
                        new Explained(
                                rules.rules().explain(survey, use, memberOf, contacted.counted(), at),
                                counted,
                                contacted.resetAt()));
            }

            return answers;
        });
    }

    private static Counted counted(Contacted.Origin origin) {
        return switch (origin) {
            case Contacted.Origin.Happened happened ->
                new Counted(
                        happened.touch().at(),
                        happened.touch().channel(),
                        happened.touch().kind(),
                        happened.touch().survey(),
                        null);
            case Contacted.Origin.Reserved reserved ->
                new Counted(
                        reserved.reservation().at(),
                        reserved.reservation().channel(),
                        "reservation",
                        reserved.reservation().survey(),
                        reserved.reservation().end());
        };
    }
}
