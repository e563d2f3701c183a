package io.muster.app;

import io.muster.intake.EventCounts;
import io.muster.intercept.Intercept;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How many displays, clicks and responses came of the intercepts of a project, and what happened to them. */
public final class EventCountService {

    private static final int MOST_DAYS = 10_000;

    private final Projects projects;
    private final EventCounts counts;
    private final InstantSource clock;
    private final Ids ids;

    /**
     * How many events of a kind had an outcome on a day, as the intake decided.
     *
     * @param day in UTC
     * @param name of the intercept; null when it was deleted since
     */
    public record Count(
            LocalDate day, String intercept, @Nullable String name, String kind, String outcome, long events) {}

    EventCountService(Projects projects, EventCounts counts, InstantSource clock, Ids ids) {
        this.projects = projects;
        this.counts = counts;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Those of the last days, the newest day first.
     *
     * @param days how many, today included
     */
    public List<Count> of(String project, int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw Refusal.invalid("INVALID_DAYS", "Cannot count events: ask for 1 to %,d days.".formatted(MOST_DAYS));
        }

        Project found = projects.find(project);
        Map<Long, String> names =
                projects.intercepts(found).stream().collect(Collectors.toMap(Intercept::number, Intercept::name));
        LocalDate from = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().minusDays(days - 1L);
        return counts.of(found.number(), from).stream()
                .map(counted -> new Count(
                        counted.day(),
                        ids.of(PublicId.INTERCEPT, counted.intercept()),
                        names.get(counted.intercept()),
                        counted.kind(),
                        counted.outcome(),
                        counted.events()))
                .toList();
    }
}
