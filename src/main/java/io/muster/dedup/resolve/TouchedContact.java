package io.muster.dedup.resolve;

import io.muster.directory.IdentityKey;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.load.ListChange;
import io.muster.load.NetWrite;
import io.muster.load.RowOutcome;
import io.muster.load.TouchpointWrite;
import io.muster.load.TransactionWrite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A net write in the making: the contact as the rows so far have left it. */
final class TouchedContact {

    private final long ref;
    private final @Nullable StoredContact before;
    private final @Nullable Membership membershipBefore;
    private Profile profile;
    private @Nullable Membership membership;
    private final List<RowOutcome> rows;
    private final List<IdentityKey> claims;
    private final List<TransactionWrite> transactions;
    private final List<TouchpointWrite> touchpoints;
    private @Nullable IdentityKey contentKey;

    private TouchedContact(
            long ref,
            @Nullable StoredContact before,
            Profile profile,
            @Nullable Membership membershipBefore,
            @Nullable Membership membership,
            List<RowOutcome> rows,
            List<IdentityKey> claims,
            List<TransactionWrite> transactions,
            List<TouchpointWrite> touchpoints,
            @Nullable IdentityKey contentKey) {
        this.ref = ref;
        this.before = before;
        this.profile = profile;
        this.membershipBefore = membershipBefore;
        this.membership = membership;
        this.rows = rows;
        this.claims = claims;
        this.transactions = transactions;
        this.touchpoints = touchpoints;
        this.contentKey = contentKey;
    }

    static TouchedContact create(long ref, Profile profile, @Nullable Membership membership) {
        return new TouchedContact(
                ref,
                null,
                profile,
                null,
                membership,
                new ArrayList<>(1),
                new ArrayList<>(2),
                new ArrayList<>(0),
                new ArrayList<>(0),
                null);
    }

    static TouchedContact update(SurveyedContact stored) {
        Membership membership = stored.membership();
        return new TouchedContact(
                stored.stored().number(),
                stored.stored(),
                stored.stored().profile(),
                membership,
                membership,
                new ArrayList<>(1),
                new ArrayList<>(0),
                new ArrayList<>(0),
                new ArrayList<>(0),
                null);
    }

    static TouchedContact again(NetWrite write, @Nullable Membership untouched) {
        ListChange list = write.list();
        return new TouchedContact(
                write.ref(),
                write.before(),
                write.after(),
                list == null ? untouched : list.before(),
                list == null ? untouched : list.after(),
                new ArrayList<>(write.rows()),
                new ArrayList<>(write.claims()),
                new ArrayList<>(write.transactions()),
                new ArrayList<>(write.touchpoints()),
                write.contentKey());
    }

    NetWrite toNetWrite() {
        Membership after = membership;
        ListChange list =
                after == null || after.equals(membershipBefore) ? null : new ListChange(after, membershipBefore);
        return new NetWrite(ref, before, profile, rows, claims, contentKey, list, transactions, touchpoints);
    }

    long ref() {
        return ref;
    }

    Profile profile() {
        return profile;
    }

    @Nullable
    Membership membership() {
        return membership;
    }

    void become(Profile values, @Nullable Membership listed) {
        this.profile = values;
        this.membership = listed;
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

    void record(TransactionWrite transaction) {
        transactions.add(transaction);
    }

    void record(TouchpointWrite touchpoint) {
        touchpoints.add(touchpoint);
    }
}
