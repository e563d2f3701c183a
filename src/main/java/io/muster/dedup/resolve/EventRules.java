package io.muster.dedup.resolve;

import io.muster.load.RepeatedEvent;

/**
 * How the transactions and touchpoints of a file are told apart.
 *
 * @param source where they come from: their ids are unique in it
 * @param formerSource the source that records of this origin have which were made before ids were kept
 * @param repeated what a second record of the same key does when it says something else
 */
public record EventRules(String source, String formerSource, RepeatedEvent repeated) {}
