/**
 * The rows of the domain: directories, contacts, mailing lists, embedded names, each behind one class
 * with its SQL. It depends on {@code directory}, {@code directory.changes}, {@code database} and {@code support} only; the
 * evaluator never loads it.
 */
@NullMarked
package io.muster.directory.store;

import org.jspecify.annotations.NullMarked;
