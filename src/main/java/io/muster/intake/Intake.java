package io.muster.intake;

import io.muster.directory.TouchpointChannel;
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
import java.util.Set;
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

    /**
     * Takes in responses.
     *
     * @param vouched the public ids of the projects whose references the caller vouches for, signed or not
     * @throws Refusal of kind BUSY when they can be neither recorded nor kept
     */
    public Receipt responses(List<SentResponse> sent, Set<String> vouched) {
        long now = clock.millis();
        DecisionCall call = new DecisionCall();
        return accept(sent.stream()
                .map(response -> accepted(response, vouched.contains(response.project()), call, now))
                .toList());
    }

    private AcceptedEvent accepted(SentEvent event, DecisionCall call, long now) {
        Visitor visitor = new Visitor(event.project(), event.intercept(), event.reference(), event.signature(), false);
        Judgement judgement = judge(visitor, call, now);
        String id = event.project() + "/" + event.id();
        return new AcceptedEvent(
                judgement.outcome(),
                judgement.count(),
                event.kind(),
                event.channel(),
                judgement.directory(),
                null,
                judgement.reference(),
                judgement.survey(),
                event.intercept(),
                event.project(),
                event.id(),
                EventSources.PAGES,
                // One display has an id; what was done with it is a record of its own.
                event.kind() == TouchpointKind.SHOWN
                        ? id
                        : id + "/" + event.kind().word(),
                at(event.at(), now, OLDEST),
                null);
    }

    private AcceptedEvent accepted(SentResponse sent, boolean vouched, DecisionCall call, long now) {
        Visitor visitor = new Visitor(sent.project(), sent.intercept(), sent.reference(), sent.signature(), vouched);
        Judgement judgement = judge(visitor, call, now);
        return new AcceptedEvent(
                judgement.outcome(),
                judgement.count(),
                TouchpointKind.ANSWERED,
                TouchpointChannel.WEB,
                judgement.directory(),
                null,
                judgement.reference(),
                sent.survey() == null ? judgement.survey() : sent.survey(),
                sent.intercept(),
                sent.project(),
                null,
                EventSources.PAGES,
                sent.id(),
                at(sent.at(), now, OLDEST),
                new AcceptedEvent.Response(judgement.verified(), sent.answers(), judgement.attach()));
    }

    /**
     * Who is said to have done something where.
     *
     * @param vouched whether the caller vouches for the reference, so that it need not be signed
     */
    private record Visitor(
            String project,
            String intercept,
            @Nullable String reference,
            @Nullable String signature,
            boolean vouched) {}

    /**
     * What an event is by the definitions.
     *
     * @param outcome what came of it where that is known; null for one that is to be recorded for a contact
     * @param count what it is counted under; null for nothing
     * @param directory the number of the directory; 0 when it is for no contact
     * @param reference the reference of the contact; null when it is for none
     * @param survey that of the intercept
     * @param attach names of embedded data that responses take along; empty for all
     * @param verified whether the caller or a signature vouches for it
     */
    private record Judgement(
            @Nullable EventOutcome outcome,
            @Nullable Count count,
            int directory,
            @Nullable String reference,
            @Nullable String survey,
            List<String> attach,
            boolean verified) {}

    private Judgement judge(Visitor visitor, DecisionCall call, long now) {
        ProjectInUse project = projects.project(visitor.project()).orElse(null);
        InterceptDefinition intercept =
                projects.intercept(visitor.project(), visitor.intercept()).orElse(null);
        OptionalLong projectNumber = ids.read(PublicId.PROJECT, visitor.project());
        if (project == null || intercept == null || projectNumber.isEmpty()) {
            return new Judgement(EventOutcome.NOT_IN_FORCE, null, 0, null, null, List.of(), false);
        }

        call.at(now).signature(visitor.signature());
        String reference = visitor.reference();
        if (reference != null) {
            call.reference(reference);
        }

        boolean isReference = project.isReference(call);
        boolean verified = visitor.vouched() || (isReference && project.isSigned(call));
        String directory = project.definition().directory();
        EventOutcome outcome = null;
        if (directory == null || !intercept.linked()) {
            outcome = EventOutcome.UNLINKED;
        } else if (!isReference) {
            outcome = EventOutcome.NO_REFERENCE;
        } else if (!visitor.vouched() && !project.accepts(call)) {
            outcome = EventOutcome.UNKNOWN;
        }

        Count count = new Count(projectNumber.getAsLong(), intercept.number());
        return directory == null || outcome != null
                ? new Judgement(outcome, count, 0, null, intercept.survey(), List.of(), verified)
                : new Judgement(
                        null,
                        count,
                        Math.toIntExact(ids.read(PublicId.DIRECTORY, directory).orElseThrow()),
                        reference,
                        intercept.survey(),
                        project.definition().page().attach(),
                        verified);
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
                at == null || at > now ? now : at,
                null);
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
