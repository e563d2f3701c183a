package io.muster.intake;

import io.muster.directory.TouchpointKind;
import io.muster.directory.store.Directories;
import io.muster.intake.AcceptedEvent.Count;
import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.load.EventSources;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what pages and systems send. An event is judged by the definitions that are published when it comes; then it is
 * written, and its caller is answered when that is committed, or when it is safe in the spool.
 */
public final class Intake implements AutoCloseable {

    /** What happened longer ago than this is taken for the mistake of a clock. */
    static final Duration OLDEST = Duration.ofDays(30);

    private final KnownProjects projects;
    private final Directories directories;
    private final EventWriter writer;
    private final InstantSource clock;
    private final Ids ids;
    private final IntakeFigures figures;

    /**
     * What came of a call.
     *
     * @param accepted how many events it had
     * @param known whether the directory knows the contact of each; null while they wait in the spool
     */
    public record Receipt(int accepted, @Nullable List<Boolean> known) {}

    /**
     * How it is.
     *
     * @param awaySince since when the database does not answer; empty when it does
     * @param spoolBytes bytes that wait in the spool
     * @param spoolLimit the most bytes that may wait there
     * @param takesMore whether events that come now are accepted
     * @param putAside files with events that cannot be recorded
     */
    public record Condition(
            Optional<Instant> awaySince, long spoolBytes, long spoolLimit, boolean takesMore, List<Path> putAside) {

        /** Copies the list. */
        public Condition {
            putAside = List.copyOf(putAside);
        }
    }

    private Intake(
            IntakeSettings settings,
            KnownProjects projects,
            Directories directories,
            DataSource dataSource,
            InstantSource clock,
            Ids ids) {
        this.projects = projects;
        this.directories = directories;
        this.clock = clock;
        this.ids = ids;
        figures = new IntakeFigures();
        writer = new EventWriter(
                new EventSpool(settings.spool(), settings.spoolBytes(), clock),
                new EventRecorder(dataSource, clock),
                settings.patience(),
                clock,
                figures);
    }

    /** Begins to take in events, and to record those that wait in the spool. */
    public static Intake start(
            IntakeSettings settings,
            KnownProjects projects,
            Directories directories,
            DataSource dataSource,
            InstantSource clock,
            Ids ids) {
        Intake intake = new Intake(settings, projects, directories, dataSource, clock, ids);
        intake.writer.start();
        return intake;
    }

    /** The projects by whose definitions events are judged. */
    public KnownProjects projects() {
        return projects;
    }

    /** What was counted. */
    public IntakeFigures figures() {
        return figures;
    }

    /** How it is now. */
    public Condition condition() {
        return writer.condition();
    }

    /** Whether the database is away. */
    boolean isAway() {
        return writer.isAway();
    }

    /**
     * Takes in displays or clicks.
     *
     * @throws Refusal of kind BUSY when they can be neither recorded nor kept
     */
    public Receipt events(List<SentEvent> sent) {
        long now = clock.millis();
        DecisionCall call = new DecisionCall();
        return accept(sent.stream().map(event -> accepted(event, call, now)).toList());
    }

    private Receipt accept(List<AcceptedEvent> events) {
        List<EventOutcome> outcomes = writer.write(events);
        figures.accepted(events.size());
        return new Receipt(
                events.size(),
                outcomes.isEmpty() && !events.isEmpty()
                        ? null
                        : outcomes.stream().map(EventOutcome::isKnown).toList());
    }

    private AcceptedEvent accepted(SentEvent event, DecisionCall call, long now) {
        ProjectInUse project = projects.project(event.project()).orElse(null);
        InterceptDefinition intercept =
                projects.intercept(event.project(), event.intercept()).orElse(null);
        OptionalLong projectNumber = ids.read(PublicId.PROJECT, event.project());
        if (project == null || intercept == null || projectNumber.isEmpty()) {
            return new Making(event, now).without(EventOutcome.NOT_IN_FORCE, null);
        }

        Making making = new Making(event, now);
        Count count = new Count(projectNumber.getAsLong(), intercept.number());
        String directory = project.definition().directory();
        if (directory == null || !intercept.linked()) {
            return making.without(EventOutcome.UNLINKED, count);
        }

        String reference = event.reference();
        if (reference != null) {
            call.at(now).signature(event.signature()).reference(reference);
        }

        if (reference == null || !project.isReference(call)) {
            return making.without(EventOutcome.NO_REFERENCE, count);
        }

        if (!project.accepts(call)) {
            return making.without(EventOutcome.UNKNOWN, count);
        }

        int number = Math.toIntExact(ids.read(PublicId.DIRECTORY, directory).orElseThrow());
        return making.toRecord(number, reference, intercept.survey(), count);
    }

