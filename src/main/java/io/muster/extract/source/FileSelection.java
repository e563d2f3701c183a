package io.muster.extract.source;

import java.util.List;
import java.util.function.Predicate;

/** Looks at a source, twice where the choice wants files to be stable, and chooses. */
public final class FileSelection {

    private final Sleeper sleeper;

    /** The sleeper waits between the looks. */
    public FileSelection(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /** Chooses from a source. The second look is saved when the first finds nothing to take. */
    public Choice choose(FileSource source, FileChoice choice, Predicate<SourceFile> alreadyTaken) {
        List<SourceFile> first = source.list();
        Choice chosen = choice.choose(first, alreadyTaken);
        if (choice.stableFor().isZero() || chosen.take().isEmpty()) {
            return chosen;
        }

        sleeper.pause(choice.stableFor(), "choose files at " + source.location());
        return choice.choose(first, source.list(), alreadyTaken);
    }
}
