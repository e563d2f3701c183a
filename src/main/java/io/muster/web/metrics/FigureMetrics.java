package io.muster.web.metrics;

import io.muster.automation.figures.Figures;
import io.muster.automation.figures.Figures.OfAutomation;
import io.muster.automation.figures.Figures.OfDirectory;
import io.muster.automation.figures.Figures.Waiting;
import io.muster.automation.figures.Figures.Work;
import io.muster.support.metrics.BoundedLabel;
import io.muster.support.metrics.Gauges;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The figures of the database as gauges, the same on every server. While the database does not answer there are none. */
final class FigureMetrics implements MultiCollector {

    private static final String AUTOMATION = "automation";
    private static final String DIRECTORY = "directory";

    private final Latest<Figures> figures;
    private final BoundedLabel automations;
    private final BoundedLabel directories;

    FigureMetrics(Latest<Figures> figures, BoundedLabel automations, BoundedLabel directories) {
        this.figures = figures;
        this.automations = automations;
        this.directories = directories;
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(figures.get().stream()
                .flatMap(now -> Stream.of(
                                ofAutomations(now.automations()),
                                ofWork(now.work()),
                                ofDirectories(now.directories()),
                                ofNotifications(now.notifications()),
                                ofClocks(now))
                        .flatMap(List::stream))
                .map(Gauges::snapshot)
                .flatMap(Optional::stream)
                .toList());
    }

    private List<Gauges> ofAutomations(List<OfAutomation> all) {
        Gauges success = new Gauges(
                "muster_automation_last_success_timestamp_seconds",
                "When the last completed run of the automation ended",
                Math::min);
        Gauges failed = new Gauges(
                "muster_automation_failed",
                "1 when the automation's last run that has ended failed or lost its process",
                Math::max);
        Gauges due = new Gauges(
                "muster_automation_next_due_timestamp_seconds",
                "When the automation's schedule is due next; in the past, when no server has taken it up",
                Math::min);
        Gauges running = new Gauges(
                "muster_automation_running",
                "1 while a server works on what the automation's schedule has called for",
                Math::max);
        for (OfAutomation one : all) {
            String name = automations.of(one.name());
            success.add(timestamp(one.lastSuccess()), AUTOMATION, name);
            failed.add(one.hasFailed() ? 1.0 : 0.0, AUTOMATION, name);
            if (one.nextDue() != null) {
                due.add(timestamp(one.nextDue()), AUTOMATION, name);
                running.add(one.isRunning() ? 1.0 : 0.0, AUTOMATION, name);
            }
        }

        return List.of(success, failed, due, running);
    }

    private static List<Gauges> ofWork(List<Work> work) {
        Gauges runs = new Gauges("muster_runs_active", "Runs that processes work on or will", Double::sum);
        Gauges age = new Gauges(
                "muster_run_heartbeat_age_seconds",
                "How long nothing was heard of the quietest of these runs",
                Math::max);
        for (Work one : work) {
            runs.add((double) one.runs(), "step", one.step());
            age.add(seconds(one.silence()), "step", one.step());
        }

        return List.of(runs, age);
    }

    private List<Gauges> ofDirectories(List<OfDirectory> all) {
        Gauges segments = new Gauges("muster_segments", "Segments", Double::sum);
        Gauges held = new Gauges(
                "muster_segments_held", "Segments whose new version was held back since its size jumped", Double::sum);
        Gauges members = new Gauges("muster_segment_members", "Members of all segments, as published", Double::sum);
        Gauges age = new Gauges(
                "muster_segments_published_age_seconds",
                "Age of the oldest published members of a segment that is not held back",
                Math::max);
        Gauges changes = new Gauges(
                "muster_change_log_rows",
                "Rows of the change stream at most, by their first and last ids",
                Double::sum);
        Gauges moment = new Gauges(
                "muster_moment_open_seconds",
                "How long the oldest moment is open that a rebuild or snapshot reads; 0 for none",
                Math::max);
        for (OfDirectory one : all) {
            String id = directories.of(one.id());
            segments.add((double) one.segments(), DIRECTORY, id);
            held.add((double) one.held(), DIRECTORY, id);
            members.add((double) one.members(), DIRECTORY, id);
            age.add(seconds(one.publishedAge()), DIRECTORY, id);
            changes.add((double) one.changes(), DIRECTORY, id);
            moment.add(seconds(one.momentOpen()), DIRECTORY, id);
        }

        return List.of(segments, held, members, age, changes, moment);
    }

    private static List<Gauges> ofNotifications(List<Waiting> all) {
        Gauges count = new Gauges(
                "muster_notifications", "Notifications that wait or were given up, not sent ones", Double::sum);
        Gauges age =
                new Gauges("muster_notifications_age_seconds", "Age of the oldest of these notifications", Math::max);
        for (Waiting one : all) {
            String[] labels = {"state", one.state(), "channel", one.channel()};
            count.add((double) one.count(), labels);
            age.add(seconds(one.oldest()), labels);
        }

        return List.of(count, age);
    }

    private static List<Gauges> ofClocks(Figures now) {
        return List.of(
                new Gauges(
                                "muster_scheduler_lag_seconds",
                                "How long the schedule's oldest time that is due has waited for a server",
                                Math::max)
                        .add(seconds(now.lag())),
                new Gauges(
                                "muster_clock_skew_seconds",
                                "By how much the clock of this process is ahead of the database's",
                                Math::max)
                        .add(seconds(now.skew())));
    }

    private static @Nullable Double timestamp(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli() / 1e3;
    }

    private static @Nullable Double seconds(@Nullable Duration time) {
        return time == null ? null : time.toMillis() / 1e3;
    }
}