    /** An accepted event in the making. */
    private record Making(SentEvent event, long now) {

        AcceptedEvent without(EventOutcome outcome, @Nullable Count count) {
            return made(outcome, 0, null, null, count);
        }

        AcceptedEvent toRecord(int directory, String reference, @Nullable String survey, Count count) {
            return made(null, directory, reference, survey, count);
        }

        private AcceptedEvent made(
                @Nullable EventOutcome outcome,
                int directory,
                @Nullable String reference,
                @Nullable String survey,
                @Nullable Count count) {
            return new AcceptedEvent(
                    outcome,
                    count,
                    event.kind(),
                    event.channel(),
                    directory,
                    null,
                    reference,
                    survey,
                    event.intercept(),
                    event.project(),
                    event.id(),
                    EventSources.PAGES,
                    key(),
                    at(event.at(), now, OLDEST));
        }

        /** One display has an id; what was done with it is a record of its own. */
        private String key() {
            String id = event.project() + "/" + event.id();
            return event.kind() == TouchpointKind.SHOWN
                    ? id
                    : id + "/" + event.kind().word();
        }
    }

    /** When it happened: nothing happens after it was heard of. */
    private static long at(@Nullable Long said, long now, Duration oldest) {
        return said == null || said > now || said < now - oldest.toMillis() ? now : said;
    }

    /**
     * Takes in touchpoints that other systems report.
     *
     * @param numbers the number of each directory that they name
     * @throws Refusal of kind BUSY when they can be neither recorded nor kept
     */
    public Receipt touchpoints(List<SentTouchpoint> sent, Map<String, Integer> numbers) {
        long now = clock.millis();
        return accept(sent.stream()
                .map(one -> accepted(one, Objects.requireNonNull(numbers.get(one.directory())), now))
                .toList());
    }

    private AcceptedEvent accepted(SentTouchpoint one, int directory, long now) {
        String contact = one.contact();
        OptionalLong id = contact == null ? OptionalLong.empty() : ids.read(PublicId.CONTACT, contact);
        boolean isHere = contact == null || (id.isPresent() && PublicId.directoryOf(id.getAsLong()) == directory);
        Long at = one.at();
        return new AcceptedEvent(
                isHere ? null : EventOutcome.UNKNOWN,
                null,
                one.kind(),
                one.channel(),
                directory,
                id.isPresent() ? PublicId.numberOf(id.getAsLong()) : null,
                one.reference(),
                one.survey(),
                null,
                null,
                null,
                EventSources.REPORTS,
                one.key(),
                at == null || at > now ? now : at);
    }

    /**
     * The numbers of the directories that touchpoints name.
     *
     * @throws Refusal when one is not there
     */
    public Map<String, Integer> directories(List<SentTouchpoint> sent) {
        Map<String, Integer> numbers = new HashMap<>();
        for (SentTouchpoint one : sent) {
            numbers.computeIfAbsent(one.directory(), this::directory);
        }

        return numbers;
    }

    /** By its id without the database while that is away; by its name with it only. */
    private int directory(String idOrName) {
        OptionalLong id = ids.read(PublicId.DIRECTORY, idOrName.strip());
        if (writer.isAway()) {
            if (id.isPresent()) {
                return Math.toIntExact(id.getAsLong());
            }

            throw Refusal.busy(
                    "DATABASE_AWAY",
                    "Cannot look the directory '" + idOrName + "' up: the database is away. Name it by its id, or send"
                            + " the touchpoints again.");
        }

        return directories.find(idOrName).number();
    }

    @Override
    public void close() {
        writer.close();
    }
}
