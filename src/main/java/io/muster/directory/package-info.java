/**
 * The values of the domain: directories, contacts, mailing lists, and the verdict on a value. How they are stored is in
 * {@code directory.store}. It depends on {@code support} only and needs no database.
 */
@NullMarked
package io.muster.directory;

import org.jspecify.annotations.NullMarked;
