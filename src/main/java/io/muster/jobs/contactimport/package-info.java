/**
 * The contact import: fetch, survey, load, settle. {@link io.muster.jobs.contactimport.ImportSpec} says what one run
 * is to do.
 */
@NullMarked
package io.muster.jobs.contactimport;

import org.jspecify.annotations.NullMarked;
