/**
 * The domain: directories, contacts, mailing lists, the verdict on a value, and how they are stored.
 * It depends on {@code support} only.
 */
@NullMarked
package io.muster.directory;

import org.jspecify.annotations.NullMarked;
