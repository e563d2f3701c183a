package io.muster.dedup.resolve;

import io.muster.load.OutcomeCounts;
import java.util.BitSet;
import java.util.List;

/**
 * What a survey came to.
 *
 * @param decided outcomes that nothing has to be written for
 * @param decidedRows the rows behind them
 * @param forecast the outcome of every row if everything is loaded as surveyed
 * @param newContacts how many contacts would be new
 * @param changedContacts how many existing contacts would change
 * @param older rows of which something was left out because something newer is known
 * @param matched rows that each rule has told who they are about, in the order of the rules
 * @param newTransactions how many transactions would be new
 * @param differing transactions and touchpoints that differ from what is recorded under their id, by kind
 */
public record Resolved(
        OutcomeCounts decided,
        BitSet decidedRows,
        OutcomeCounts forecast,
        long newContacts,
        long changedContacts,
        long older,
        List<Long> matched,
        long newTransactions,
        List<DifferingEvents> differing) {}
