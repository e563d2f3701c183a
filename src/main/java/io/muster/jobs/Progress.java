package io.muster.jobs;

/** Told how far the work has come; called from one thread at a time, often. */
public interface Progress {

    /** Told nothing. */
    Progress NONE = new Progress() {
        @Override
        public void step(String name) {}

        @Override
        public void at(long rows, double share) {}
    };

    /** Something that a person who watches should read. */
    default void note(String line) {}

    /** A step begins. */
    void step(String name);

    /**
     * How far the step has come.
     *
     * @param rows rows done in this step
     * @param share done share of the step, 0 to 1
     */
    void at(long rows, double share);

    /**
     * The step waits for somebody else; may be called by several threads.
     *
     * @param what the end of a sentence that begins with "waiting"
     */
    default void waiting(String what) {}

    /** Something that is counted; may be called by several threads. */
    default void happened(RunFact fact) {}
}
