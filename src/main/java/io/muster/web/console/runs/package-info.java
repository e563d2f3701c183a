/**
 * Pages of who operates: what needs attention, runs with what can be done with them, automations. What is shown of a run is in
 * one place, for lists and pages alike.
 */
@NullMarked
package io.muster.web.console.runs;

import org.jspecify.annotations.NullMarked;
