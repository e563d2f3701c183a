package io.muster.intake;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactLookup;
import io.muster.dedup.EditResult;
import io.muster.dedup.IncomingContact;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.directory.OptOut;
import io.muster.directory.Verdict;
import io.muster.directory.store.Directories;
import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Makes contacts of visitors whom the directory does not know, where the project that is in force says so. It creates only, and
 * only who matches nobody under any rule [Q]. A visitor is judged by his own call first: only one who may become a contact is
 * looked for in the directory, and only one who is not found there leaves a trace in it.
 */
public final class Visitors {

    private static final int LONGEST_PAIR = 50;
    private static final int LONGEST_PAIRS = 400;

    /** Visitors for whom the database is asked at once: however many come, the rest of the connections is for others. */
    private static final int AT_ONCE = 4;

    /** Visitors who wait for that; further ones are to come again. */
    private static final int MOST_WAITING = 256;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a visitor is sent for. */
    public enum Purpose {
        /** Somebody visits. */
        VISIT,
        /** Somebody tries out whether contacts are made. */
        TEST
    }

    private final Intake intake;
    private final Directories directories;
    private final ContactLookup lookup;
    private final ContactEdits edits;
    private final Ids ids;
    private final InstantSource clock;
    private final MinuteQuota ofProjects;
    private final MinuteQuota ofCallers;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Map<VisitorOutcome, LongAdder> figures = new EnumMap<>(VisitorOutcome.class);

    Visitors(
            VisitorSettings settings,
            Intake intake,
            Directories directories,
            ContactLookup lookup,
            ContactEdits edits,
            InstantSource clock,
            Ids ids) {
        this.intake = intake;
        this.directories = directories;
        this.lookup = lookup;
        this.edits = edits;
        this.clock = clock;
        this.ids = ids;
        ofProjects = new MinuteQuota(settings.perProject(), clock);
        ofCallers = new MinuteQuota(settings.perCaller(), clock);
        Arrays.stream(VisitorOutcome.values()).forEach(outcome -> figures.put(outcome, new LongAdder()));
    }

    /** How many visitors this process has seen with this outcome. */
    public long with(VisitorOutcome outcome) {
        return figure(outcome).sum();
    }

    private LongAdder figure(VisitorOutcome outcome) {
        return Objects.requireNonNull(figures.get(outcome));
    }

    /** Refuses a visitor of a page that is none of the project's. */
    public VisitorAnswer refuseOrigin() {
        return counted(VisitorAnswer.of(VisitorOutcome.ORIGIN));
    }

    /**
     * Takes a visitor in.
     *
     * @param caller whose calls are counted together
     * @param purpose whether a person tests with it, who has shown a debug token: then the contact is marked
     * @throws Refusal of kind BUSY when the database cannot be asked now; nothing is kept of the visitor then
     */
    public VisitorAnswer receive(SentVisitor visitor, String caller, Purpose purpose) {
        return counted(ofCallers.take(caller) ? judged(visitor, purpose) : VisitorAnswer.of(VisitorOutcome.QUOTA));
    }

    private VisitorAnswer counted(VisitorAnswer answer) {
        figure(answer.outcome()).increment();
        return answer;
    }

    private VisitorAnswer judged(SentVisitor visitor, Purpose purpose) {
        Optional<VisitorOutcome> own = ownFault(visitor);
        if (own.isPresent()) {
            return VisitorAnswer.of(own.get());
        }

        String reference = visitor.reference();
        ProjectInUse project = intake.projects().project(visitor.project()).orElse(null);
        if (project == null) {
            return VisitorAnswer.of(VisitorOutcome.NOT_IN_FORCE);
        }

        if (reference == null) {
            return VisitorAnswer.of(VisitorOutcome.NO_REFERENCE);
        }

        DecisionCall call = new DecisionCall().at(clock.millis()).signature(visitor.signature());
        call.reference(reference);
        Optional<VisitorOutcome> fault = fault(project, call);
        if (fault.isPresent()) {
            return VisitorAnswer.of(fault.get());
        }

        if (!ofProjects.take(visitor.project(), reference)) {
            return VisitorAnswer.of(VisitorOutcome.QUOTA);
        }

        ContactEdits contacts = edits.as(actor(visitor.project()));
        return create(
                purpose == Purpose.TEST ? contacts.forTests() : contacts,
                visitor,
                reference,
                Objects.requireNonNull(project.definition().directory()));
    }

