package io.muster.segment;

import io.muster.database.PageReads;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.Names;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.AuditQuery;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.MailingLists;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The segments of the directories: what they are called, what they say and who uses whom. Who changes one is told by the
 * caller, who also knows whether that is allowed. Members come with the next rebuild.
 */
public final class Segments {

    private static final String CREATE = """
        INSERT INTO segment (directory_id, name, definition, revision, guard_share, guard_over, created_at,
          modified_at)
        VALUES (?, ?, ?, 1, ?, ?, ?, ?)
        """;

    private static final String REDEFINE =
            "UPDATE segment SET definition = ?, revision = revision + 1, modified_at = ? WHERE id = ?";

    private static final String DIRECTORIES = """
        SELECT id, name, time_zone FROM directory d
        WHERE EXISTS (SELECT 1 FROM segment s WHERE s.directory_id = d.id)
        ORDER BY name
        """;

    private static final String RENAME = "UPDATE segment SET name = ?, modified_at = ? WHERE id = ?";

    private static final String SET_GUARD =
            "UPDATE segment SET guard_share = ?, guard_over = ?, modified_at = ? WHERE id = ?";

    private static final String KEEP_DEFINITION = """
        INSERT INTO segment_definition (segment_id, revision, definition, actor, defined_at)
        VALUES (?, ?, ?, ?, ?)
        """;

    private static final String DEFINITIONS = """
        SELECT revision, definition, actor, defined_at FROM segment_definition
        WHERE segment_id = ?
        ORDER BY revision DESC
        """;

    private static final String USE = "INSERT INTO segment_use (directory_id, used_id, segment_id) VALUES (?, ?, ?)";

    private static final String UNUSE = "DELETE FROM segment_use WHERE segment_id = ?";

    private static final List<String> DELETE = List.of(
            "DELETE FROM segment_change WHERE directory_id = ? AND segment_id = ?",
            "DELETE FROM segment_publication WHERE directory_id = ? AND segment_id = ?",
            "DELETE FROM segment_block WHERE directory_id = ? AND segment_id = ?",
            "DELETE FROM segment_members WHERE directory_id = ? AND segment_id = ?",
            "DELETE FROM segment_version WHERE directory_id = ? AND segment_id = ?",
            "DELETE d FROM segment_definition d JOIN segment s ON s.id = d.segment_id"
                    + " WHERE s.directory_id = ? AND s.id = ?",
            "DELETE FROM segment_use WHERE directory_id = ? AND segment_id = ?",
            "DELETE FROM segment WHERE directory_id = ? AND id = ?");

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final MailingLists lists;
    private final InstantSource clock;
    private final Ids ids;
    private final SegmentRows rows;
    private final SegmentGate gate;
    private final Audit audit;
    private final PageReads reads;

    private record AllHolders() {}

    /** A directory that has segments. */
    public record Holder(int number, String id, String name, ZoneId zone) {}

    /** The segments in a database. */
    public Segments(
            JdbcClient jdbc, TransactionTemplate transactions, MailingLists lists, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.lists = lists;
        this.clock = clock;
        this.ids = ids;
        this.rows = new SegmentRows(jdbc, ids);
        this.gate = new SegmentGate(jdbc);
        this.audit = new Audit(jdbc, clock);
        this.reads = PageReads.of(jdbc);
    }

    /**
     * Creates a segment. It has no members until it was rebuilt.
     *
     * @param text its condition as YAML or JSON
     * @param actor who does it
     */
    public Segment create(Directory directory, String name, String text, SizeGuard guard, Actor actor) {
        String checked = Names.checked("Cannot create the segment", name, ids);
        String doing = "Cannot create the segment '" + checked + "'";
        Definition definition = Definition.read(doing, text, ids);
        return alone(directory.number(), () -> {
            definition.check(doing, directory.number(), lists, rows, ids);
            long now = clock.millis();
            GeneratedKeyHolder id = new GeneratedKeyHolder();
            try {
                jdbc.sql(CREATE)
                        .param(directory.number())
                        .param(checked)
                        .param(definition.json())
                        .param(guard.share())
                        .param(guard.over())
                        .param(now)
                        .param(now)
                        .update(id);
            } catch (DuplicateKeyException e) {
                throw nameTaken(doing, e);
            }

            long number = Objects.requireNonNull(id.getKey()).longValue();
            Segment created = rows.byNumber(number).orElseThrow();
            keep(created, definition, actor);
            enter(actor, "segment.create", created, checked);
            return created;
        });
    }

