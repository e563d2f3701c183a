/** The reference client for apps, one file to be copied, and how it behaves. Used by nothing but tests. */
@NullMarked
package io.muster.mobile;

import org.jspecify.annotations.NullMarked;
