package io.muster.app;

import io.muster.automation.contactimport.LastLooks;
import io.muster.extract.source.Choice.Reason;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunMarks;
import io.muster.jobs.RunNumbers;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Imports with their file, their limits and what is around them. */
public final class RunDetails {

    private static final int MARKS = 30;
    private static final int STRETCHES = 30;
    private static final Duration SHOWN = Duration.ofMinutes(5);

    private final Deliveries deliveries;
    private final RunLedger ledger;
    private final LastLooks looks;
    private final RunMarks marks;
    private final RunNumbers numbers;
    private final InstantSource clock;
    private final JsonMapper json;

    RunDetails(
            Deliveries deliveries,
            RunLedger ledger,
            LastLooks looks,
            RunMarks marks,
            RunNumbers numbers,
            InstantSource clock,
            JsonMapper json) {
        this.deliveries = deliveries;
        this.ledger = ledger;
        this.looks = looks;
        this.marks = marks;
        this.numbers = numbers;
        this.clock = clock;
        this.json = json;
    }

    /** The details of a run; empty for what is no import. */
    public Optional<RunDetail> of(Run run) {
        ImportedRows rows = run.rows();
        if (run.kind() != RunKind.CONTACT_IMPORT || rows == null) {
            return Optional.empty();
        }

        Optional<Delivery> delivery = deliveries.find(rows.delivery());
        long automation = delivery.map(Delivery::automation).orElse(Deliveries.NO_AUTOMATION);
        boolean own = automation != Deliveries.NO_AUTOMATION && run.automation() != null;
        ImportLimits limits = json.readValue(run.spec(), ImportSpec.class).limits();
        return Optional.of(new RunDetail(
                delivery.orElse(null),
                numbers.of(run.number()),
                limits,
                own && limits.maxShrinkage() != null
                        ? ledger.lastCompleted(automation, run.number())
                                .map(last -> last.imported().read())
                                .orElse(null)
                        : null,
                own ? marks.last(List.of(automation), MARKS).getOrDefault(automation, List.of()) : List.of(),
                own && run.status().isResumable()
                        ? looks.of(automation).stream()
                                .filter(noted -> noted.reason() == Reason.HELD_BACK)
                                .map(LastLooks.Noted::name)
                                .toList()
                        : List.of()));
    }

    /** Rows a second that an import has committed in the last five minutes, in equal stretches, the oldest first. */
    public List<Double> pace(Run run) {
        Instant now = clock.instant();
        double seconds = SHOWN.toSeconds() / (double) STRETCHES;
        return numbers.committed(run.number(), now.minus(SHOWN), now, STRETCHES).stream()
                .map(rows -> rows / seconds)
                .toList();
    }
}
