/**
 * Benchmarks of the import: started by {@code src/bench/import}, never by the build. They write one JSON object a line to
 * standard output; {@code docs/benchmarks.md} explains them.
 */
@NullMarked
package io.muster.bench;

import org.jspecify.annotations.NullMarked;
