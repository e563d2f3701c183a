package io.muster.app;

import io.muster.directory.Actor;
import io.muster.jobs.Automations;
import io.muster.jobs.event.JsonEvent;
import io.muster.jobs.event.JsonEvent.State;
import io.muster.jobs.event.JsonEvents;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** JSON events as runs: each is one, with a number from a range of its own. */
public final class EventRuns {

    /** What commands and answers call these runs. */
    public static final String KIND = "event";

    private final JsonEvents events;
    private final Automations automations;
    private final Ids ids;

    /** The events of a database. */
    public EventRuns(JsonEvents events, Automations automations, Ids ids) {
        this.events = events;
        this.automations = automations;
        this.ids = ids;
    }

    /** Whether the id of a run is that of an event. */
    public boolean isEvent(String run) {
        return number(run).isPresent();
    }

    private OptionalLong number(String run) {
        OptionalLong number = ids.read(PublicId.RUN, run);
        return number.isPresent() ? JsonEvents.event(number.getAsLong()) : OptionalLong.empty();
    }

    /**
     * Events, newest first.
     *
     * @param automation the id in their job file; null for all
     */
    public List<EventRunView> list(@Nullable String automation, int most) {
        return events.list(automation == null ? 0 : automations.number(automation), 0, most).stream()
                .map(this::view)
                .toList();
    }

    /** One event. */
    public EventRunView show(String run) {
        return view(find(run));
    }

    private JsonEvent find(String run) {
        OptionalLong number = number(run);
        return (number.isPresent() ? events.find(number.getAsLong()) : Optional.<JsonEvent>empty())
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_RUN",
                                "Cannot find the run '" + run
                                        + "': there is no event of that id, or it is not kept any more. Take one of the list.")
                        .with("run", run));
    }

    /** Has a rejected event applied again, by its job as it is now; one that waits already stays as it is. */
    public EventRunView again(Actor actor, String run) {
        JsonEvent event = find(run);
        if (event.state() == State.COMPLETED || (event.state() == State.REJECTED && !events.again(event, actor))) {
            throw Refusal.conflict(
                            "EVENT_COMPLETED",
                            "Cannot reprocess the event " + run + ": it is applied. Nothing is to be done.")
                    .with("run", run);
        }

        return show(run);
    }

    private EventRunView view(JsonEvent event) {
        Integer directory = event.directory();
        Long contact = event.contact();
        return new EventRunView(
                ids.run(JsonEvents.run(event.number())),
                KIND,
                automations.name(event.automation()).orElse(null),
                event.state().name(),
                event.eventId(),
                event.received(),
                event.sender().name(),
                event.size(),
                event.applied(),
                event.outcome(),
                directory == null || contact == null ? null : ids.contact(directory, contact),
                event.code(),
                event.field(),
                event.reason());
    }
}
