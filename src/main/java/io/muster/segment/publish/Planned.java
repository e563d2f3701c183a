package io.muster.segment.publish;

import io.muster.segment.Segment;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;

/**
 * A segment of a rebuild.
 *
 * @param segment as it was when the rebuild began
 * @param condition its condition then
 * @param building where its next version is built
 */
public record Planned(Segment segment, Condition<ContactTest> condition, Building building) {}
