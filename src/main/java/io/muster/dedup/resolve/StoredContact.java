package io.muster.dedup.resolve;

import io.muster.load.ListChange;
import io.muster.load.NetWrite;
import org.jspecify.annotations.Nullable;

/**
 * A contact as the database has it.
 *
 * @param number its number
 * @param before its values and version
 * @param membership its membership in the run's list; null when it is no member or there is no list
 */
public record StoredContact(long number, NetWrite.Before before, ListChange.@Nullable Membership membership) {}
