package io.muster.app;

import java.util.List;

/**
 * What the deletion of a directory would do.
 *
 * @param wouldDelete what would go
 * @param refusedBecause what stands in the way now, one sentence each; empty when nothing does
 */
public record DirectoryPreview(DirectoryContents wouldDelete, List<String> refusedBecause) {}
