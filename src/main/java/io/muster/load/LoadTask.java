package io.muster.load;

import java.util.List;

/**
 * What all blocks of one round of a run have in common.
 *
 * @param run the run's numeric id
 * @param round the round, counted from 0
 * @param epoch how often the run was taken over: a process with an older epoch may no longer write
 * @param directory the directory's numeric id
 * @param list the target list's numeric id; 0 for none
 * @param firstNumber the number of the round's first new contact; the others follow
 * @param firstTransaction the number of the round's first new transaction; the others follow
 * @param source where the run's transactions and touchpoints come from
 * @param rules ids of the rules that keys were made for, ascending; the directory must still have exactly these
 * @param asOf epoch milliseconds, written as creation and modification time
 */
public record LoadTask(
        long run,
        String runId,
        int round,
        int epoch,
        int directory,
        int list,
        long firstNumber,
        long firstTransaction,
        String source,
        List<Integer> rules,
        long asOf) {

    /** Copies what it is given. */
    public LoadTask {
        rules = List.copyOf(rules);
    }

    /** The number of the contact that a reference of this round stands for. */
    long number(long ref) {
        return ref > 0 ? ref : firstNumber - 1 - ref;
    }
}
