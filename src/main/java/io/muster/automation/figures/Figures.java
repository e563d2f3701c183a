package io.muster.automation.figures;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of an installation in numbers. It holds no personal data.
 *
 * @param automations by name
 * @param work by step
 * @param directories by number
 * @param notifications those that are not done with
 * @param lag how long the schedule's oldest time that is due has waited for a server
 * @param skew by how much this process's clock is ahead of the database's
 */
public record Figures(
        List<OfAutomation> automations,
        List<Work> work,
        List<OfDirectory> directories,
        List<Waiting> notifications,
        Duration lag,
        Duration skew) {

    /** Copies the lists. */
    public Figures {
        automations = List.copyOf(automations);
        work = List.copyOf(work);
        directories = List.copyOf(directories);
        notifications = List.copyOf(notifications);
    }

    /**
     * An automation.
     *
     * @param name its id
     * @param lastSuccess when its last completed run ended; null when none has
     * @param hasFailed whether its last run that has ended failed or lost its process
     * @param nextDue when its schedule is due next, or was; null without a schedule
     * @param isRunning whether a server works on its schedule's time
     */
    public record OfAutomation(
            String name,
            @Nullable Instant lastSuccess,
            boolean hasFailed,
            @Nullable Instant nextDue,
            boolean isRunning) {}

    /**
     * Runs in one step that processes work on or will.
     *
     * @param silence since when nothing was heard of the quietest of them
     */
    public record Work(String step, int runs, Duration silence) {}

    /**
     * A directory.
     *
     * @param id its public id
     * @param segments its segments
     * @param held of them, those whose new version was held back since its size jumped
     * @param members members of all segments, as published
     * @param publishedAge how old the oldest published members are, those held back aside; null for none
     * @param changes rows of its change stream, at most
     * @param momentOpen for how long the oldest moment is open that a run reads; zero for none
     */
    public record OfDirectory(
            String id,
            long segments,
            long held,
            long members,
            @Nullable Duration publishedAge,
            long changes,
            Duration momentOpen) {}

    /**
     * Notifications of one state and channel.
     *
     * @param state {@code waiting} or {@code given-up}
     * @param channel {@code email} or {@code webhook}
     * @param oldest since when the oldest of them exists; zero for none
     */
    public record Waiting(String state, String channel, int count, Duration oldest) {}
}
