/**
 * From the bytes of a delivered file to records and back, without losing or silently changing a byte of a cell.
 * Its entry points are {@link io.muster.extract.csv.RecordReader} and {@link io.muster.extract.csv.RecordWriter};
 * it depends on nothing but {@code io.muster.support} and commons-csv.
 */
@NullMarked
package io.muster.extract.csv;

import org.jspecify.annotations.NullMarked;
