package io.muster.cli;

import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.support.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What an import of contacts can be told beyond other imports, to be mixed in. Nothing given is no answer. */
final class ContactImportOptions {

    @Option(
            names = {"-l", "--list"},
            paramLabel = "LIST",
            description = "The list that the contacts join, by id or name.")
    private @Nullable String list;

    @Option(names = "--new-list", paramLabel = "NAME", description = "Make a list of that name for the contacts.")
    private @Nullable String newList;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "upsert (default), create-only or update-only: rows the mode does not want are skipped;"
                    + " events-only: contacts never change, rows of unknown ones are rejected.")
    private @Nullable String mode;

    @Option(names = "--ignore-unmapped", description = "Leave out columns that are not mapped.")
    private boolean ignoreUnmapped;

    @Mixin
    private LimitOptions limits;

    /** The same settings but for what is given here. */
    ImportSpec over(ImportSpec before) {
        ImportSpec into = before.into(list().orElse(before.list()));
        return into.with(
                        into.mapping()
                                .with(
                                        into.mapping().columns(),
                                        unmapped().orElse(into.mapping().unmapped())),
                        into.format(),
                        into.region())
                .with(mode().orElse(into.mode()), limits(into.limits()), into.dryRun());
    }

    /** The limits with those that are asked for. */
    ImportLimits limits(ImportLimits before) {
        return limits.of(before);
    }

    /** The list that is asked for. */
    Optional<ListTarget> list() {
        if (list != null && newList != null) {
            throw Refusal.usage("Cannot use --list and --new-list together. Choose one.");
        }

        return list != null
                ? Optional.of(new ListTarget.Existing(list))
                : Optional.ofNullable(newList).map(ListTarget.NewPerRun::new);
    }

    /** What is to happen to columns that are not mapped. */
    Optional<Mapping.Unmapped> unmapped() {
        return ignoreUnmapped ? Optional.of(Mapping.Unmapped.IGNORE) : Optional.empty();
    }

    /** The mode that is asked for. */
    Optional<ImportMode> mode() {
        String asked = mode;
        return asked == null
                ? Optional.empty()
                : Optional.of(ImportMode.of(asked)
                        .orElseThrow(() -> Refusal.usage("Cannot import in the mode '" + asked
                                + "'. Use upsert, create-only, update-only or events-only.")));
    }
}