    /** What is wrong with the call whatever it is about. */
    private static Optional<VisitorOutcome> ownFault(SentVisitor visitor) {
        int all = 0;
        for (Map.Entry<String, String> pair : visitor.data().entrySet()) {
            int length = length(pair.getKey()) + length(pair.getValue());
            if (length > LONGEST_PAIR) {
                return Optional.of(VisitorOutcome.PAIR_TOO_LONG);
            }

            all += length;
        }

        if (all > LONGEST_PAIRS) {
            return Optional.of(VisitorOutcome.PAIRS_TOO_LONG);
        }

        return "".equals(visitor.reference()) ? Optional.of(VisitorOutcome.PLACEHOLDER) : Optional.empty();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Why the project creates nobody of this reference. */
    private static Optional<VisitorOutcome> fault(ProjectInUse project, DecisionCall call) {
        ProjectDefinition definition = project.definition();
        if (!project.isReference(call)) {
            return Optional.of(VisitorOutcome.PLACEHOLDER);
        }

        if (!definition.active()) {
            return Optional.of(VisitorOutcome.INACTIVE);
        }

        if (definition.directory() == null) {
            return Optional.of(VisitorOutcome.NOT_LINKED);
        }

        if (!definition.page().autoCreate()) {
            return Optional.of(VisitorOutcome.AUTO_CREATE_OFF);
        }

        return project.accepts(call) ? Optional.empty() : Optional.of(VisitorOutcome.SIGNATURE);
    }

    private VisitorAnswer create(ContactEdits contacts, SentVisitor visitor, String reference, String directory) {
        if (intake.isAway()) {
            throw away();
        }

        takePlace();
        try {
            Optional<Directory> found = ids.read(PublicId.DIRECTORY, directory).stream()
                    .mapToObj(number -> directories.byNumber(Math.toIntExact(number)))
                    .flatMap(Optional::stream)
                    .findFirst();
            return found.isPresent()
                    ? create(contacts, visitor, reference, found.get())
                    : VisitorAnswer.of(VisitorOutcome.NOT_LINKED);
        } finally {
            places.release();
        }
    }

    private void takePlace() {
        try {
            if (places.getQueueLength() < MOST_WAITING
                    && places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        throw Refusal.busy("BUSY", "Cannot take the visitor in: too many wait for the database. Try again later.");
    }

    private static Refusal away() {
        return Refusal.busy("DATABASE_AWAY", "Cannot take the visitor in: the database is away. Try again later.");
    }

    private VisitorAnswer create(ContactEdits contacts, SentVisitor visitor, String reference, Directory directory) {
        Values values = new Values(new FieldRules(directory.settings().region()));
        values.field(ContactField.EXT_REF, reference);
        visitor.fields().forEach(values::field);
        visitor.data().forEach(values::pair);
        Verdict.Invalid fault = values.fault;
        if (fault != null) {
            return new VisitorAnswer(VisitorOutcome.INVALID, fault.code(), fault.reason());
        }

        IncomingContact record = new IncomingContact(values.fields, values.embedded, OptOut.UNSAID);
        VisitorOutcome standing = standing(lookup.of(directory.number(), record));
        return VisitorAnswer.of(standing == VisitorOutcome.CREATED ? create(contacts, record, directory) : standing);
    }

    private VisitorOutcome create(ContactEdits contacts, IncomingContact record, Directory directory) {
        try {
            return switch (contacts.create(directory.number(), record)) {
                case EditResult.Created ignored -> VisitorOutcome.CREATED;
                case EditResult.ReferenceTaken ignored -> VisitorOutcome.EXISTS;
                case EditResult other -> {
                    // Somebody was faster: whom he has made says it.
                    VisitorOutcome now = standing(lookup.of(directory.number(), record));
                    yield now == VisitorOutcome.CREATED ? VisitorOutcome.IN_WORK : now;
                }
            };
        } catch (Refusal refusal) {
            if (refusal.kind() == Refusal.Kind.BUSY) {
                return VisitorOutcome.IN_WORK;
            }

            if (refusal.kind() == Refusal.Kind.NOT_FOUND) {
                return VisitorOutcome.NOT_LINKED;
            }

            throw refusal;
        }
    }

    /** Who creates the contacts of a project's visitors, as the audit log and their history name him. */
    static Actor actor(String project) {
        return Actor.system("intercept " + project);
    }

    private static VisitorOutcome standing(ContactLookup.Standing standing) {
        return switch (standing) {
            case NOBODY -> VisitorOutcome.CREATED;
            case KNOWN -> VisitorOutcome.EXISTS;
            case ANOTHER -> VisitorOutcome.MATCHES_ANOTHER;
            case IN_WORK -> VisitorOutcome.IN_WORK;
            case UNRECOGNISABLE -> VisitorOutcome.PLACEHOLDER;
        };
    }

    /** Values as the directory judges them; the first that cannot be stored is the fault. */
    private static final class Values {

        private final FieldRules rules;
        private final Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        private final Map<String, String> embedded = new HashMap<>();
        private Verdict.@Nullable Invalid fault;

        Values(FieldRules rules) {
            this.rules = rules;
        }

        void field(ContactField field, String value) {
            valid(rules.judge(field, value)).ifPresent(valid -> fields.put(field, valid));
        }

        void pair(String name, String value) {
            if (!Fold.isBlank(value)) {
                valid(rules.judgeEmbeddedName(name))
                        .ifPresent(spelled ->
                                valid(rules.judgeEmbedded(value)).ifPresent(valid -> embedded.put(spelled, valid)));
            }
        }

        private Optional<String> valid(Verdict verdict) {
            return switch (verdict) {
                case Verdict.Valid valid -> Optional.of(valid.value());
                case Verdict.Blank ignored -> Optional.empty();
                case Verdict.Invalid invalid -> {
                    fault = fault == null ? invalid : fault;
                    yield Optional.empty();
                }
            };
        }
    }
}
