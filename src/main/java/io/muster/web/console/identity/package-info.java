/**
 * Pages of how a directory recognises people: its identity rules, possible duplicates side by side, and merges that can be taken
 * back.
 */
@NullMarked
package io.muster.web.console.identity;

import org.jspecify.annotations.NullMarked;
