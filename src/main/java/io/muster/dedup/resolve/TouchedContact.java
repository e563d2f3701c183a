package io.muster.dedup.resolve;

import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.load.EventKind;
import io.muster.load.EventWrite;
import io.muster.load.ListChange;
import io.muster.load.NetWrite;
import io.muster.load.RowOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A net write in the making: the contact as the rows so far have left it. */
final class TouchedContact {

    private final long ref;
    private final @Nullable StoredContact before;
    private final @Nullable Membership membershipBefore;
    private Profile profile;
    private Lineage lineage;
    private @Nullable Membership membership;
    private final List<RowOutcome> rows = new ArrayList<>(1);
    private final List<IdentityKey> claims = new ArrayList<>(2);
    private final List<EventWrite> transactions = new ArrayList<>(0);
    private final List<EventWrite> touchpoints = new ArrayList<>(0);
    private @Nullable IdentityKey contentKey;
    private boolean deleted;

    private TouchedContact(
            long ref,
            @Nullable StoredContact before,
            Profile profile,
            Lineage lineage,
            @Nullable Membership membershipBefore,
            @Nullable Membership membership) {
        this.ref = ref;
        this.before = before;
        this.profile = profile;
        this.lineage = lineage;
        this.membershipBefore = membershipBefore;
        this.membership = membership;
    }

    static TouchedContact create(long ref, Profile profile, Lineage lineage, @Nullable Membership membership) {
        return new TouchedContact(ref, null, profile, lineage, null, membership);
    }

    static TouchedContact update(SurveyedContact contact) {
        StoredContact stored = contact.stored();
        return new TouchedContact(
                stored.number(),
                stored,
                stored.profile(),
                stored.lineage(),
                contact.membership(),
                contact.membership());
    }

    static TouchedContact again(NetWrite write, @Nullable Membership untouched) {
        ListChange list = write.list();
        TouchedContact again = new TouchedContact(
                write.ref(),
                write.before(),
                write.after(),
                write.lineage(),
                list == null ? untouched : list.before(),
                list == null ? untouched : list.after());
        again.rows.addAll(write.rows());
        again.claims.addAll(write.claims());
        again.transactions.addAll(write.transactions());
        again.touchpoints.addAll(write.touchpoints());
        again.contentKey = write.contentKey();
        again.deleted = write.deletes();
        return again;
    }

    NetWrite toNetWrite() {
        Membership after = membership;
        ListChange list =
                Objects.equals(after, membershipBefore) || deleted ? null : new ListChange(after, membershipBefore);
        return new NetWrite(
                ref, before, profile, lineage, rows, claims, contentKey, list, transactions, touchpoints, deleted);
    }

    long ref() {
        return ref;
    }

    Profile profile() {
        return profile;
    }

    Lineage lineage() {
        return lineage;
    }

    @Nullable
    Membership membership() {
        return membership;
    }

    void become(Profile values, Lineage from, @Nullable Membership listed) {
        this.profile = values;
        // Rows that took back what others did leave the contact as it was, with all that is known of it.
        this.lineage = before != null && before.profile().equals(values) ? before.lineage() : from;
        this.membership = listed;
    }

    /** The contact stays as it is, and something of it is known as of a newer moment. */
    void confirm(Lineage newer) {
        this.lineage = newer;
    }

    /** The contact is deleted; what earlier rows recorded for it is forgotten. */
    void delete() {
        deleted = true;
        transactions.clear();
        touchpoints.clear();
    }

    @Nullable
    IdentityKey contentKey() {
        return contentKey;
    }

    List<EventWrite> transactions() {
        return transactions;
    }

    List<EventWrite> touchpoints() {
        return touchpoints;
    }

    void row(RowOutcome row) {
        rows.add(row);
    }

    void claim(IdentityKey key) {
        claims.add(key);
    }

    void withdraw(IdentityKey key) {
        claims.remove(key);
        if (key.equals(contentKey)) {
            contentKey = null;
        }
    }

    void contentKey(IdentityKey key) {
        this.contentKey = key;
    }

    void record(EventKind kind, Recording recording) {
        List<EventWrite> events = events(kind);
        EventWrite earlier = recording.earlier();
        if (earlier == null) {
            events.add(recording.write());
        } else {
            events.set(events.indexOf(earlier), recording.write());
        }
    }

    /** What earlier rows have recorded under an id; null when none did. */
    @Nullable
    EventWrite event(EventKind kind, String id) {
        return events(kind).stream()
                .filter(event -> id.equals(event.id()))
                .findFirst()
                .orElse(null);
    }

    private List<EventWrite> events(EventKind kind) {
        return switch (kind) {
            case TRANSACTION -> transactions;
            case TOUCHPOINT -> touchpoints;
        };
    }
}
