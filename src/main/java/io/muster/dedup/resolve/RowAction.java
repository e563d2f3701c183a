package io.muster.dedup.resolve;

import io.muster.directory.Verdict;
import io.muster.support.Fold;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a row wants done to the contact it is about. */
public enum RowAction {
    /** Create or update it, as the mode says. */
    UPSERT,
    /** Take it off the list of the run; it stays in the directory. */
    LEAVE_LIST,
    /** Opt it out of the list of the run, or of the directory where the run has none. */
    OPT_OUT,
    /** Delete it from the directory. */
    DELETE;

    /** The action as files write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it takes something away: then the row's values only say who it is about. */
    public boolean takesAway() {
        return this != UPSERT;
    }

    /** What a cell says, as the name of an action; words are read without case. */
    public static Verdict judge(String cell) {
        String word = Fold.fold(Fold.trim(cell));
        if (word.isEmpty()) {
            return Verdict.BLANK;
        }

        return Arrays.stream(values())
                .filter(action -> action.word().equals(word))
                .<Verdict>map(action -> new Verdict.Valid(action.name()))
                .findFirst()
                .orElseGet(() -> new Verdict.Invalid(
                        "ACTION_INVALID",
                        "The value is no action. Use "
                                + Arrays.stream(values()).map(RowAction::word).collect(Collectors.joining(", "))
                                + "."));
    }
}
