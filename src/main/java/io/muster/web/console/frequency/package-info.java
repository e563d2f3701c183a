/**
 * Pages of contact frequency: the rules of a directory with whom a change would hold back, and a simulator that says of one contact
 * which touchpoints count and when it may be asked again.
 */
@NullMarked
package io.muster.web.console.frequency;

import org.jspecify.annotations.NullMarked;
