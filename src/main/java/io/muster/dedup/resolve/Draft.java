package io.muster.dedup.resolve;

import io.muster.load.ClaimKey;
import io.muster.load.ContactImage;
import io.muster.load.ListChange;
import io.muster.load.ListChange.Membership;
import io.muster.load.NetWrite;
import io.muster.load.RowOutcome;
import io.muster.load.TouchpointWrite;
import io.muster.load.TransactionWrite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A net write in the making: the contact as the rows so far have left it. */
final class Draft {

    private final long ref;
    private final NetWrite.@Nullable Before before;
    private final @Nullable Membership membershipBefore;
    private ContactImage image;
    private @Nullable Membership membership;
    private final List<RowOutcome> rows;
    private final List<ClaimKey> claims;
    private final List<TransactionWrite> transactions;
    private final List<TouchpointWrite> touchpoints;
    private @Nullable ClaimKey contentKey;

    private Draft(
            long ref,
            NetWrite.@Nullable Before before,
            ContactImage image,
            @Nullable Membership membershipBefore,
            @Nullable Membership membership,
            List<RowOutcome> rows,
            List<ClaimKey> claims,
            List<TransactionWrite> transactions,
            List<TouchpointWrite> touchpoints,
            @Nullable ClaimKey contentKey) {
        this.ref = ref;
        this.before = before;
        this.image = image;
        this.membershipBefore = membershipBefore;
        this.membership = membership;
        this.rows = rows;
        this.claims = claims;
        this.transactions = transactions;
        this.touchpoints = touchpoints;
        this.contentKey = contentKey;
    }

    static Draft create(long ref, ContactImage image, @Nullable Membership membership) {
        return new Draft(
                ref,
                null,
                image,
                null,
                membership,
                new ArrayList<>(1),
                new ArrayList<>(2),
                new ArrayList<>(0),
                new ArrayList<>(0),
                null);
    }

    static Draft update(StoredContact stored) {
        Membership membership = stored.membership();
        return new Draft(
                stored.number(),
                stored.before(),
                stored.before().image(),
                membership,
                membership,
                new ArrayList<>(1),
                new ArrayList<>(0),
                new ArrayList<>(0),
                new ArrayList<>(0),
                null);
    }

    static Draft again(NetWrite write, @Nullable Membership untouched) {
        ListChange list = write.list();
        return new Draft(
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
        return new NetWrite(ref, before, image, rows, claims, contentKey, list, transactions, touchpoints);
    }

    long ref() {
        return ref;
    }

    ContactImage image() {
        return image;
    }

    @Nullable
    Membership membership() {
        return membership;
    }

    void become(ImageChange.After after) {
        this.image = after.image();
        this.membership = after.membership();
    }

    void row(RowOutcome row) {
        rows.add(row);
    }

    void claim(ClaimKey key) {
        claims.add(key);
    }

    void withdraw(ClaimKey key) {
        claims.remove(key);
        if (key.equals(contentKey)) {
            contentKey = null;
        }
    }

    void contentKey(ClaimKey key) {
        this.contentKey = key;
    }

    void record(TransactionWrite transaction) {
        transactions.add(transaction);
    }

    void record(TouchpointWrite touchpoint) {
        touchpoints.add(touchpoint);
    }
}
