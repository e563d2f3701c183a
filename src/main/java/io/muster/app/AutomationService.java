package io.muster.app;

import io.muster.automation.AutomationBusy;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.ContactImportRuns.Upcoming;
import io.muster.automation.jobfile.BrokenJobFile;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.JobFolder;
import io.muster.automation.jobfile.JobSource;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.ScheduleEntry;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobs.JobControl;
import io.muster.automation.notify.Notifications;
import io.muster.automation.schedule.Schedule.Firing;
import io.muster.automation.segments.StandingRebuilds;
import io.muster.automation.server.JobSchedules;
import io.muster.directory.Actor;
import io.muster.jobs.AskedRuns.AskedRun;
import io.muster.jobs.Automations;
import io.muster.jobs.Automations.Known;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Holds.Hold;
import io.muster.jobs.RunMark;
import io.muster.jobs.RunMarks;
import io.muster.segment.Segments.Holder;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Automations with their next runs and how the last ones went. */
public final class AutomationService {

    /** How many of the last runs of each automation a list shows. */
    public static final int LISTED_RUNS = 14;

    private static final int NEXT_TIMES = 10;
    private static final Pattern DAILY = Pattern.compile("(\\d+) (\\d+) \\* \\* \\*");

    private static final int SENT = 10;
    private static final int MOST_FILE_BYTES = 65_536;

    /** A page waits no longer than this for a source that does not answer. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final JobFiles files;
    private final StandingRebuilds standing;
    private final Automations automations;
    private final Deliveries deliveries;
    private final RunViews runs;
    private final RunMarks marks;
    private final JobControl control;
    private final ContactImportRuns imports;
    private final Notifications notifications;
    private final InstantSource clock;
    private final Ids ids;

    AutomationService(
            JobFiles files,
            StandingRebuilds standing,
            Automations automations,
            Deliveries deliveries,
            RunViews runs,
            RunMarks marks,
            JobControl control,
            ContactImportRuns imports,
            Notifications notifications,
            InstantSource clock,
            Ids ids) {
        this.files = files;
        this.standing = standing;
        this.automations = automations;
        this.deliveries = deliveries;
        this.runs = runs;
        this.marks = marks;
        this.control = control;
        this.imports = imports;
        this.notifications = notifications;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * What there is.
     *
     * @param broken job files that are not usable
     */
    public record All(List<AutomationView> automations, List<AutomationView.Broken> broken) {}

    /**
     * All automations by id, and the job files that are not usable. The database is asked as often for a hundred of them as
     * for one.
     *
     * @param most of the newest runs of each; 0 where they are not asked for
     */
    public All list(int most) {
        JobFolder folder = files.load();
        Map<String, Known> known = automations.known();
        List<LoadedJob> loaded = loaded(folder)
                .sorted(Comparator.comparing(one -> one.job().id()))
                .toList();
        Map<Long, List<RunMark>> last = most == 0
                ? Map.of()
                : marks.last(
                        loaded.stream()
                                .flatMap(one -> number(known, one.job().id()).stream())
                                .toList(),
                        most);
        Map<Long, List<String>> waiting = most == 0
                ? Map.of()
                : deliveries.allWaiting().stream()
                        .collect(Collectors.groupingBy(
                                Delivery::automation,
                                Collectors.mapping(delivery -> delivery.listed().name(), Collectors.toList())));
        return new All(
                loaded.stream()
                        .map(one -> {
                            long number = number(known, one.job().id()).orElse(0L);
                            return view(
                                    one,
                                    number,
                                    hold(known, one.job().id()),
                                    waiting.getOrDefault(number, List.of()),
                                    last.getOrDefault(number, List.of()));
                        })
                        .toList(),
                folder.broken().stream()
                        .map(file -> new AutomationView.Broken(file.file().toString(), file.lines()))
                        .toList());
    }

    private static @Nullable Hold hold(Map<String, Known> known, String job) {
        Known one = known.get(job);
        return one == null ? null : one.hold();
    }

    private static Optional<Long> number(Map<String, Known> known, String job) {
        return Optional.ofNullable(known.get(job)).map(Known::number);
    }

    /**
     * A rebuild that comes.
     *
     * @param segments of these alone, by id or name as the job file says; empty for all of the directory
     */
    public record PlannedRebuild(Instant at, List<String> segments) {

        /** Copies the segments. */
        public PlannedRebuild {
            segments = List.copyOf(segments);
        }

        /** Whether it rebuilds that segment. */
        public boolean covers(String id, String name) {
            return segments.isEmpty() || segments.contains(id) || segments.contains(name);
        }
    }

