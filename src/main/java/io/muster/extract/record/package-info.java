/**
 * Records of any origin, read one after the other: what a run asks for, and the contract of whatever reads them. Its
 * entry points are {@link io.muster.extract.record.RecordSpec} and {@link io.muster.extract.record.RecordExtractor}.
 */
@NullMarked
package io.muster.extract.record;

import org.jspecify.annotations.NullMarked;
