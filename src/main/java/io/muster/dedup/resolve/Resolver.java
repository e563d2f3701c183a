package io.muster.dedup.resolve;

import io.muster.dedup.rules.Change;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyDifference;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.Match;
import io.muster.dedup.rules.Ownership;
import io.muster.dedup.rules.Policies;
import io.muster.dedup.rules.Recency;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.load.BlockPlan;
import io.muster.load.Checkpoint;
import io.muster.load.NetWrite;
import io.muster.load.RowOutcome;
import io.muster.load.RowOutcome.Changed;
import io.muster.load.TakenAway;
import io.muster.load.WriteLog;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves rows in file order: to an existing contact, to one that an earlier row created, or to a new one. All rows
 * of one contact are folded into one net write in the log; a row that changes nothing costs nothing.
 *
 * <p>Rules are tried in order, a rule with a blank field is skipped, and the first rule that finds a contact decides.
 * The result is as if the rows were applied one by one. One caller, not safe for several threads; {@link #close()}
 * gives the memory back.
 */
public final class Resolver implements Match.Holders, AutoCloseable {

    /** A row that was refused because of what is in the directory, with the reason. */
    public record Refused(IncomingRow row, IncomingRow.RowVerdict.Rejected reason) {}

    /** Told what is decided of rows without anything being written for them. */
    @FunctionalInterface
    public interface Decisions {

        /** A row was rejected. */
        void refused(Refused row);

        /** A row said what is so already of the contact of that number. */
        default void unchanged(IncomingRow row, long contact) {}
    }

    /** More of them would take longer to write than they save. */
    private static final int MOST_CONTENDED = 100_000;

    private static final int NO_RULE = -1;

    private static final IncomingRow.RowVerdict.Rejected REFERENCE_TAKEN = new IncomingRow.RowVerdict.Rejected(
            "REFERENCE_TAKEN",
            ContactField.EXT_REF.key(),
            "Another contact of the directory has this reference already, and references are unique here.");

    private static final IncomingRow.RowVerdict.Rejected UNKNOWN = new IncomingRow.RowVerdict.Rejected(
            "CONTACT_UNKNOWN", null, "No contact of the directory is recognised by what the row says.");

    private static final IncomingRow.RowVerdict.Rejected NOBODY_NAMED = new IncomingRow.RowVerdict.Rejected(
            "CONTACT_UNNAMED",
            null,
            "The row takes something away, but has no value by which a rule recognises a contact.");

    private static final IncomingRow.RowVerdict.Rejected NO_LIST = new IncomingRow.RowVerdict.Rejected(
            "ACTION_WITHOUT_LIST", "action", "The row takes its contact off the list, but the import has no list.");

    private static final IncomingRow.RowVerdict.Rejected KEY_TAKEN = new IncomingRow.RowVerdict.Rejected(
            "KEY_TAKEN",
            null,
            "Another run has taken a key of the row and has not ended. Import the row again when it has ended.");

    private final ResolveTask task;
    private final KeyMaker keys;
    private final Match match;
    private final DirectoryView view;
    private final TouchedContacts drafts;
    private final HeldKeys held;
    private final Change change;
    private final @Nullable Recency recency;
    private final ContentKeys contentKeys;
    private final Events events;
    private final @Nullable KeyTable rowsPerKey;
    private final Decisions decisions;
    private final BitSet decidedRows = new BitSet();
    private final Counter decided = new Counter();
    private final Counter forecast = new Counter();
    private final long[] matched;
    // The row that is resolved, and the rule that has told who it is about.
    private @Nullable IncomingRow matching;
    private int foundBy;
    private long older;

    /**
     * @param keys makes keys under the task's rules, for this caller alone
     * @param recency tells what of a row is news; null where everything is, as far as the order of arrival goes
     * @param log where net writes go
     * @param memory where keys are kept
     * @param decisions told of every row that is decided here
     */
    public Resolver(
            ResolveTask task,
            KeyMaker keys,
            Policies policies,
            @Nullable Recency recency,
            DirectoryView view,
            WriteLog log,
            KeyMemory memory,
            Decisions decisions) {
        this.task = task;
        this.keys = keys;
        this.match = new Match(task.rules(), task.protectReference());
        this.view = view;
        this.drafts = new TouchedContacts(log, view, memory);
        this.held = new HeldKeys(view, memory);
        this.change = new Change(policies, keys);
        this.recency = task.matched() == ResolveTask.Matched.RECORD ? null : recency;
        this.contentKeys = new ContentKeys(keys, memory);
        this.events = new Events(task.events(), view, memory);
        this.rowsPerKey = task.maxRowsPerKey() > 0 ? new KeyTable(memory) : null;
        this.decisions = decisions;
        this.matched = new long[task.rules().size()];
    }

    /** Resolves the next rows of the file. */
    public void resolve(List<IncomingRow> rows) {
        List<IncomingRow> open = new ArrayList<>(rows.size());
        List<@Nullable IdentityKey> content = new ArrayList<>(rows.size());
        List<IdentityKey> further = new ArrayList<>();
        for (IncomingRow row : rows) {
            IdentityKey key = hasValues(row) && isOfContent(row) ? contentKeys.of(row.values()) : null;
            if (row.verdict() instanceof IncomingRow.RowVerdict.AlreadyDecided && !Events.hasAny(row.values())) {
                continue;
            }

            open.add(row);
            content.add(key);
            if (key != null) {
                further.add(key);
            }
        }

        view.prepare(open, further);
        events.prepare(open, this::find);
        for (int i = 0; i < open.size(); i++) {
            resolve(open.get(i), content.get(i));
        }
    }

    private static boolean hasValues(IncomingRow row) {
        return row.verdict() instanceof IncomingRow.RowVerdict.Good
                || row.verdict() instanceof IncomingRow.RowVerdict.AlreadyDecided;
    }

    /**
     * Where the survey stands now, for {@link #goOn}; then the log has all that is written. Empty where more would have to
     * be kept: once there was a row that nothing but its content can tell, where rows are counted by key, and with very
     * many contended keys. Transactions and touchpoints are not in it: a survey that records any does not ask.
     */
    public Optional<Checkpoint.State> state() {
        if (contentKeys.hasAny() || rowsPerKey != null || held.contendedCount() > MOST_CONTENDED) {
            return Optional.empty();
        }

        drafts.flush();
        return Optional.of(new Checkpoint.State(
                decided.counts(), decidedRows, forecast.counts(), older, counts(matched), held.contended()));
    }

    /**
     * Goes on where an interrupted survey stood, with the log that it left; called before any row is resolved.
     *
     * <p>The view is a later one, as if the survey had taken longer: what others have changed since the rows before were
     * resolved is found out by the load, which compares versions and claims and has the rows of those who lose resolved
     * again. But the owners of contended keys are compared here, since they need not be among the contacts in the log.
     *
     * @return whether the view allows it; if not, this resolver is useless
     */
    public boolean goOn(Checkpoint.State from) {
        if (!held.goOn(from.contended())) {
            return false;
        }

        // Keys that a contact had to give up again are contended by now, which comes first.
        drafts.goOn(write -> write.claims().forEach(key -> held.goOn(key, write.ref())));
        decided.goOn(from.decided());
        decidedRows.or(from.decidedRows());
        forecast.goOn(from.forecast());
        older = from.older();
        for (int place = 0; place < matched.length; place++) {
            matched[place] = from.matched().get(place);
        }

        return true;
    }

    private static List<Long> counts(long[] counts) {
        return Arrays.stream(counts).boxed().toList();
    }

    /** What all rows came to. */
    public Resolved result() {
        return new Resolved(
                decided.counts(),
                decidedRows,
                forecast.counts(),
                drafts.createdCount(),
                drafts.changedInEarnest(),
                older,
                counts(matched),
                events.newTransactions(),
                events.differing());
    }

    /**
     * How many contacts the file would make part of others when duplicates are merged after it; asked when all rows are
     * resolved.
     *
     * @param maxGroup contacts in the largest group that is merged
     */
    public long comingMerges(int maxGroup) {
        Set<Integer> connecting = task.rules().stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .map(IdentityRule::id)
                .collect(Collectors.toSet());
        return new ComingMerges(connecting, task.protectReference() ? this::reference : ref -> null, maxGroup)
                .count(held.changes());
    }

    /** Some of the contacts that the file changes, new ones and others in turn, each in file order. */
    public List<NetWrite> sample(int most) {
        drafts.flush();
        List<NetWrite> sample = new ArrayList<>();
        int created = 0;
        int changed = 0;
        while (sample.size() < most && (created < drafts.createdCount() || changed < drafts.changedCount())) {
            if (changed < drafts.changedCount()) {
                take(drafts.write(drafts.changedNumber(changed++)), sample);
            }

            if (created < drafts.createdCount() && sample.size() < most) {
                take(drafts.write(-1L - created++), sample);
            }
        }

        return sample;
    }

    private static void take(NetWrite write, List<NetWrite> sample) {
        if (!write.changesNothing()) {
            sample.add(write);
        }
    }

    /** The blocks to load. */
    public BlockPlan plan(int blockSize) {
        drafts.flush();
        return new SurveyPlan(drafts, held.changes(), blockSize);
    }

    private void resolve(IncomingRow row, @Nullable IdentityKey content) {
        switch (row.verdict()) {
            case IncomingRow.RowVerdict.AlreadyDecided ignored ->
                // Its outcome is final, but equal records after it are not the first of their kind.
                events.pass(row.values(), content == null ? find(row) : held.owner(content));
            case IncomingRow.RowVerdict.Blank ignored -> decide(row, RowOutcome.Kind.SKIPPED);
            case IncomingRow.RowVerdict.Rejected reason -> reject(row, reason);
            case IncomingRow.RowVerdict.Good ignored -> resolveGood(row, content);
        }
    }

    private void resolveGood(IncomingRow row, @Nullable IdentityKey content) {
        checkRowsPerKey(row);
        foundBy = NO_RULE;
        matching = row;
        if (row.values().action().takesAway()) {
            takeAway(row);
            return;
        }

        long ref = content == null ? counted(find(row)) : held.owner(content);
        if (KeyOwner.isRun(ref)) {
            keyTaken(row);
        } else if (ref == KeyOwner.NOBODY) {
            switch (task.unmatched()) {
                case CREATE -> create(row, content);
                case SKIP -> decide(row, RowOutcome.Kind.SKIPPED);
                case REJECT -> reject(row, UNKNOWN);
            }
        } else if (task.matched() == ResolveTask.Matched.SKIP) {
            decide(row, RowOutcome.Kind.SKIPPED);
        } else {
            update(row, ref);
        }
    }

    /** Whether nothing but its content can tell who a row is about, and that is to be used. */
    private boolean isOfContent(IncomingRow row) {
        return task.unmatched() != ResolveTask.Unmatched.REJECT
                && !row.values().action().takesAway()
                && match.isUnrecognisable(row);
    }

    /** The contact that a row names or is recognised as, see {@link KeyOwner}. */
    private long find(IncomingRow row) {
        long named = row.values().contact();
        if (named == 0) {
            return match.find(row, this);
        }

        return view.contact(named) != null ? named : view.survivor(named);
    }

    /** Counts a row by the rule that has found its contact. */
    private long counted(long ref) {
        if (foundBy != NO_RULE && !KeyOwner.isRun(ref)) {
            matched[foundBy]++;
        }

        return ref;
    }

    @Override
    public void foundBy(int place) {
        foundBy = place;
    }

    /** The owner of a key as the rows so far have left it. */
    @Override
    public long owner(IdentityKey key) {
        return held.owner(key);
    }

    @Override
    public @Nullable String reference(long contact) {
        IncomingRow row = matching;
        return row != null && drafts.touched(contact) == null && view.isAsStored(contact, row.values())
                ? row.values().said().field(ContactField.EXT_REF)
                : current(contact).field(ContactField.EXT_REF);
    }

    @Override
    public List<String> aliases(long contact) {
        return contact > 0 ? view.aliases(contact) : List.of();
    }

    private Profile current(long ref) {
        TouchedContact draft = drafts.touched(ref);
        return draft != null ? draft.profile() : stored(ref).stored().profile();
    }

    private SurveyedContact stored(long number) {
        SurveyedContact stored = view.contact(number);
        if (stored == null) {
            throw new IllegalStateException("A key belongs to a contact that is not there: number " + number);
        }

        return stored;
    }

    private void create(IncomingRow row, @Nullable IdentityKey content) {
        long ref = drafts.nextRef();
        if (isRefused(row, row.keys(), ref)) {
            return;
        }

        Profile profile = Change.created(row, directoryOptOut(row));
        TouchedContact draft = drafts.create(TouchedContact.create(
                ref,
                profile,
                recency == null
                        ? Lineage.created(origin(row))
                        : recency.created(origin(row), row, directoryOptOut(row), profile),
                task.hasList() ? joined(null, row) : null));
        for (IdentityKey key : row.keys()) {
            if (key != null) {
                gain(draft, key);
            }
        }

        if (content != null && gain(draft, content)) {
            draft.contentKey(content);
        }

        events.fresh(row.values(), ref, null).addTo(draft);
        draft.row(new RowOutcome(row.row(), RowOutcome.Kind.CREATED, 0));
        forecast.add(RowOutcome.Kind.CREATED);
        drafts.save(draft);
    }

    private void update(IncomingRow row, long ref) {
        TouchedContact touched = drafts.touched(ref);
        if (touched == null && recency == null && view.isAsStored(ref, row.values())) {
            unchanged(row, ref, null);
            return;
        }

        SurveyedContact stored = touched == null ? stored(ref) : null;
        Profile old = touched != null
                ? touched.profile()
                : stored(ref, stored).stored().profile();
        Membership membership =
                touched != null ? touched.membership() : stored(ref, stored).membership();
        boolean records = task.matched() == ResolveTask.Matched.RECORD;
        List<String> aliases = records ? List.of() : aliases(ref);
        Lineage known = touched != null
                ? touched.lineage()
                : stored(ref, stored).stored().lineage();
        Recency.News news = recency == null
                ? new Recency.News(row, directoryOptOut(row), false)
                : recency.news(
                        known, old, row, directoryOptOut(row), row.values().asOf());
        Profile after = records ? old : change.updated(old, aliases, news.record(), news.optOut());
        Membership listed = records || !task.hasList() ? membership : joined(membership, row);
        KeyDifference moves = after.equals(old) ? KeyDifference.NONE : KeyDifference.between(keys, old, after, aliases);
        if (isRefused(row, moves.gained(), ref)) {
            return;
        }

        Lineage lineage = lineage(known, old, after, news, origin(row));
        older += news.hidesOlder() ? 1 : 0;
        Events.Fresh fresh = events.fresh(row.values(), ref, touched);
        int changed = Changed.between(old, after)
                | (Objects.equals(membership, listed) ? 0 : Changed.LIST.bit())
                | fresh.changed();
        if (changed == 0) {
            saySame(row, ref, touched, known, lineage);
            return;
        }

        TouchedContact draft = touched != null ? touched : drafts.change(stored(ref, stored));
        drafts.open(draft);
        drafts.changes(ref);
        draft.become(after, lineage, listed);
        if (recency != null) {
            draft.confirm(lineage);
        }

        moves.released().forEach(key -> held.release(key, ref, drafts));
        moves.gained().forEach(key -> gain(draft, key));
        fresh.addTo(draft);
        draft.row(new RowOutcome(row.row(), RowOutcome.Kind.UPDATED, changed));
        forecast.add(RowOutcome.Kind.UPDATED);
        drafts.save(draft);
    }

    private Origin origin(IncomingRow row) {
        return new Origin.Row(task.run(), row.row(), row.values().asOf());
    }

    private Lineage lineage(Lineage known, Profile before, Profile after, Recency.News news, Origin origin) {
        if (recency != null) {
            return recency.after(known, before, after, news, origin);
        }

        return after.equals(before)
                ? known
                : known.with(origin, Lineage.changed(before, after), before, after, never -> false);
    }

    /** The row says what is so already; it may be the newest to say so. */
    private void saySame(IncomingRow row, long ref, @Nullable TouchedContact touched, Lineage known, Lineage lineage) {
        if (lineage.equals(known)) {
            unchanged(row, ref, touched);
            return;
        }

        TouchedContact draft = touched != null ? touched : drafts.confirm(stored(ref));
        drafts.open(draft);
        draft.confirm(lineage);
        draft.row(new RowOutcome(row.row(), RowOutcome.Kind.UNCHANGED, 0));
        forecast.add(RowOutcome.Kind.UNCHANGED);
        drafts.save(draft);
    }

    private void unchanged(IncomingRow row, long ref, @Nullable TouchedContact touched) {
        if (touched == null) {
            decisions.unchanged(row, ref);
            decide(row, RowOutcome.Kind.UNCHANGED);
        } else {
            touched.row(new RowOutcome(row.row(), RowOutcome.Kind.UNCHANGED, 0));
            forecast.add(RowOutcome.Kind.UNCHANGED);
            drafts.save(touched);
        }
    }

    /** A row that takes away only says by its values who it is about. */
    private void takeAway(IncomingRow row) {
        RowAction action = row.values().action();
        if (task.matched() == ResolveTask.Matched.SKIP) {
            decide(row, RowOutcome.Kind.SKIPPED);
        } else if (action == RowAction.LEAVE_LIST && !task.hasList()) {
            reject(row, NO_LIST);
        } else if (match.isUnrecognisable(row)) {
            reject(row, NOBODY_NAMED);
        } else {
            long ref = counted(match.find(row, this));
            if (KeyOwner.isRun(ref)) {
                keyTaken(row);
            } else if (ref == KeyOwner.NOBODY) {
                // Nothing is there to be taken away.
                decide(
                        row,
                        task.unmatched() == ResolveTask.Unmatched.SKIP
                                ? RowOutcome.Kind.SKIPPED
                                : RowOutcome.Kind.UNCHANGED);
            } else if (action == RowAction.DELETE) {
                delete(row, ref);
            } else {
                takeOff(row, ref, action);
            }
        }
    }

    /** Off the list, or opted out. */
    private void takeOff(IncomingRow row, long ref, RowAction action) {
        TouchedContact touched = drafts.touched(ref);
        SurveyedContact stored = touched == null ? stored(ref) : null;
        Profile old = touched != null
                ? touched.profile()
                : stored(ref, stored).stored().profile();
        Membership member =
                touched != null ? touched.membership() : stored(ref, stored).membership();
        boolean leaves = action == RowAction.LEAVE_LIST;
        Lineage known = touched != null
                ? touched.lineage()
                : stored(ref, stored).stored().lineage();
        boolean ofDirectory = !leaves && !task.hasList();
        boolean late = ofDirectory
                && recency != null
                && recency.isLateOptOut(known, old, row.values().asOf());
        older += late && !old.unsubscribed() ? 1 : 0;
        boolean optsOut = ofDirectory && !late;
        Profile after = optsOut ? old.withOptOut(true) : old;
        Lineage lineage = optsOut ? optedOut(known, old, after, origin(row)) : known;
        Membership listed =
                leaves ? null : member == null ? null : Change.joined(member, Map.of(), OptOut.OUT, task.asOf());
        int changed = Changed.between(old, after) | (Objects.equals(member, listed) ? 0 : Changed.LIST.bit());
        if (changed == 0) {
            saySame(row, ref, touched, known, lineage);
            return;
        }

        TouchedContact draft = touched != null ? touched : drafts.change(stored(ref, stored));
        drafts.open(draft);
        drafts.changes(ref);
        draft.become(after, lineage, listed);
        if (recency != null) {
            draft.confirm(lineage);
        }

        draft.row(new RowOutcome(
                row.row(), RowOutcome.Kind.UPDATED, changed | (leaves ? Changed.LEFT : Changed.OPTED_OUT).bit()));
        forecast.add(leaves ? new TakenAway(1, 0, 0) : new TakenAway(0, 1, 0));
        drafts.save(draft);
    }

    private Lineage optedOut(Lineage known, Profile before, Profile after, Origin origin) {
        if (recency != null) {
            return recency.optedOut(known, before, after, origin);
        }

        return before.unsubscribed()
                ? known
                : known.with(origin, Set.of(Lineage.OPT_OUT), before, after, never -> false);
    }

    /** The contact goes with all its keys; a later row of the file that meant it makes a new one. */
    private void delete(IncomingRow row, long ref) {
        TouchedContact touched = drafts.touched(ref);
        Profile profile = current(ref);
        Lineage known =
                touched != null ? touched.lineage() : stored(ref).stored().lineage();
        if (recency != null && recency.isLate(known, profile, row.values().asOf())) {
            older++;
            unchanged(row, ref, touched);
            return;
        }

        TouchedContact draft = touched != null ? touched : drafts.change(stored(ref));
        drafts.open(draft);
        drafts.changes(ref);
        Set<IdentityKey> leaving = new TreeSet<>(keys.held(draft.profile(), aliases(ref)));
        if (ref > 0) {
            leaving.addAll(view.contentKeys(ref));
        }

        IdentityKey content = draft.contentKey();
        if (content != null) {
            leaving.add(content);
        }

        leaving.forEach(key -> held.release(key, ref, drafts));
        events.forget(draft);
        draft.delete();
        draft.row(new RowOutcome(row.row(), RowOutcome.Kind.UPDATED, Changed.DELETED.bit()));
        forecast.add(new TakenAway(0, 0, 1));
        drafts.save(draft);
    }

    private OptOut directoryOptOut(IncomingRow row) {
        return task.hasList() ? row.values().ofDirectory() : row.values().optOut();
    }

    private Membership joined(@Nullable Membership before, IncomingRow row) {
        return Change.joined(before, row.values().listEmbedded(), row.values().optOut(), task.asOf());
    }

    private SurveyedContact stored(long ref, @Nullable SurveyedContact known) {
        return known != null ? known : stored(ref);
    }

    /** Whether a key that may have one holder only has another: then the row has its outcome already. */
    private boolean isRefused(IncomingRow row, List<@Nullable IdentityKey> gained, long ref) {
        for (IdentityKey key : gained) {
            if (key != null && match.isExclusive(key.rule())) {
                switch (Ownership.gain(held.owner(key), ref, true)) {
                    case REFUSED -> {
                        reject(row, REFERENCE_TAKEN);
                        return true;
                    }
                    case BUSY -> {
                        keyTaken(row);
                        return true;
                    }
                    default -> {
                        // The next key.
                    }
                }
            }
        }

        return false;
    }

    /** The row stays open and is resolved again in the next round, but not for ever. */
    private void keyTaken(IncomingRow row) {
        if (task.keyTaken() == ResolveTask.KeyTaken.REJECT) {
            reject(row, KEY_TAKEN);
        }
    }

    private boolean gain(TouchedContact draft, IdentityKey key) {
        boolean claims = held.gain(key, draft.ref(), drafts);
        if (claims && key.rule() != IdentityKey.CONTENT_RULE) {
            draft.claim(key);
        }

        return claims;
    }

    private void checkRowsPerKey(IncomingRow row) {
        KeyTable counts = rowsPerKey;
        if (counts == null) {
            return;
        }

        for (IdentityKey key : row.keys()) {
            if (key != null && counts.count(key.high() ^ key.rule(), key.low()) > task.maxRowsPerKey()) {
                throw Refusal.conflict(
                        "ROWS_PER_KEY",
                        "Cannot load the file: more than " + task.maxRowsPerKey()
                                + " rows share one value under the rule "
                                + task.rules().stream()
                                        .filter(rule -> rule.id() == key.rule())
                                        .map(rule -> String.join(",", rule.fields()))
                                        .findFirst()
                                        .orElse("?")
                                + ", the last of them is row " + row.row() + " (line " + row.line()
                                + "). Correct the file, or raise the limit of rows per key.");
            }
        }
    }

    private void decide(IncomingRow row, RowOutcome.Kind kind) {
        decidedRows.set((int) row.row());
        decided.add(kind);
        forecast.add(kind);
    }

    private void reject(IncomingRow row, IncomingRow.RowVerdict.Rejected reason) {
        decide(row, RowOutcome.Kind.REJECTED);
        decisions.refused(new Refused(row, reason));
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        drafts.close();
        held.close();
        contentKeys.close();
        events.close();
        if (rowsPerKey != null) {
            rowsPerKey.close();
        }
    }
}
