/** Makes the files of {@code sample-data}, and proves that they are what it makes. Used by nothing but tests. */
@NullMarked
package io.muster.sample;

import org.jspecify.annotations.NullMarked;
