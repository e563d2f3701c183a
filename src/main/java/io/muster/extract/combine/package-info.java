/**
 * Records of several extractors as the rows of one file: one after the other, or joined on a key, in bounded memory.
 * Its entry points are {@link io.muster.extract.combine.Extraction} and {@link io.muster.extract.combine.Combining}.
 */
@NullMarked
package io.muster.extract.combine;

import org.jspecify.annotations.NullMarked;
