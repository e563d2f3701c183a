package io.muster.cli;

import io.muster.app.EventRunView;
import java.util.List;
import java.util.Objects;

/** How JSON events are shown to a person. */
final class EventRunText {

    private static final Listing<EventRunView> EVENTS = new Listing<EventRunView>("No events.")
            .column("RUN", EventRunView::run)
            .column("AUTOMATION", EventRunView::automation)
            .column("STATUS", EventRunView::status)
            .column("RECEIVED", EventRunView::received)
            .column("OUTCOME", EventRunView::outcome)
            .column("CONTACT", EventRunView::contactId)
            .column("REASON", EventRunView::reason);

    private EventRunText() {}

    static void print(Output output, List<EventRunView> events) {
        output.print(events, () -> EVENTS.text(events));
    }

    static void print(Output output, EventRunView event) {
        output.print(
                event,
                () -> EVENTS.text(List.of(event))
                        + "sent by %s, %,d bytes, event id %s%n"
                                .formatted(
                                        event.sender(),
                                        event.size(),
                                        Objects.requireNonNullElse(event.eventId(), "-")));
    }
}
