package io.muster.dedup.resolve;

import io.muster.dedup.IdentityKey;
import io.muster.dedup.KeyMaker;
import io.muster.load.ContactImage;
import io.muster.load.RowOutcome.Changed;
import java.util.ArrayList;
import java.util.List;

/** The keys a contact gives up and gains by a change of its values. */
record KeyMoves(List<IdentityKey> released, List<IdentityKey> gained) {

    private static final KeyMoves NONE = new KeyMoves(List.of(), List.of());
    private static final int WITHOUT_EFFECT = Changed.LIST.bit() | Changed.OPT_OUT.bit() | Changed.TRANSACTION.bit();

    static KeyMoves between(KeyMaker keys, int rules, ContactImage old, ContactImage after, int changed) {
        if ((changed & ~WITHOUT_EFFECT) == 0) {
            return NONE;
        }

        List<IdentityKey> released = new ArrayList<>();
        List<IdentityKey> gained = new ArrayList<>();
        ImageValues oldValues = new ImageValues(old);
        ImageValues newValues = new ImageValues(after);
        for (int place = 0; place < rules; place++) {
            IdentityKey oldKey = keys.key(place, oldValues);
            IdentityKey newKey = keys.key(place, newValues);
            if (oldKey != null && !oldKey.equals(newKey)) {
                released.add(oldKey);
            }

            if (newKey != null && !newKey.equals(oldKey)) {
                gained.add(newKey);
            }
        }

        return new KeyMoves(released, gained);
    }
}