    /** The next rebuild by each automation that rebuilds segments of a directory that has some, the earliest first. */
    public List<PlannedRebuild> rebuilds(DirectoryView directory) {
        Instant now = clock.instant();
        List<PlannedRebuild> planned = new ArrayList<>();
        List<LoadedJob> written = files.load().jobs();
        Stream<LoadedJob> daily = standing
                .beside(
                        new Holder(
                                (int) ids.read(PublicId.DIRECTORY, directory.id())
                                        .orElseThrow(),
                                directory.id(),
                                directory.name(),
                                ZoneId.of(directory.timeZone())),
                        written)
                .stream();
        Stream.concat(written.stream(), daily).map(LoadedJob::job).forEach(job -> {
            if (job instanceof SegmentRebuildJob rebuild
                    && (rebuild.directory().strip().equals(directory.id())
                            || rebuild.directory().strip().equals(directory.name()))) {
                JobSchedules.next(job, now)
                        .ifPresent(firing -> planned.add(new PlannedRebuild(
                                firing.at(),
                                rebuild.segments().stream().map(String::strip).toList())));
            }
        });
        planned.sort(Comparator.comparing(PlannedRebuild::at));
        return planned;
    }

    private Stream<LoadedJob> loaded(JobFolder folder) {
        return Stream.concat(folder.jobs().stream(), standing.beside(folder.jobs()).stream());
    }

    /**
     * One automation.
     *
     * @param id {@code AU_…}, or the id in its job file
     * @param most of its newest runs
     * @param mostMarks of its newest runs as marks
     */
    public AutomationDetail show(String id, int most, int mostMarks) {
        LoadedJob loaded = find(id);
        JobFile job = loaded.job();
        return new AutomationDetail(
                view(loaded, mostMarks),
                text(loaded.file()),
                job instanceof ContactImportJob imported && imported.source() instanceof JobSource.Drop,
                control.asked(job.id()).orElse(null),
                runs.rows(new RunSearch(null, job.id(), null, null, most), null).items(),
                notifications.sent(job.id(), SENT));
    }

    /** The automation of that id alone, for what is done with it. */
    public AutomationView view(String id) {
        return view(find(id), 0);
    }

    private AutomationView view(LoadedJob loaded, int mostMarks) {
        String name = loaded.job().id();
        Map<String, Known> known = automations.known();
        long number = number(known, name).orElse(0L);
        return view(
                loaded,
                number,
                hold(known, name),
                number == 0
                        ? List.of()
                        : deliveries.waiting(number).stream()
                                .map(delivery -> delivery.listed().name())
                                .toList(),
                number == 0 || mostMarks == 0
                        ? List.of()
                        : marks.last(List.of(number), mostMarks).getOrDefault(number, List.of()));
    }

    private LoadedJob find(String id) {
        JobFolder folder = files.load();
        OptionalLong number = ids.read(PublicId.AUTOMATION, id);
        String name = number.isEmpty()
                ? id
                : automations.known().values().stream()
                        .filter(known -> known.number() == number.getAsLong())
                        .map(Known::name)
                        .findFirst()
                        .orElse(id);
        return loaded(folder)
                .filter(loaded -> loaded.job().id().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(id, name, folder));
    }

