package io.muster.app;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A segment with who uses it.
 *
 * @param usedBy the ids of segments that use it
 */
public record SegmentDetails(@JsonUnwrapped SegmentView segment, List<String> usedBy) {}
