package io.muster.jobs.contactimport;

import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Warnings about a file, compared with earlier files of the same automation. */
final class EarlierFiles {

    private final ImportStores stores;
    private final JsonMapper json;

    EarlierFiles(ImportStores stores, JsonMapper json) {
        this.stores = stores;
        this.json = json;
    }

    List<String> warnings(SurveyTask task) {
        Delivery delivery =
                stores.deliveries().find(task.work().delivery().id()).orElseThrow();
        long automation = task.work().automationNumber();
        if (automation == Deliveries.NO_AUTOMATION) {
            return List.of();
        }

        List<String> warnings = new ArrayList<>();
        String sha256 = delivery.sha256();
        if (sha256 != null && delivery.automation() == automation) {
            // The export that made it may be stuck.
            stores.deliveries()
                    .sameContent(delivery, HexFormat.of().parseHex(sha256))
                    // The same file again: somebody wanted that.
                    .filter(earlier -> !earlier.listed().isSameAs(delivery.listed()))
                    .ifPresent(earlier -> warnings.add(
                            "The file has the same content as " + earlier.path() + ", which was imported before."));
        }

        Optional<Run> last = stores.runs()
                .lastCompleted(automation, task.work().lease().run().number());
        String report = last.map(Run::report).orElse(null);
        if (last.isPresent() && report != null) {
            warnings.addAll(columns(task, last.get(), json.readValue(report, ImportReport.class)));
        }

        return warnings;
    }

    private static List<String> columns(SurveyTask task, Run last, ImportReport report) {
        Set<String> before = named(report.header());
        Set<String> now = named(task.header());
        List<String> gone =
                before.stream().filter(column -> !now.contains(column)).toList();
        List<String> added = task.plan().columns().stream()
                .filter(column -> now.contains(column.name()) && !before.contains(column.name()))
                .map(column -> column.name()
                        + (column.target() instanceof Target.Ignore
                                ? " (left out)"
                                : " (" + column.target().text() + ")"))
                .toList();
        List<String> warnings = new ArrayList<>();
        if (!gone.isEmpty()) {
            warnings.add("Columns of the last file (run " + last.id() + ") that this file lacks: "
                    + ColumnPlan.list(gone) + ".");
        }

        if (!added.isEmpty()) {
            warnings.add(
                    "Columns that the last file (run " + last.id() + ") did not have: " + ColumnPlan.list(added) + ".");
        }

        return warnings;
    }

    private static Set<String> named(List<String> header) {
        return header.stream()
                .filter(name -> !name.isEmpty() && !ColumnPlan.NO_DATA.contains(name))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