    private Refusal unknown(String id, String name, JobFolder folder) {
        Optional<BrokenJobFile> broken = automations
                .jobFile(name)
                .flatMap(path -> folder.broken().stream()
                        .filter(file -> file.file()
                                .toAbsolutePath()
                                .normalize()
                                .toString()
                                .equals(path))
                        .findFirst());
        return broken.map(file -> Refusal.conflict(
                                "BROKEN_JOB_FILE",
                                "Cannot show the automation '" + name + "': its job file is not usable now. "
                                        + String.join(" ", file.lines())
                                        + " Correct the file; the server goes on with what it said before.")
                        .with("automation", id))
                .orElseGet(() -> Refusal.notFound(
                                "UNKNOWN_AUTOMATION",
                                "There is no automation '" + id + "', or its job file is not usable now.")
                        .with("automation", id));
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_FILE_BYTES), StandardCharsets.UTF_8);
        } catch (IOException ignored) {
            return "";
        }
    }

    /** Holds an automation, with a reason that everybody who sees it reads. */
    public Hold hold(String id, String reason, Actor actor) {
        return control.hold(find(id).job(), reason, actor);
    }

    /** Releases an automation; the second time nothing is changed. */
    public boolean release(String id, Actor actor) {
        return control.release(find(id).job(), actor);
    }

    /** When an automation would run next if nobody held it, at most ten times. */
    public List<Instant> times(String id) {
        return next(find(id).job());
    }

    /** What an automation would do if it ran now, after a look at its source. */
    public RunForecast forecast(String id) {
        LoadedJob loaded = find(id);
        AutomationView view = view(loaded, 0);
        boolean takes = loaded.job() instanceof ContactImportJob
                || (loaded.job() instanceof WorkflowJob work && work.driver().isPresent());
        if (!takes) {
            return new RunForecast(view, null, null);
        }

        FutureTask<Upcoming> look = new FutureTask<>(() -> imports.upcoming(loaded.job()));
        Thread.ofVirtual().name("look").start(look);
        try {
            return new RunForecast(view, look.get(LOOK.toSeconds(), TimeUnit.SECONDS), null);
        } catch (TimeoutException ignored) {
            look.cancel(true);
            return new RunForecast(view, null, "Its source has not answered within " + LOOK.toSeconds() + " seconds.");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Refusal || failed.getCause() instanceof AutomationBusy) {
                return new RunForecast(view, null, failed.getCause().getMessage());
            }

            throw failed.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot look at the source: interrupted. Ask again.")
                    .causedBy(interrupted);
        }
    }

    /** The last run that a person asked for; null when no person has. */
    public @Nullable AskedRun asked(String job) {
        return control.asked(job).orElse(null);
    }

    /** Asks for a run, which a server begins within seconds. */
    public AskedRun run(String id, Actor actor) {
        return control.run(find(id).job(), null, actor);
    }

    /** Asks for the import of a file that waits since it came late. */
    public AskedRun takeAgain(String id, String file, Actor actor) {
        LoadedJob loaded = find(id);
        boolean waits = view(loaded, 0).waiting().contains(file);
        Optional<AskedRun> asked = control.asked(loaded.job().id());
        if (!waits && asked.filter(one -> file.equals(one.file())).isEmpty()) {
            throw Refusal.conflict(
                            "FILE_NOT_WAITING",
                            "Cannot take '" + file + "': it does not wait any more. Look at the runs of "
                                    + loaded.job().id() + ".")
                    .with("file", file);
        }

        // Pressed again when it was taken already.
        return !waits ? asked.get() : control.run(loaded.job(), file, actor);
    }

    private AutomationView view(
            LoadedJob loaded, long number, @Nullable Hold hold, List<String> waiting, List<RunMark> last) {
        JobFile job = loaded.job();
        List<Instant> next = hold == null ? next(job) : List.of();
        return new AutomationView(
                job.id(),
                number == 0 ? "" : ids.of(PublicId.AUTOMATION, number),
                job.name(),
                kind(job),
                loaded.file().toString(),
                directory(job),
                job.zone(),
                job.schedules().stream().map(entry -> text(entry, job)).toList(),
                next,
                next.isEmpty() && hold == null ? idle(job) : null,
                hold,
                job.missedRuns(),
                job.alarm(),
                hold == null
                        ? JobSchedules.nextAlarm(job, clock.instant())
                                .map(Firing::at)
                                .orElse(null)
                        : null,
                waiting,
                last);
    }

    private static String kind(JobFile job) {
        return switch (job) {
            case ContactImportJob ignored -> ContactImportJob.KIND;
            case SegmentRebuildJob ignored -> SegmentRebuildJob.KIND;
            case EventJob ignored -> EventJob.KIND;
            case WorkflowJob ignored -> WorkflowJob.KIND;
        };
    }

    private static String directory(JobFile job) {
        return switch (job) {
            case ContactImportJob imported -> imported.loading().target().directory();
            case SegmentRebuildJob rebuild -> rebuild.directory();
            case EventJob event -> event.target().directory();
            case WorkflowJob ignored -> "";
        };
    }

    private static String text(ScheduleEntry entry, JobFile job) {
        return entry.cron() != null
                ? words(entry.cron().toString()) + " (" + (entry.zone() == null ? job.zone() : entry.zone()) + ")"
                : "every " + String.valueOf(entry.every()).substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    /** What runs at one time of every day, in words; all else as it is written. */
    private static String words(String cron) {
        Matcher daily = DAILY.matcher(cron);
        return daily.matches()
                ? "daily at %02d:%02d".formatted(Integer.parseInt(daily.group(2)), Integer.parseInt(daily.group(1)))
                : cron;
    }

    private List<Instant> next(JobFile job) {
        List<Instant> times = new ArrayList<>();
        Optional<Firing> firing = JobSchedules.next(job, clock.instant());
        while (firing.isPresent() && times.size() < NEXT_TIMES) {
            times.add(firing.get().at());
            firing = JobSchedules.next(job, firing.get().at());
        }

        return times;
    }

    private static @Nullable String idle(JobFile job) {
        if (job instanceof EventJob) {
            return "It runs when events come.";
        }

        return job.enabled()
                ? "It has no schedule: it runs on demand only."
                : "Its job file says enabled: false, so that its schedules do not run.";
    }
}
