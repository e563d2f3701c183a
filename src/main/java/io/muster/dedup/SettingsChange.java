package io.muster.dedup;

import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import io.muster.directory.store.Directories;
import io.muster.support.Fold;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Changes the settings of a directory. Placeholders decide which values form keys, so other placeholders make other
 * keys: every rule then begins anew, as a changed rule does, and waits for the re-key job.
 */
public final class SettingsChange {

    private final LockRetry transactions;
    private final Directories directories;
    private final IdentityRules rules;
    private final IdentityReader identities;

    /** Changes directories in that database. */
    public SettingsChange(
            JdbcClient jdbc, PlatformTransactionManager manager, Directories directories, IdentityRules rules) {
        this.transactions = new LockRetry(manager);
        this.directories = directories;
        this.rules = rules;
        identities = new IdentityReader(jdbc);
    }

    /**
     * Changes settings, and the rules with them where they depend on what changed.
     *
     * @param change is given the settings as they are, and nobody else changes them meanwhile
     * @return the directory afterwards
     */
    public Directory make(int directory, UnaryOperator<DirectorySettings> change) {
        Directory changed = transactions.inTransaction(status -> {
            // Writers of contacts read settings and rules one after the other: none may do so in between. They take
            // contact numbers while they hold the gate, so the gate comes before the directory's row.
            identities.lockExclusive(directory);
            AtomicBoolean otherKeys = new AtomicBoolean();
            Directory after = directories.change(directory, before -> {
                DirectorySettings wanted = change.apply(before);
                otherKeys.set(!folded(wanted.placeholders()).equals(folded(before.placeholders())));
                return wanted;
            });
            if (otherKeys.get()) {
                rules.renew(directory);
            }

            return after;
        });
        rules.sweep(directory);
        return changed;
    }

    private static Set<String> folded(List<String> placeholders) {
        return placeholders.stream().map(value -> Fold.fold(Fold.trim(value))).collect(Collectors.toSet());
    }
}
