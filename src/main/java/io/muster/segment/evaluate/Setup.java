package io.muster.segment.evaluate;

import java.time.Instant;
import java.time.ZoneId;

/**
 * What a pass is about.
 *
 * @param directory the directory's number
 * @param zone where its days begin
 * @param asOf the one moment that relative dates are about; cut to milliseconds
 * @param published answers for segments that are not part of the pass
 */
public record Setup(int directory, ZoneId zone, Instant asOf, PublishedMembers published) {}
