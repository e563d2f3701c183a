package io.muster.jobs.merge;

import io.muster.dedup.merge.MergeScope;

/**
 * What a merge is asked for; stored as JSON with its run.
 *
 * @param scope the rules that connect contacts
 */
public record MergeSpec(MergeScope scope) {}