    /**
     * The segment of that id, or of that name in a directory.
     *
     * @param directory where it must be; null when only an id will do
     */
    public Segment find(@Nullable Integer directory, String idOrName) {
        String text = Fold.trim(idOrName);
        OptionalLong id = ids.read(PublicId.SEGMENT, text);
        if (id.isEmpty() && directory == null && !ids.isOfAnotherInstallation(text)) {
            throw Refusal.invalid(
                    "AMBIGUOUS_SEGMENT",
                    "Cannot use the segment '" + idOrName
                            + "': names are unique within a directory only. Give its id (SG_…), or its directory with the name.");
        }

        Optional<Segment> found = id.isPresent()
                ? rows.byNumber(id.getAsLong())
                : directory == null ? Optional.empty() : rows.byName(directory, text);
        // Of another directory's segment not even that is said that it exists.
        return found.filter(segment -> directory == null || segment.directory() == directory)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_SEGMENT",
                        "Cannot use the segment '" + idOrName + "': "
                                + (id.isPresent() && directory != null
                                        ? "the directory has no segment of that id."
                                        : Names.unknown("segment", PublicId.SEGMENT, text, ids))));
    }

    /** The segment of that numeric id. */
    public Optional<Segment> byNumber(long number) {
        return rows.byNumber(number);
    }

    /** Those of the segments that are there, of any directory. */
    public List<Segment> byNumbers(Collection<Long> numbers) {
        return rows.byNumbers(numbers);
    }

    /** Likewise; within a transaction, it is not deleted before that ends. */
    public Optional<Segment> shared(long number) {
        return rows.shared(number);
    }

    /** The directories that have segments, by name. */
    public List<Holder> directories() {
        return reads.once(
                new AllHolders(),
                () -> jdbc.sql(DIRECTORIES)
                        .query((row, index) -> new Holder(
                                row.getInt(1),
                                ids.directory(row.getInt(1)),
                                row.getString(2),
                                ZoneId.of(row.getString(3))))
                        .list());
    }

    /** The segments of a directory by name. */
    public List<Segment> of(int directory) {
        return rows.of(directory);
    }

    /** The segments of a directory whose conditions name a list. */
    public List<Segment> naming(MailingList list) {
        return of(list.directory()).stream()
                .filter(segment -> parsed(segment) instanceof ParsedCondition.Good good
                        && Conditions.uses(good.condition()).lists().contains(list.number()))
                .toList();
    }

    /**
     * Some segments of a directory by name.
     *
     * @param after the name of the last one of the page before; null for the first page
     */
    public List<Segment> page(int directory, @Nullable String after, int most) {
        return rows.page(directory, after == null ? "" : after, most);
    }

    /** Some segments of a directory, made after the one of that number, in the order of their making. */
    public List<Segment> inOrder(int directory, long after, int most) {
        return rows.inOrder(directory, after, most);
    }

    /** The segments whose conditions name another. */
    public List<Segment> users(Segment segment) {
        return rows.users(segment.directory(), segment.number());
    }

    /** The segments of a directory that have a version which is held, by name. */
    public List<SizedSegment> held(int directory) {
        return rows.held(directory);
    }

    /** The segment of that id, with its sizes; empty when the directory has none. */
    public Optional<SizedSegment> sized(int directory, String id) {
        OptionalLong number = ids.read(PublicId.SEGMENT, id);
        return number.isEmpty()
                ? Optional.empty()
                : rows.sized(number.getAsLong()).filter(found -> found.segment().directory() == directory);
    }

    /** Some segments of a directory with their sizes, as in {@link #page}. */
    public List<SizedSegment> sized(int directory, String after, int most) {
        return rows.sized(directory, after, most);
    }

    /** The condition of a text that is to be tried and not kept; a refusal when it is none. */
    public Condition<ContactTest> preview(Directory directory, String text) {
        String doing = "Cannot use the condition";
        Definition definition = Definition.read(doing, text, ids);
        definition.check(doing, directory.number(), lists, rows, ids);
        return definition.condition();
    }

    /** What the stored text of a segment says. */
    public ParsedCondition parsed(Segment segment) {
        return Conditions.parse(segment.definition(), ids);
    }

    /**
     * The condition of a segment.
     *
     * @throws Refusal when an earlier version of Muster stored one that is refused today: groups could be deeper once
     */
    public Condition<ContactTest> condition(Segment segment) {
        return switch (parsed(segment)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken ->
                throw Refusal.conflict(
                        "SEGMENT_UNREADABLE",
                        "Cannot use the segment " + segment.called() + ": its stored condition cannot be read, "
                                + broken.problems().getFirst().text() + " Give it another condition.");
        };
    }

    /** Gives a segment another condition; the same one, however written, changes nothing. */
    public Segment redefine(Segment segment, String text, Actor actor) {
        String doing = "Cannot update the segment " + segment.called();
        Definition definition = Definition.read(doing, text, ids);
        return alone(segment.directory(), () -> {
            Segment current = current(segment);
            if (current.definition().equals(definition.json())) {
                return current;
            }

            definition.check(doing, segment.directory(), lists, rows, ids);
            new UseCircle(jdbc, rows).refuse(doing, current, definition.uses().segments());
            jdbc.sql(REDEFINE)
                    .params(definition.json(), clock.millis(), segment.number())
                    .update();
            Segment changed = current(segment);
            jdbc.sql(UNUSE).param(segment.number()).update();
            keep(changed, definition, actor);
            enter(actor, "segment.update", changed, "revision " + changed.revision());
            return changed;
        });
    }

    /** Gives a segment another name. */
    public Segment rename(Segment segment, String name, Actor actor) {
        String doing = "Cannot rename the segment " + segment.called();
        String checked = Names.checked(doing, name, ids);
        return alone(segment.directory(), () -> {
            Segment current = current(segment);
            if (current.name().equals(checked)) {
                return current;
            }

            try {
                jdbc.sql(RENAME)
                        .params(checked, clock.millis(), segment.number())
                        .update();
            } catch (DuplicateKeyException e) {
                throw nameTaken(doing, e);
            }

            enter(actor, "segment.rename", current, current.name() + " → " + checked);
            return current(segment);
        });
    }

    /** Changes what holds new versions of a segment back. */
    public Segment guard(Segment segment, SizeGuard guard, Actor actor) {
        return alone(segment.directory(), () -> {
            Segment current = current(segment);
            if (current.guard().equals(guard)) {
                return current;
            }

            jdbc.sql(SET_GUARD)
                    .param(guard.share())
                    .param(guard.over())
                    .param(clock.millis())
                    .param(segment.number())
                    .update();
            enter(
                    actor,
                    "segment.guard",
                    current,
                    (guard.share() == null ? "off" : guard.share().toString()) + " over " + guard.over());
            return current(segment);
        });
    }

    /**
     * Deletes a segment with its members and their history; a refusal while others use it.
     *
     * @param unused refuses while something else names it, once nothing can begin to
     */
    public void delete(Segment segment, Consumer<Segment> unused, Actor actor) {
        alone(segment.directory(), () -> {
            Segment current = rows.alone(segment.number()).orElseThrow(() -> gone(segment));
            unused.accept(current);
            checkUnused(current);
            DELETE.forEach(sql ->
                    jdbc.sql(sql).params(current.directory(), current.number()).update());
            enter(actor, "segment.delete", current, current.name() + ": " + current.definition());
            return current;
        });
    }

    /** Refuses while conditions of other segments name it. */
    public void checkUnused(Segment segment) {
        List<Segment> users = users(segment);
        if (!users.isEmpty()) {
            throw Refusal.conflict(
                    "SEGMENT_IN_USE",
                    "Cannot delete the segment " + segment.called() + ": "
                            + users.stream().map(Segment::called).collect(Collectors.joining(", "))
                            + (users.size() == 1 ? " uses it." : " use it.")
                            + " Change or delete what uses it first.");
        }
    }

    /** The definitions a segment has had, newest first. */
    public List<DefinitionChange> definitions(Segment segment) {
        return jdbc.sql(DEFINITIONS)
                .param(segment.number())
                .query((row, index) ->
                        new DefinitionChange(row.getInt(1), row.getString(2), row.getString(3), row.getLong(4)))
                .list();
    }

    /** What was done to a segment, newest first. */
    public List<AuditEntry> actions(Segment segment, int most) {
        return audit.read(AuditQuery.about(PublicId.SEGMENT, segment.number()), null, most);
    }

    private void enter(Actor actor, String action, Segment segment, String result) {
        audit.enter(
                actor, action, AuditSubject.segment(segment.directory(), segment.number()), Map.of("result", result));
    }

    private void keep(Segment segment, Definition definition, Actor actor) {
        jdbc.sql(KEEP_DEFINITION)
                .params(segment.number(), segment.revision(), definition.json(), actor.text(), clock.millis())
                .update();
        for (long used : definition.uses().segments()) {
            jdbc.sql(USE).params(segment.directory(), used, segment.number()).update();
        }
    }

    private Segment current(Segment segment) {
        return rows.byNumber(segment.number()).orElseThrow(() -> gone(segment));
    }

    private static Refusal gone(Segment segment) {
        return Refusal.notFound(
                "UNKNOWN_SEGMENT", "Cannot use the segment " + segment.called() + ": it was deleted meanwhile.");
    }

    private static Refusal nameTaken(String doing, DuplicateKeyException e) {
        return Refusal.conflict(
                        "NAME_TAKEN",
                        doing + ": the directory has a segment of that name. Use it, or choose another name.")
                .causedBy(e);
    }

    /** Within one transaction that has the directory's segments to itself. */
    private Segment alone(int directory, Supplier<Segment> work) {
        return Objects.requireNonNull(transactions.execute(status -> {
            gate.pass(directory);
            return work.get();
        }));
    }
}
