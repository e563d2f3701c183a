/**
 * Pages of who brings contacts in: the steps of an import by a person, from the file to the run, the correction of rejected rows, and
 * contacts that are typed in.
 */
@NullMarked
package io.muster.web.console.imports;

import org.jspecify.annotations.NullMarked;
