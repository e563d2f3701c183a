package io.muster.dedup.resolve;

import io.muster.load.EventKind;
import java.util.List;

/**
 * Transactions or touchpoints of a file that say something else than what is recorded under their id, or say it of
 * another contact, and that have changed nothing.
 *
 * @param rows how many rows have one
 * @param ids the first of their ids
 */
public record DifferingEvents(EventKind kind, long rows, List<String> ids) {}
