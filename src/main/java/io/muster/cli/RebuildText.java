package io.muster.cli;

import io.muster.app.RebuildView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A rebuild in words. */
final class RebuildText {

    private RebuildText() {}

    /** The table and a line below it. */
    static String text(RebuildView view) {
        TextTable table = new TextTable("ID", "NAME", "COUNT", "ADDED", "REMOVED", "");
        view.segments()
                .forEach(segment -> table.row(
                        segment.id(),
                        segment.name(),
                        segment.count(),
                        segment.added(),
                        segment.removed(),
                        segment.state().equals("held") ? "held" : ""));
        return "%sVersion %d%s: %d segments over %,d contacts in %.1f s, as of %s\n"
                .formatted(
                        view.segments().isEmpty() ? "" : table,
                        view.version(),
                        view.joined() ? " (joined)" : "",
                        view.segments().size(),
                        view.contacts(),
                        view.seconds(),
                        view.asOf());
    }

    /** What was not published, as the one line that failed work leaves on standard error. */
    static Optional<String> heldNote(RebuildView view) {
        List<RebuildView.Segment> held = view.segments().stream()
                .filter(segment -> segment.state().equals("held"))
                .toList();
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Cannot publish all of version %d: held back, since their size jumped or they use one that"
                                        .formatted(view.version())
                                + " did: "
                                + held.stream()
                                        .map(segment -> "'%s' (%s, %,d members)"
                                                .formatted(segment.name(), segment.id(), segment.count()))
                                        .collect(Collectors.joining(", "))
                                + ". Look at them, then 'muster segments publish', or correct the cause and rebuild.");
    }
}
