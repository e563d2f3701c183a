/**
 * What a segment says: the sealed grammar of conditions, its YAML and JSON forms and the JSON Schema of both. Its entry
 * point is {@link io.muster.segment.condition.Conditions}; it knows contacts and their ids, but no database.
 */
@NullMarked
package io.muster.segment.condition;

import org.jspecify.annotations.NullMarked;
