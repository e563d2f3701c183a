package io.muster.automation;

/** The duties of the server that belong to runs. Implemented where runs are known; safe on several servers at once. */
public interface RunUpkeep {

    /** Marks runs whose heartbeat has fallen silent as dead, and returns how many it marked. */
    int markDead();

    /** Goes on with imports of sent contacts whose process has ended without them. */
    void resumeSent();

    /** Prunes what is older than the settings say, unless some process has done so within the last day. */
    void prune();
}
